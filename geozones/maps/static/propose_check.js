/* The approximate check of a site in the page: zones, granted land, lines, districts, nearest connection points. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const CLASSES_M = [500, 2000, 5000];

  function rings(shape, plane) {
    return GZ.unpackPolygons(shape)
      .flat(1)
      .map(function (ring) {
        return ring.map(plane);
      });
  }

  function hectares(square) {
    return square / 10000;
  }

  function overlaps(site, rows, plane) {
    return rows
      .map(function (row) {
        return { row: row, ha: hectares(GZ.sharedArea(site, rings(row.shape, plane))) };
      })
      .filter(function (each) {
        return each.ha > 0.005;
      })
      .sort(function (one, other) {
        return other.ha - one.ha;
      });
  }

  function sum(found) {
    return found.reduce(function (all, each) {
      return all + each.ha;
    }, 0);
  }

  function amount(ha) {
    return GZ.number(ha, ha < 10 ? 2 : 1);
  }

  function zoneLines(site, plane) {
    return overlaps(site, GZ.propose.zones, plane).map(function (found) {
      return ["block", GZ.t("{ha} ha lie in the zone {name}.", { ha: amount(found.ha), name: GZ.say(found.row.name) })];
    });
  }

  function parcelLines(site, plane, isPrivate) {
    const found = overlaps(site, GZ.propose.parcels, plane);
    const granted = found.filter(function (each) {
      return each.row.granted;
    });
    const farm = found.filter(function (each) {
      return each.row.farm;
    });
    const wet = found.filter(function (each) {
      return each.row.irrigated;
    });
    const lines = [];
    if (granted.length && !isPrivate) {
      const fields = { ha: amount(sum(granted)), name: granted[0].row.name || "–" };
      lines.push([
        "block",
        GZ.tn(
          "{ha} ha are granted land: {n} parcel ({name}).",
          "{ha} ha are granted land: {n} parcels, the largest {name}.",
          granted.length,
          fields,
        ),
      ]);
    }
    if (farm.length) {
      lines.push([isPrivate ? "warn" : "block", GZ.t("{ha} ha are of the agricultural category.", { ha: amount(sum(farm)) })]);
    }
    if (wet.length) {
      lines.push(["warn", GZ.t("{ha} ha are irrigated.", { ha: amount(sum(wet)) })]);
    }
    return lines;
  }

  function lineLines(ring, plane) {
    const lines = [];
    GZ.propose.lines.forEach(function (line) {
      const metres = line.lines.reduce(function (least, steps) {
        return Math.min(least, GZ.metresToLine(ring, GZ.unpack(steps).map(plane)));
      }, Infinity);
      if (metres <= line.strip) {
        lines.push(["warn", GZ.t("{name}: its strip of {strip} m reaches the site.", { name: line.name, strip: GZ.number(line.strip) })]);
      }
    });
    return lines;
  }

  function nearestPoint(ring, plane, network) {
    let best = null;
    GZ.propose.points.forEach(function (point) {
      if (point.network === network) {
        const metres = GZ.metresToPoint(ring, plane(GZ.unpack(point.at)[0]));
        if (best === null || metres < best.metres) {
          best = { metres: metres, name: point.name };
        }
      }
    });
    return best;
  }

  function farWords(metres) {
    if (!GZ.propose.isPublic) {
      return "≈ " + GZ.metres(metres < 1000 ? Math.round(metres / 10) * 10 : Math.round(metres / 100) * 100);
    }
    const place = CLASSES_M.findIndex(function (limit) {
      return metres <= limit;
    });
    return GZ.distanceClass(place < 0 ? CLASSES_M.length : place);
  }

  function pointLines(ring, plane) {
    return GZ.NETWORKS.map(function (network) {
      const found = nearestPoint(ring, plane, network);
      const name = GZ.networkWords(network);
      if (found === null) {
        return ["unknown", GZ.t("{network}: no connection point is known.", { network: name })];
      }
      const isNear = found.metres <= GZ.propose.nearM[network];
      const words = GZ.t("{network}: nearest connection point {name}, {far} in a straight line.", {
        network: name,
        name: found.name || "",
        far: farWords(found.metres),
      });
      return [isNear ? "pass" : "warn", words.replace(" ,", ",")];
    });
  }

  /** The districts with which an outline shares land, the largest share first. */
  GZ.districtsOf = function (ring, plane) {
    return overlaps([ring], GZ.propose.districts, plane);
  };

  function districtLines(ring, plane, filed) {
    const found = GZ.districtsOf(ring, plane);
    const all = hectares(Math.abs(GZ.ringArea(ring)));
    const lines = [];
    if (!GZ.propose.districts.length) {
      return lines;
    }
    if (!found.length) {
      return [["block", GZ.t("The site lies outside the region.")]];
    }
    if (filed && found[0].row.code !== filed) {
      lines.push(["block", GZ.t("The land is that of {name}, not of the district that files.", { name: GZ.say(found[0].row.name) })]);
    }
    if (found.length > 1 && found[1].ha > 0.001 * all) {
      lines.push(["warn", GZ.t("{ha} ha lie in another district: {name}.", { ha: amount(found[1].ha), name: GZ.say(found[1].row.name) })]);
    }
    return lines;
  }

  /**
   * Check an outline: lines of [answer, words], the worst first, and how many block and warn.
   * `site` has corners ([lat, lon]), kind, district and missing (parts of the form without text).
   */
  GZ.checkSite = function (site) {
    const centre = site.corners[0];
    const plane = GZ.planeAt(centre[0], centre[1]);
    const ring = site.corners.map(plane);
    const crossing = GZ.crossingSides(ring);
    const ha = hectares(Math.abs(GZ.ringArea(ring)));
    if (crossing) {
      return { ha: ha, lines: [["block", GZ.t("The outline crosses itself: sides from corner {a} and from corner {b}.", { a: crossing[0], b: crossing[1] })]] };
    }
    const isPrivate = site.kind === "private";
    const lines = [].concat(
      zoneLines([ring], plane),
      parcelLines([ring], plane, isPrivate),
      districtLines(ring, plane, site.district),
      lineLines(ring, plane),
      pointLines(ring, plane),
    );
    if (site.missing) {
      lines.push(["warn", GZ.tn("{n} of the nine parts of the concept is missing.", "{n} of the nine parts of the concept are missing.", site.missing)]);
    }
    const order = ["block", "warn", "unknown", "pass"];
    lines.sort(function (one, other) {
      return order.indexOf(one[0]) - order.indexOf(other[0]);
    });
    return { ha: ha, lines: lines, districts: GZ.districtsOf(ring, plane) };
  };

  GZ.verdictWords = function (lines) {
    const count = function (answer) {
      return lines.filter(function (line) {
        return line[0] === answer;
      }).length;
    };
    if (count("block")) {
      return ["blocked", GZ.tn("cannot while {n} block stands", "cannot while {n} blocks stand", count("block"))];
    }
    if (count("warn")) {
      return ["conditions", GZ.tn("can after {n} condition", "can after {n} conditions", count("warn"))];
    }
    return ["can", GZ.t("nothing speaks against it here")];
  };
})();
