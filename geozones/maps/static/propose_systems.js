/* Metres of Gauss-Krüger and UTM to degrees and back, for coordinates out of land catalogues. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const RAD = Math.PI / 180;
  const WGS84 = { a: 6378137, f: 1 / 298.257223563 };
  const KRASSOVSKY = { a: 6378245, f: 1 / 298.3 };
  /* EPSG:15865, Pulkovo 1942 to WGS 84; rotations as of position vectors, in seconds of arc. */
  const SHIFT = { x: 25, y: -141, z: -78.5, rx: 0, ry: -0.35, rz: -0.736 };

  function series(f) {
    const n = f / (2 - f);
    return {
      n: n,
      radius: (1 + (n * n) / 4 + Math.pow(n, 4) / 64) / (1 + n),
      alpha: [
        n / 2 - (2 / 3) * n * n + (5 / 16) * Math.pow(n, 3),
        (13 / 48) * n * n - (3 / 5) * Math.pow(n, 3),
        (61 / 240) * Math.pow(n, 3),
      ],
      beta: [
        n / 2 - (2 / 3) * n * n + (37 / 96) * Math.pow(n, 3),
        (1 / 48) * n * n + (1 / 15) * Math.pow(n, 3),
        (17 / 480) * Math.pow(n, 3),
      ],
    };
  }

  /** Degrees to metres of a transverse Mercator projection: [northing, easting]. */
  GZ.toMetres = function (lat, lon, system) {
    const s = series(system.ellipsoid.f);
    const t = 2 * Math.sqrt(s.n) / (1 + s.n);
    const sin = Math.sin(lat * RAD);
    const tau = Math.sinh(Math.atanh(sin) - t * Math.atanh(t * sin));
    const dl = (lon - system.meridian) * RAD;
    const xi = Math.atan2(tau, Math.cos(dl));
    const eta = Math.atanh(Math.sin(dl) / Math.hypot(1, tau));
    let x = xi;
    let y = eta;
    s.alpha.forEach(function (each, place) {
      const k = 2 * (place + 1);
      x += each * Math.sin(k * xi) * Math.cosh(k * eta);
      y += each * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    const scale = system.scale * system.ellipsoid.a * s.radius;
    return [scale * x, system.falseEasting + scale * y];
  };

  function inverse(northing, easting, system) {
    const s = series(system.ellipsoid.f);
    const scale = system.scale * system.ellipsoid.a * s.radius;
    const xi = northing / scale;
    const eta = (easting - system.falseEasting) / scale;
    let x = xi;
    let y = eta;
    s.beta.forEach(function (each, place) {
      const k = 2 * (place + 1);
      x -= each * Math.sin(k * xi) * Math.cosh(k * eta);
      y -= each * Math.cos(k * xi) * Math.sinh(k * eta);
    });
    const chi = Math.asin(Math.sin(x) / Math.cosh(y));
    const e = Math.sqrt(system.ellipsoid.f * (2 - system.ellipsoid.f));
    let lat = chi;
    for (let turn = 0; turn < 8; turn += 1) {
      lat = Math.asin(Math.tanh(Math.atanh(Math.sin(chi)) + e * Math.atanh(e * Math.sin(lat))));
    }
    return [lat / RAD, system.meridian + Math.atan2(Math.sinh(y), Math.cos(x)) / RAD];
  }

  function shiftDatum(lat, lon) {
    const e2 = KRASSOVSKY.f * (2 - KRASSOVSKY.f);
    const sin = Math.sin(lat * RAD);
    const n = KRASSOVSKY.a / Math.sqrt(1 - e2 * sin * sin);
    const x = n * Math.cos(lat * RAD) * Math.cos(lon * RAD);
    const y = n * Math.cos(lat * RAD) * Math.sin(lon * RAD);
    const z = n * (1 - e2) * sin;
    const turn = RAD / 3600;
    const moved = [
      SHIFT.x + x - SHIFT.rz * turn * y + SHIFT.ry * turn * z,
      SHIFT.y + SHIFT.rz * turn * x + y - SHIFT.rx * turn * z,
      SHIFT.z - SHIFT.ry * turn * x + SHIFT.rx * turn * y + z,
    ];
    const w2 = WGS84.f * (2 - WGS84.f);
    const p = Math.hypot(moved[0], moved[1]);
    let found = Math.atan2(moved[2], p * (1 - w2));
    for (let step = 0; step < 6; step += 1) {
      const at = WGS84.a / Math.sqrt(1 - w2 * Math.sin(found) * Math.sin(found));
      found = Math.atan2(moved[2] + w2 * at * Math.sin(found), p);
    }
    return [found / RAD, Math.atan2(moved[1], moved[0]) / RAD];
  }

  GZ.utm = function (zone) {
    return { ellipsoid: WGS84, meridian: 6 * zone - 183, falseEasting: 500000, scale: 0.9996, name: "UTM " + zone + "N" };
  };

  /** Gauss-Krüger of Pulkovo 1942: a zone of six degrees, or of three where the number asks for it. */
  GZ.gaussKrueger = function (zone) {
    const meridian = zone > 18 ? 3 * zone : 6 * zone - 3;
    return {
      ellipsoid: KRASSOVSKY,
      meridian: meridian,
      falseEasting: zone * 1e6 + 500000,
      scale: 1,
      isPulkovo: true,
      name: "Pulkovo 1942, " + zone,
    };
  };

  GZ.toDegrees = function (northing, easting, system) {
    const found = inverse(northing, easting, system);
    return system.isPulkovo ? shiftDatum(found[0], found[1]) : found;
  };
})();
