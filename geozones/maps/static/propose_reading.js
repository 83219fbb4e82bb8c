/* A site out of a file or pasted text: GeoJSON, KML, degrees, degrees-minutes-seconds, metres. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const SIDES = "[NSEWСЮВЗnsew]|с\\.?\\s*ш\\.?|в\\.?\\s*д\\.?|с\\.?\\s*е\\.?|ш\\.?\\s*б\\.?";
  const ANGLE = new RegExp(
    "([NSEWСЮВЗnsew]?)\\s*(\\d{1,3}(?:[.,]\\d+)?)\\s*°\\s*(?:(\\d{1,2}(?:[.,]\\d+)?)\\s*'\\s*)?" +
      "(?:(\\d{1,2}(?:[.,]\\d+)?)\\s*(?:\"|'')\\s*)?(" + SIDES + ")?",
    "g",
  );
  const TRIPLE = /^(\d{1,3})-(\d{1,2})-(\d{1,2}(?:[.,]\d+)?)$/;
  const MOST_CORNERS = 2000;

  function number(text) {
    return Number(text.replace(",", "."));
  }

  /* Minutes and seconds from 60 on are a slip of the pen, never another place. */
  function degrees(parts) {
    if (number(parts[1] || "0") >= 60 || number(parts[2] || "0") >= 60) {
      return NaN;
    }
    return number(parts[0]) + number(parts[1] || "0") / 60 + number(parts[2] || "0") / 3600;
  }

  function plainText(text) {
    return text
      .replace(/[º˚]/g, "°")
      .replace(/[′’‘`´]/g, "'")
      .replace(/[″“”]/g, '"')
      .replace(/[−–—]/g, "-")
      .replace(/(\d)[\u00a0\u202f\u2009](?=\d)/g, "$1");
  }

  function cells(line) {
    if (/[;\t|]/.test(line)) {
      return line.split(/[;\t|]/);
    }
    if (/\d\.\d/.test(line)) {
      return line.split(/[\s,]+/);
    }
    const parts = line.trim().split(/\s+/);
    return parts.length > 1 ? parts : line.split(",");
  }

  /* The two numbers of a line, and whether a side of the world says that the first is a longitude. */
  function readLine(line) {
    if (line.includes("°")) {
      const found = Array.from(line.matchAll(ANGLE));
      const values = found.map(function (each) {
        return degrees([each[2], each[3], each[4]]);
      });
      const side = found.length ? (found[0][1] || found[0][5] || "").toLowerCase() : "";
      return { values: values.filter(Number.isFinite), isSwapped: /^(e|w|в|з|ш)/.test(side) };
    }
    const values = [];
    cells(line).forEach(function (cell) {
      const text = cell.trim().replace(/^[a-zа-я]{1,3}\s*[=:]\s*/i, "");
      const triple = text.match(TRIPLE);
      if (triple) {
        values.push(degrees(triple.slice(1)));
      } else if (/^-?\d+(?:[.,]\d+)?$/.test(text)) {
        values.push(number(text));
      }
    });
    return { values: values.filter(Number.isFinite), isSwapped: false };
  }

  /* A number of the point before the two, or a height behind them, is passed over. */
  function twoOf(values) {
    if (values.length > 2 && Number.isInteger(values[0]) && values[0] < 10000 && Math.abs(values[1]) >= 20) {
      return values.slice(1, 3);
    }
    return values.slice(0, 2);
  }

  function fits(lat, lon) {
    const box = GZ.propose.bounds;
    return lon >= box[0] && lon <= box[2] && lat >= box[1] && lat <= box[3];
  }

  function isNorthing(value) {
    return value > 4.3e6 && value < 5.3e6;
  }

  function systemOf(first, second) {
    const northFirst = isNorthing(first);
    const easting = northFirst ? second : first;
    if (!northFirst && !isNorthing(second)) {
      return null;
    }
    const zone = Math.floor(easting / 1e6);
    if ((zone >= 10 && zone <= 14) || (zone >= 20 && zone <= 26)) {
      return { system: GZ.gaussKrueger(zone), northFirst: northFirst };
    }
    if (easting < 1e5 || easting > 9e5) {
      return null;
    }
    if (northFirst) {
      const known = GZ.gaussKrueger(GZ.propose.gaussZone);
      return { system: Object.assign(known, { falseEasting: 500000 }), northFirst: true };
    }
    return { system: GZ.utm(GZ.propose.utmZone), northFirst: false };
  }

  function place(pairs, swapped) {
    const first = pairs[0].values;
    if (Math.abs(first[0]) <= 180 && Math.abs(first[1]) <= 180) {
      const isLat = swapped ? false : fits(first[0], first[1]);
      return {
        name: "WGS 84",
        at: function (values) {
          return isLat ? [values[0], values[1]] : [values[1], values[0]];
        },
      };
    }
    const found = systemOf(first[0], first[1]);
    return found === null
      ? null
      : {
          name: found.system.name,
          at: function (values) {
            const north = found.northFirst ? values[0] : values[1];
            const east = found.northFirst ? values[1] : values[0];
            return GZ.toDegrees(north, east, found.system);
          },
        };
  }

  /** Read pasted corners, one a line: {corners, system} or {problem}. */
  GZ.readCorners = function (text) {
    const pairs = [];
    const lines = plainText(text).split(/\r?\n/);
    for (let i = 0; i < lines.length; i += 1) {
      const read = readLine(lines[i]);
      const values = twoOf(read.values);
      if (values.length === 2) {
        pairs.push({ values: values, isSwapped: read.isSwapped, line: i + 1 });
      } else if (/\d{2,}[.,]\d{2,}|\d{5,}|°/.test(lines[i])) {
        return { problem: GZ.t("Line {n}: two coordinates are needed.", { n: i + 1 }) };
      }
    }
    if (pairs.length < 3) {
      return { problem: GZ.t("An outline needs three corners at least, one a line, such as 42.1795 69.9850.") };
    }
    const rule = place(pairs, pairs[0].isSwapped);
    if (rule === null) {
      return { problem: GZ.t("The notation was not recognised. Write degrees, such as 42.1795 69.9850.") };
    }
    const corners = pairs.map(function (pair) {
      return rule.at(pair.values);
    });
    const outside = corners.findIndex(function (corner) {
      return !fits(corner[0], corner[1]);
    });
    if (outside >= 0) {
      return { problem: GZ.t("Line {n} lies outside the region. Check the order of the axes and the zone.", { n: pairs[outside].line }) };
    }
    return { corners: openRing(corners), system: rule.name };
  };

  function openRing(corners) {
    const last = corners[corners.length - 1];
    const isClosed = corners.length > 3 && Math.hypot(last[0] - corners[0][0], last[1] - corners[0][1]) < 1e-9;
    return isClosed ? corners.slice(0, -1) : corners;
  }

  function largestRing(geometry) {
    const polygons =
      geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
    const rings = polygons.map(function (polygon) {
      return polygon[0].map(function (point) {
        return [Number(point[1]), Number(point[0])];
      });
    });
    return rings.sort(function (one, other) {
      return Math.abs(GZ.ringArea(other)) - Math.abs(GZ.ringArea(one));
    })[0];
  }

  function checkRing(ring) {
    if (!ring || ring.length < 4) {
      return { problem: GZ.t("The file holds no outline.") };
    }
    const isWrong = ring.some(function (corner) {
      return !fits(corner[0], corner[1]);
    });
    if (isWrong) {
      return { problem: GZ.t("The outline lies outside the region. The page reads degrees of WGS 84.") };
    }
    if (ring.length > MOST_CORNERS) {
      return { problem: GZ.t("The outline has too many corners. Simplify it.") };
    }
    return { corners: openRing(ring), system: "WGS 84" };
  }

  function readGeojson(text) {
    const found = JSON.parse(text);
    const features = Array.isArray(found.features) ? found.features : [found];
    const feature = features.find(function (each) {
      return each && (each.geometry || each).coordinates;
    });
    if (!feature) {
      return checkRing(null);
    }
    const read = checkRing(largestRing(feature.geometry || feature));
    return Object.assign(read, { properties: feature.properties || {} });
  }

  function readKml(text) {
    const page = new DOMParser().parseFromString(text, "application/xml");
    const node = Array.from(page.getElementsByTagName("*")).find(function (each) {
      return each.localName === "coordinates" && each.textContent.trim().split(/\s+/).length > 2;
    });
    if (!node) {
      return checkRing(null);
    }
    const ring = node.textContent
      .trim()
      .split(/\s+/)
      .map(function (triple) {
        const parts = triple.split(",").map(Number);
        return [parts[1], parts[0]];
      });
    const name = Array.from(page.getElementsByTagName("*")).find(function (each) {
      return each.localName === "name";
    });
    return Object.assign(checkRing(ring), { properties: name ? { name_ru: name.textContent.slice(0, 160) } : {} });
  }

  /** Read a file: {corners, system, properties} or {problem}. */
  GZ.readSiteFile = function (text) {
    const start = text.replace(/^\ufeff/, "").trimStart();
    try {
      if (start.startsWith("{")) {
        return readGeojson(start);
      }
      return start.startsWith("<") ? readKml(start) : GZ.readCorners(start);
    } catch (error) {
      return { problem: GZ.t("The file cannot be read: {reason}", { reason: error.message }) };
    }
  };
})();
