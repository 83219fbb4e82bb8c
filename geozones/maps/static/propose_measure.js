/* Measuring in the page: areas, overlaps and distances near a place, good to a part in a thousand. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const A = 6378137;
  const E2 = 0.00669437999014;
  const RAD = Math.PI / 180;
  const LINES = 400;

  /** A plane of metres around a place: east and north of it, on the ellipsoid WGS 84. */
  GZ.planeAt = function (lat, lon) {
    const sin = Math.sin(lat * RAD);
    const w = Math.sqrt(1 - E2 * sin * sin);
    const north = (A * (1 - E2)) / (w * w * w);
    const east = (A / w) * Math.cos(lat * RAD);
    return function (point) {
      return [(point[1] - lon) * RAD * east, (point[0] - lat) * RAD * north];
    };
  };

  GZ.ringArea = function (ring) {
    let sum = 0;
    for (let i = 0; i < ring.length; i += 1) {
      const next = ring[(i + 1) % ring.length];
      sum += ring[i][0] * next[1] - next[0] * ring[i][1];
    }
    return sum / 2;
  };

  function bounds(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    rings.forEach(function (ring) {
      ring.forEach(function (point) {
        box[0] = Math.min(box[0], point[0]);
        box[1] = Math.min(box[1], point[1]);
        box[2] = Math.max(box[2], point[0]);
        box[3] = Math.max(box[3], point[1]);
      });
    });
    return box;
  }

  /* Where a level line enters and leaves the rings (even-odd). */
  function crossings(rings, y) {
    const found = [];
    rings.forEach(function (ring) {
      for (let i = 0; i < ring.length; i += 1) {
        const a = ring[i];
        const b = ring[(i + 1) % ring.length];
        if (a[1] > y !== b[1] > y) {
          found.push(a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]));
        }
      }
    });
    return found.sort(function (one, other) {
      return one - other;
    });
  }

  function sharedLength(first, second) {
    let length = 0;
    for (let i = 0; i + 1 < first.length; i += 2) {
      for (let k = 0; k + 1 < second.length; k += 2) {
        length += Math.max(0, Math.min(first[i + 1], second[k + 1]) - Math.max(first[i], second[k]));
      }
    }
    return length;
  }

  /** Square metres that two shapes share; each is all rings of its polygons, in a plane of metres. */
  GZ.sharedArea = function (first, second) {
    const a = bounds(first);
    const b = bounds(second);
    const low = Math.max(a[1], b[1]);
    const high = Math.min(a[3], b[3]);
    if (high <= low || Math.min(a[2], b[2]) <= Math.max(a[0], b[0])) {
      return 0;
    }
    const step = (high - low) / LINES;
    let sum = 0;
    for (let line = 0; line < LINES; line += 1) {
      const y = low + (line + 0.5) * step;
      sum += sharedLength(crossings(first, y), crossings(second, y)) * step;
    }
    return sum;
  };

  GZ.isInside = function (rings, point) {
    return (
      crossings(rings, point[1]).filter(function (x) {
        return x > point[0];
      }).length %
        2 ===
      1
    );
  };

  function toSegment(point, a, b) {
    const dx = b[0] - a[0];
    const dy = b[1] - a[1];
    const length = dx * dx + dy * dy;
    const along = length ? ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length : 0;
    const share = Math.max(0, Math.min(1, along));
    return Math.hypot(point[0] - a[0] - share * dx, point[1] - a[1] - share * dy);
  }

  function side(a, b, c) {
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  }

  function doCross(a, b, c, d) {
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  }

  /** Metres from an outline to a point; 0 inside. */
  GZ.metresToPoint = function (ring, point) {
    if (GZ.isInside([ring], point)) {
      return 0;
    }
    return ring.reduce(function (least, corner, place) {
      return Math.min(least, toSegment(point, corner, ring[(place + 1) % ring.length]));
    }, Infinity);
  };

  /** Metres from an outline to a line; 0 where they meet. */
  GZ.metresToLine = function (ring, line) {
    let least = Infinity;
    for (let i = 0; i < line.length; i += 1) {
      least = Math.min(least, GZ.metresToPoint(ring, line[i]));
    }
    for (let i = 0; i + 1 < line.length; i += 1) {
      for (let k = 0; k < ring.length; k += 1) {
        if (doCross(ring[k], ring[(k + 1) % ring.length], line[i], line[i + 1])) {
          return 0;
        }
        least = Math.min(least, toSegment(ring[k], line[i], line[i + 1]));
      }
    }
    return least;
  };

  /** The two sides of a ring that cross, as numbers of their first corners from 1, or null. */
  GZ.crossingSides = function (ring) {
    for (let i = 0; i < ring.length; i += 1) {
      for (let k = i + 2; k < ring.length; k += 1) {
        const isNeighbour = i === 0 && k === ring.length - 1;
        if (!isNeighbour && doCross(ring[i], ring[i + 1], ring[k], ring[(k + 1) % ring.length])) {
          return [i + 1, k + 1];
        }
      }
    }
    return null;
  };
})();
