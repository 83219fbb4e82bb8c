/* Lengths and areas on the ellipsoid WGS 84, in metres; places are [lat, lon] in degrees. */
(function () {
  "use strict";

  const A = 6378137;
  const F = 1 / 298.257223563;
  const B = A * (1 - F);
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const RADIANS = Math.PI / 180;

  /* Vincenty's inverse formula; places of one region are never antipodal, where it would not converge. */
  function distance(from, to) {
    const u1 = Math.atan((1 - F) * Math.tan(from[0] * RADIANS));
    const u2 = Math.atan((1 - F) * Math.tan(to[0] * RADIANS));
    const apart = (to[1] - from[1]) * RADIANS;
    const sinU1 = Math.sin(u1);
    const cosU1 = Math.cos(u1);
    const sinU2 = Math.sin(u2);
    const cosU2 = Math.cos(u2);
    let lambda = apart;
    for (let round = 0; round < 100; round += 1) {
      const sinL = Math.sin(lambda);
      const cosL = Math.cos(lambda);
      const sinS = Math.hypot(cosU2 * sinL, cosU1 * sinU2 - sinU1 * cosU2 * cosL);
      if (sinS === 0) {
        return 0;
      }
      const cosS = sinU1 * sinU2 + cosU1 * cosU2 * cosL;
      const sigma = Math.atan2(sinS, cosS);
      const sinA = (cosU1 * cosU2 * sinL) / sinS;
      const cos2A = 1 - sinA * sinA;
      const cosM = cos2A ? cosS - (2 * sinU1 * sinU2) / cos2A : 0;
      const c = (F / 16) * cos2A * (4 + F * (4 - 3 * cos2A));
      const before = lambda;
      const bend = sigma + c * sinS * (cosM + c * cosS * (2 * cosM * cosM - 1));
      lambda = apart + (1 - c) * F * sinA * bend;
      if (Math.abs(lambda - before) < 1e-13) {
        return length(cos2A, sinS, cosS, sigma, cosM);
      }
    }
    return NaN;
  }

  function length(cos2A, sinS, cosS, sigma, cosM) {
    const k = (cos2A * (A * A - B * B)) / (B * B);
    const big = 1 + (k / 16384) * (4096 + k * (k * (320 - 175 * k) - 768));
    const small = (k / 1024) * (256 + k * (k * (74 - 47 * k) - 128));
    const inner = cosS * (2 * cosM * cosM - 1);
    const last = (small / 6) * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3);
    return B * big * (sigma - small * sinS * (cosM + (small / 4) * (inner - last)));
  }

  /* On the sphere of the same area, at latitudes that keep it, a polygon is as large as on the ellipsoid. */
  function authalic(lat) {
    const s = Math.sin(lat * RADIANS);
    const q = function (sine) {
      const part = E * sine;
      return (1 - E2) * (sine / (1 - part * part) + Math.atanh(part) / E);
    };
    return Math.asin(q(s) / q(1));
  }

  const R2 = (A * A * (1 + ((1 - E2) / E) * Math.atanh(E))) / 2;

  /** Area of a polygon whose corners stand in a row, in square metres. */
  function area(ring) {
    let excess = 0;
    ring.forEach(function (at, place) {
      const next = ring[(place + 1) % ring.length];
      const t1 = Math.tan(authalic(at[0]) / 2);
      const t2 = Math.tan(authalic(next[0]) / 2);
      const half = Math.tan(((next[1] - at[1]) * RADIANS) / 2);
      excess += 2 * Math.atan2(half * (t1 + t2), 1 + t1 * t2);
    });
    return Math.abs(excess) * R2;
  }

  window.GZ.geodesic = { distance: distance, area: area };
})();
