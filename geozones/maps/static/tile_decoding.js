/* Outlines, points and columns of plots out of bytes: the counterpart of the tiles' writer. */
(function () {
  "use strict";

  const GZ = window.GZ;
  let scratch = new Int32Array(1 << 17);

  /** Read the outlines of one part: flat arrays, all positions in pixels of the level's unit zoom. */
  GZ.readOutlines = function (bytes) {
    scratch = scratch.length < bytes.length ? new Int32Array(bytes.length) : scratch;
    const xy = scratch;
    const places = [];
    const rings = [0];
    const ends = [0];
    const boxes = [];
    let at = 0;
    let place = 0;
    let x = 0;
    let y = 0;
    let vertex = 0;

    function whole() {
      let value = 0;
      let scale = 1;
      for (;;) {
        const byte = bytes[at];
        at += 1;
        value += (byte & 127) * scale;
        if (byte < 128) {
          return value;
        }
        scale *= 128;
      }
    }

    while (at < bytes.length) {
      place += whole();
      places.push(place);
      let west = Infinity;
      let north = Infinity;
      let east = -Infinity;
      let south = -Infinity;
      for (let left = whole(); left > 0; left -= 1) {
        for (let count = whole(); count > 0; count -= 1) {
          const dx = whole();
          const dy = whole();
          x += dx % 2 ? -(dx + 1) / 2 : dx / 2;
          y += dy % 2 ? -(dy + 1) / 2 : dy / 2;
          xy[vertex] = x;
          xy[vertex + 1] = y;
          vertex += 2;
          west = x < west ? x : west;
          east = x > east ? x : east;
          north = y < north ? y : north;
          south = y > south ? y : south;
        }
        ends.push(vertex);
      }
      rings.push(ends.length - 1);
      boxes.push(west, north, east, south);
    }
    const part = {
      places: Uint32Array.from(places),
      rings: Uint32Array.from(rings),
      ends: Uint32Array.from(ends),
      boxes: Int32Array.from(boxes),
      xy: xy.slice(0, vertex),
      weight: 4 * (vertex + 8 * places.length),
    };
    part.arrays = [part.places, part.rings, part.ends, part.boxes, part.xy];
    return part;
  };

  /** Read points, sizes and states of `count` plots into arrays from `start` on. */
  GZ.readPoints = function (bytes, into, start, count) {
    let at = 0;
    const now = [0, 0];
    for (let place = start; place < start + count; place += 1) {
      for (let axis = 0; axis < 2; axis += 1) {
        let value = 0;
        let scale = 1;
        let byte = bytes[at];
        at += 1;
        while (byte >= 128) {
          value += (byte & 127) * scale;
          scale *= 128;
          byte = bytes[at];
          at += 1;
        }
        value += byte * scale;
        now[axis] += value % 2 ? -(value + 1) / 2 : value / 2;
      }
      into.x[place] = now[0];
      into.y[place] = now[1];
    }
    into.size.set(bytes.subarray(at, at + count), start);
    into.state.set(bytes.subarray(at + count, at + 2 * count), start);
  };

  const READERS = {
    letters: function (bytes) {
      return new TextDecoder("latin1").decode(bytes);
    },
    small: function (bytes) {
      return bytes.slice();
    },
    number: readNumbers,
  };

  /* Whole numbers of so many bytes, the lowest bytes of all first; all bits set is missing. */
  function readNumbers(bytes, steps, count) {
    const width = bytes.length / count || 0;
    const missing = Math.pow(256, width) - 1;
    const numbers = steps === 1 && width < 4 ? new Float32Array(count) : new Float64Array(count);
    for (let place = 0; place < count; place += 1) {
      let value = 0;
      for (let at = bytes.length - count + place; at >= 0; at -= count) {
        value = value * 256 + bytes[at];
      }
      numbers[place] = value === missing ? NaN : value / steps;
    }
    return numbers;
  }

  /* Texts of a choice stand once and are pointed at. */
  READERS.choice = function (bytes, steps, count, choices) {
    const numbers = readNumbers(bytes, 1, count);
    const texts = new Array(count);
    for (let place = 0; place < count; place += 1) {
      const number = numbers[place];
      texts[place] = number ? choices[number - 1] : null;
    }
    return texts;
  };

  /** Read the columns of all `count` plots: {name: values}, a name `near.gas` as {near: {gas: values}}. */
  GZ.readColumns = function (bytes, columns, count) {
    const found = {};
    let at = 0;
    columns.forEach(function (column) {
      const path = column[0].split(".");
      const values = READERS[column[1]](bytes.subarray(at, at + column[3]), column[2], count, column[4]);
      at += column[3];
      if (path.length > 1) {
        found[path[0]] = found[path[0]] || {};
        found[path[0]][path[1]] = values;
      } else {
        found[path[0]] = values;
      }
    });
    return found;
  };
})();
