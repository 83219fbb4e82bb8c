/* Outlines, points and columns of plots out of bytes: the counterpart of the tiles' writer. */
(function () {
  "use strict";

  const GZ = window.GZ;
  let scratch = null;

  /* Room for the outlines in so many bytes: a plot and a vertex take two of them at least. */
  function makeScratch(size) {
    return {
      size: size,
      places: new Int32Array(size / 2),
      rings: new Int32Array(size / 2),
      ends: new Int32Array(size),
      boxes: new Int32Array(2 * size),
      xy: new Int32Array(size),
    };
  }

  /** Read the outlines of one part: flat arrays, all positions in pixels of the level's unit zoom. */
  GZ.readOutlines = function (bytes) {
    if (!scratch || scratch.size < bytes.length + 2) {
      scratch = makeScratch(Math.max(1 << 17, 2 * bytes.length + 2));
    }
    const places = scratch.places;
    const rings = scratch.rings;
    const ends = scratch.ends;
    const boxes = scratch.boxes;
    const xy = scratch.xy;
    let count = 0;
    let ring = 0;
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
      places[count] = place;
      let west = Infinity;
      let north = Infinity;
      let east = -Infinity;
      let south = -Infinity;
      for (let left = whole(); left > 0; left -= 1) {
        for (let vertices = whole(); vertices > 0; vertices -= 1) {
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
        ring += 1;
        ends[ring] = vertex;
      }
      boxes[4 * count] = west;
      boxes[4 * count + 1] = north;
      boxes[4 * count + 2] = east;
      boxes[4 * count + 3] = south;
      count += 1;
      rings[count] = ring;
    }
    const all = new Int32Array(6 * count + ring + 2 + vertex);
    let from = 0;
    function keep(values, length) {
      const kept = all.subarray(from, from + length);
      kept.set(values.subarray(0, length));
      from += length;
      return kept;
    }
    return {
      places: keep(places, count),
      rings: keep(rings, count + 1),
      ends: keep(ends, ring + 1),
      boxes: keep(boxes, 4 * count),
      xy: keep(xy, vertex),
      weight: all.byteLength,
      array: all,
    };
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

  const LATER = new Set(["far", "spare", "hazard"]);
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
    if (!choices.length) {
      return [];
    }
    const numbers = readNumbers(bytes, 1, count);
    const texts = new Array(count);
    for (let place = 0; place < count; place += 1) {
      const number = numbers[place];
      texts[place] = number ? choices[number - 1] : null;
    }
    return texts;
  };

  function readColumn(bytes, column, count) {
    return READERS[column[1]](bytes, column[2], count, column[4]);
  }

  /* What filters, cards and comparisons ask is read when one does: that takes four times the memory of the bytes. */
  function readLater(into, name, bytes, column, count) {
    function put(target, values) {
      Object.defineProperty(target, name, { value: values, writable: true, configurable: true, enumerable: true });
    }
    Object.defineProperty(into, name, {
      configurable: true,
      enumerable: true,
      get: function () {
        const values = readColumn(bytes, column, count);
        put(this, values);
        return values;
      },
      set: function (values) {
        put(this, values);
      },
    });
  }

  /** Read the columns of all `count` plots: {name: values}, a name `near.gas` as {near: {gas: values}}. */
  GZ.readColumns = function (bytes, columns, count) {
    const found = {};
    let at = 0;
    columns.forEach(function (column) {
      const path = column[0].split(".");
      const name = path[path.length - 1];
      let into = found;
      if (path.length > 1) {
        into = found[path[0]] = found[path[0]] || {};
      }
      const part = bytes.subarray(at, at + column[3]);
      at += column[3];
      if (LATER.has(path[0])) {
        readLater(into, name, part.slice(), column, count);
      } else {
        into[name] = readColumn(part, column, count);
      }
    });
    return found;
  };
})();
