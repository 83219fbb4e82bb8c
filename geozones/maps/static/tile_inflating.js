/* Small scripts unpacked on the spot: streams of a browser leave three times as much behind, and collect it late. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
  const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
  const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const letterTable = new Uint16Array(1 << 15);
  const distanceTable = new Uint16Array(1 << 15);
  const lengths = new Uint8Array(320);
  const counts = new Uint16Array(16);
  const codes = new Uint16Array(16);
  const values = new Uint8Array(128);
  const encoder = new TextEncoder();
  let given = new Uint8Array(1 << 17);
  let made = new Uint8Array(1 << 18);

  Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").forEach(function (letter, value) {
    values[letter.charCodeAt(0)] = value;
  });

  /* The bytes that letters of base64 stand for: how many there are in `given`, where the letters stand first. */
  function readLetters(letters) {
    const count = letters.length;
    given = given.length < count ? new Uint8Array(count) : given;
    encoder.encodeInto(letters, given);
    let to = 0;
    for (let at = 0; at < count; at += 4) {
      const bits =
        (values[given[at]] << 18) | (values[given[at + 1]] << 12) | (values[given[at + 2]] << 6) | values[given[at + 3]];
      given[to] = bits >> 16;
      given[to + 1] = bits >> 8;
      given[to + 2] = bits;
      to += 3;
    }
    return to;
  }

  /* Write the table of a code: for every run of bits the symbol and how many of the bits it takes. */
  function build(from, count, table) {
    let most = 0;
    counts.fill(0);
    for (let each = 0; each < count; each += 1) {
      const length = lengths[from + each];
      counts[length] += 1;
      most = length > most ? length : most;
    }
    counts[0] = 0;
    for (let length = 1, code = 0; length <= most; length += 1) {
      code = (code + counts[length - 1]) << 1;
      codes[length] = code;
    }
    table.fill(0, 0, 1 << most);
    for (let each = 0; each < count; each += 1) {
      const length = lengths[from + each];
      if (length) {
        let code = codes[length];
        codes[length] += 1;
        let turned = 0;
        for (let bit = 0; bit < length; bit += 1) {
          turned = (turned << 1) | (code & 1);
          code >>= 1;
        }
        for (let at = turned; at < 1 << most; at += 1 << length) {
          table[at] = (each << 4) | length;
        }
      }
    }
    return most;
  }

  function Bits() {
    this.at = 0;
    this.hold = 0;
    this.held = 0;
  }

  Bits.prototype.pull = function (count) {
    while (this.held < count) {
      this.hold |= given[this.at] << this.held;
      this.at += 1;
      this.held += 8;
    }
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.held -= count;
    return value;
  };

  Bits.prototype.symbol = function (table, most) {
    while (this.held < most) {
      this.hold |= given[this.at] << this.held;
      this.at += 1;
      this.held += 8;
    }
    const entry = table[this.hold & ((1 << most) - 1)];
    this.hold >>>= entry & 15;
    this.held -= entry & 15;
    return entry >> 4;
  };

  function fixedCodes() {
    lengths.fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280, 288).fill(5, 288, 320);
    return [build(0, 288, letterTable), build(288, 30, distanceTable)];
  }

  function ownCodes(bits) {
    const letters = bits.pull(5) + 257;
    const distances = bits.pull(5) + 1;
    const count = bits.pull(4) + 4;
    lengths.fill(0);
    for (let each = 0; each < count; each += 1) {
      lengths[ORDER[each]] = bits.pull(3);
    }
    const most = build(0, 19, letterTable);
    lengths.fill(0);
    for (let each = 0; each < letters + distances; ) {
      const symbol = bits.symbol(letterTable, most);
      if (symbol < 16) {
        lengths[each] = symbol;
        each += 1;
      } else {
        const before = symbol === 16 ? lengths[each - 1] : 0;
        const times = symbol === 16 ? 3 + bits.pull(2) : symbol === 17 ? 3 + bits.pull(3) : 11 + bits.pull(7);
        lengths.fill(before, each, each + times);
        each += times;
      }
    }
    return [build(0, letters, letterTable), build(letters, distances, distanceTable)];
  }

  function makeRoom(size) {
    if (size > made.length) {
      const larger = new Uint8Array(2 * size);
      larger.set(made);
      made = larger;
    }
  }

  function readBlock(bits, most, start) {
    let to = start;
    for (;;) {
      if (to + 258 > made.length) {
        makeRoom(to + 258);
      }
      const symbol = bits.symbol(letterTable, most[0]);
      if (symbol < 256) {
        made[to] = symbol;
        to += 1;
      } else if (symbol === 256) {
        return to;
      } else {
        const length = LENGTHS[symbol - 257] + bits.pull(LENGTH_BITS[symbol - 257]);
        const far = bits.symbol(distanceTable, most[1]);
        const more = far < 4 ? 0 : (far >> 1) - 1;
        const back = (far < 4 ? far : (2 + (far & 1)) << more) + 1 + bits.pull(more);
        for (const end = to + length; to < end; to += 1) {
          made[to] = made[to - back];
        }
      }
    }
  }

  function readPlain(bits, start) {
    bits.pull(bits.held & 7);
    const size = bits.pull(16);
    bits.pull(16);
    makeRoom(start + size + 258);
    for (let each = 0; each < size; each += 1) {
      made[start + each] = bits.pull(8);
    }
    return start + size;
  }

  /** Give the bytes in deflated letters: a view of what the next call writes anew. */
  GZ.inflateNow = function (letters) {
    const count = readLetters(letters);
    const bits = new Bits();
    let to = 0;
    for (let last = 0; !last; ) {
      last = bits.pull(1);
      const kind = bits.pull(2);
      to = kind === 0 ? readPlain(bits, to) : readBlock(bits, kind === 1 ? fixedCodes() : ownCodes(bits), to);
      if (bits.at > count + 8) {
        throw new RangeError("cut off");
      }
    }
    return made.subarray(0, to);
  };
})();
