/* Files of the rows that the filter keeps, made in the page: CSV for Excel, GeoJSON, KML. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const BOM = "\ufeff";
  const XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
  const FILLS = { free: "b37c8f0a", allocated: "b3bfa193", operating: "b37a5543", reserved: "b3e2d8d3" };

  /** As many rows as a file may have. */
  GZ.EXPORT_MOST = 100000;

  function text(key, label, read) {
    return { key: key, label: label, read: read };
  }

  function column(key, label, name) {
    return text(key, label, function (place) {
      const values = GZ.plots.rows[name];
      return values ? plain(values[place]) : null;
    });
  }

  function ofNetwork(key, label, name, write) {
    return GZ.NETWORKS.map(function (network) {
      return text(
        key + "_" + network,
        function () {
          return GZ.networkWords(network) + ": " + label(network);
        },
        function (place) {
          const values = (GZ.plots.rows[name] || {})[network];
          return values ? write(plain(values[place])) : null;
        },
      );
    });
  }

  /* In columns of numbers alone NaN stands for a missing one. */
  function plain(value) {
    return Number.isNaN(value) ? null : value;
  }

  function answer(letter) {
    return letter ? GZ.NEAR[letter] : null;
  }

  function columns() {
    const found = [
      column("plot_id", GZ.t.bind(null, "Plot id"), "id"),
      text("zone", GZ.t.bind(null, "Zone"), GZ.zoneNameOf),
      column("number", GZ.t.bind(null, "Number"), "number"),
      text("state", GZ.t.bind(null, "State"), function (place) {
        return GZ.stateWords(GZ.stateToday(place));
      }),
      column("area_ha", GZ.t.bind(null, "Area, ha"), "ha"),
      column("cadastral_no", GZ.t.bind(null, "Cadastral number"), "cadastral"),
      column("hazard_class", GZ.t.bind(null, "Hazard class"), "hazard"),
    ];
    return found.concat(
      ofNetwork("near", GZ.t.bind(null, "nearby"), "near", answer),
      GZ.isPublic()
        ? ofNetwork("distance", GZ.t.bind(null, "distance"), "far", GZ.distanceClass)
        : ofNetwork("distance_m", GZ.t.bind(null, "distance, m"), "far", plain),
      ofNetwork("need", needLabel, "need", plain),
      GZ.exportMore.reduce(function (all, more) {
        return all.concat(more());
      }, []),
    );
  }

  function needLabel(network) {
    return GZ.t("needs, {unit}", { unit: GZ.unitWords(network) });
  }

  /** More columns of the files, by those scripts that have them: each gives [{key, label(), read(place)}]. */
  GZ.exportMore = [];
  GZ.exportColumn = column;

  GZ.zoneNameOf = function (place) {
    const zone = GZ.page.zones ? GZ.page.zones[GZ.plots.rows.zone[place]] : GZ.page.zone;
    return zone ? GZ.say(zone.name) : "";
  };

  /* Columns of which the rows say nothing are left out; a demonstration says in every row that it is one. */
  function tableOf(places) {
    const found = columns().filter(function (each) {
      return places.some(function (place) {
        const value = each.read(place);
        return value !== null && value !== undefined && value !== "";
      });
    });
    if (GZ.page.demonstration) {
      found.push(text("note", GZ.t.bind(null, "Note"), GZ.demoWords));
    }
    return found;
  }

  GZ.demoWords = function () {
    return GZ.t("DEMO: boundaries, plots, participants, dates and networks are made up");
  };

  /* ---- CSV: marks, separators and decimals as Excel of the page's language reads them ---- */

  function cell(value, separator) {
    if (value === null || value === undefined) {
      return "";
    }
    if (typeof value === "number") {
      return GZ.language() === "en" ? String(value) : String(value).replace(".", ",");
    }
    let written = String(value);
    if (/^\d{1,4}[-/.]\d{1,4}([-/.]\d{1,4})?$/.test(written)) {
      written = "№ " + written;
    } else if (/^[=+\-@\t\r]/.test(written)) {
      written = "'" + written;
    }
    return /["\r\n]/.test(written) || written.includes(separator) ? '"' + written.replace(/"/g, '""') + '"' : written;
  }

  function writeCsv(places, table) {
    const separator = GZ.language() === "en" ? "," : ";";
    const lines = [
      table
        .map(function (each) {
          return cell(each.label(), separator);
        })
        .join(separator),
    ];
    places.forEach(function (place) {
      lines.push(
        table
          .map(function (each) {
            return cell(each.read(place), separator);
          })
          .join(separator),
      );
    });
    return BOM + lines.join("\r\n") + "\r\n";
  }

  /* ---- shapes ---- */

  function turn(ring) {
    return ring.reduce(function (sum, at, place) {
      const next = ring[(place + 1) % ring.length];
      return sum + (at[0] * next[1] - next[0] * at[1]);
    }, 0);
  }

  /* Rings as files want them: lon and lat, closed, the outer one against the clock. */
  function polygonsOf(place) {
    const shape = GZ.plots.isTiled ? GZ.plots.gathered.get(place) : GZ.unpackPolygons(GZ.plots.rows.shapes[place]);
    return (shape || []).map(function (rings) {
      return rings.map(function (ring, order) {
        const points = ring.map(function (each) {
          const at = L.latLng(each);
          return [Math.round(at.lng * 1e6) / 1e6, Math.round(at.lat * 1e6) / 1e6];
        });
        if (turn(points) > 0 !== (order === 0)) {
          points.reverse();
        }
        return points.concat([points[0]]);
      });
    });
  }

  function writeGeoJson(places, table) {
    const features = places.map(function (place) {
      const properties = {};
      table.forEach(function (each) {
        const value = each.read(place);
        properties[each.key] = value === undefined ? null : value;
      });
      return {
        type: "Feature",
        properties: properties,
        geometry: { type: "MultiPolygon", coordinates: polygonsOf(place) },
      };
    });
    return JSON.stringify({ type: "FeatureCollection", name: "plots", features: features });
  }

  function xml(value) {
    return String(value === null || value === undefined ? "" : value)
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
      .replace(/[&<>"']/g, function (letter) {
        return XML[letter];
      });
  }

  function ringXml(tag, ring) {
    const points = ring
      .map(function (at) {
        return at[0] + "," + at[1];
      })
      .join(" ");
    return "<" + tag + "><LinearRing><coordinates>" + points + "</coordinates></LinearRing></" + tag + ">";
  }

  function placemark(place, table) {
    const data = table
      .map(function (each) {
        return '<Data name="' + xml(each.label()) + '"><value>' + xml(each.read(place)) + "</value></Data>";
      })
      .join("");
    const shapes = polygonsOf(place)
      .map(function (rings) {
        const inner = rings.slice(1).map(ringXml.bind(null, "innerBoundaryIs"));
        return "<Polygon>" + ringXml("outerBoundaryIs", rings[0]) + inner.join("") + "</Polygon>";
      })
      .join("");
    const name = GZ.zoneNameOf(place) + " / " + (GZ.plots.rows.number[place] || GZ.plots.rows.id[place]);
    const style = "<styleUrl>#" + GZ.stateToday(place) + "</styleUrl>";
    const facts = "<ExtendedData>" + data + "</ExtendedData><MultiGeometry>" + shapes + "</MultiGeometry>";
    return "<Placemark><name>" + xml(name) + "</name>" + style + facts + "</Placemark>";
  }

  function writeKml(places, table) {
    const styles = GZ.STATES.map(function (state) {
      const fill = "<PolyStyle><color>" + (FILLS[state] || "b36b9ab7") + "</color></PolyStyle>";
      return '<Style id="' + state + '"><LineStyle><width>1.5</width></LineStyle>' + fill + "</Style>";
    }).join("");
    const about = GZ.page.demonstration ? "<description>" + xml(GZ.demoWords()) + "</description>" : "";
    const marks = places.map(function (place) {
      return placemark(place, table);
    });
    const head = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>';
    const name = "<name>" + xml(document.title) + "</name>";
    return head + name + about + styles + marks.join("") + "</Document></kml>\n";
  }

  const FORMATS = {
    csv: { type: "text/csv;charset=utf-8", write: writeCsv },
    geojson: { type: "application/geo+json", write: writeGeoJson },
    kml: { type: "application/vnd.google-earth.kml+xml", write: writeKml },
  };

  /** Write the plots in these places as the text of a file: csv, geojson or kml. */
  GZ.exportText = function (format, places) {
    const written = places.slice(0, GZ.EXPORT_MOST);
    return FORMATS[format].write(written, tableOf(written));
  };

  /** Hand a file to the person. */
  GZ.saveFile = function (name, type, content) {
    const address = URL.createObjectURL(new Blob([content], { type: type }));
    const link = GZ.el("a", { href: address, download: name, class: "sr" });
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(URL.revokeObjectURL.bind(URL, address), 10000);
  };

  GZ.exportPlots = function (format, places) {
    if (GZ.plots.isTiled) {
      const written = places.slice(0, GZ.EXPORT_MOST);
      GZ.plots.gather(written, format !== "csv").then(savePlots.bind(null, format, places));
    } else {
      savePlots(format, places);
    }
  };

  function savePlots(format, places) {
    const page = window.location.pathname.split("/").pop().replace(".html", "");
    const one = places.length === 1 ? String(GZ.plots.rows.id[places[0]]).replace(/[^A-Za-z0-9_-]/g, "") : "";
    const name = ["plots", page === "index" ? "" : page, one, GZ.page.asOf].filter(Boolean).join("_") + "." + format;
    GZ.saveFile(name, FORMATS[format].type, GZ.exportText(format, places));
  }

  function cardButton(format, label, place) {
    const button = GZ.el("button", { type: "button", class: "button", "data-format": format }, label());
    button.addEventListener("click", function () {
      GZ.exportPlots(format, [place]);
    });
    return button;
  }

  GZ.cardButtons.push(cardButton.bind(null, "kml", GZ.t.bind(null, "Open in Google Earth")));
  GZ.cardButtons.push(cardButton.bind(null, "csv", GZ.t.bind(null, "Row for Excel")));

  /* ---- the menu ---- */

  function said(places) {
    if (places.length <= GZ.EXPORT_MOST) {
      return GZ.t("Saved: {amount}", { amount: GZ.tn("{n} plot", "{n} plots", places.length) });
    }
    const most = GZ.number(GZ.EXPORT_MOST);
    return GZ.t("Only the first {most} of {n} were saved: narrow the filter", {
      most: most,
      n: GZ.number(places.length),
    });
  }

  function entry(menu, format, label) {
    const button = GZ.el("button", { type: "button", class: "menu-entry", "data-format": format }, label);
    button.addEventListener("click", function () {
      const places = GZ.kept();
      GZ.exportPlots(format, places);
      menu.open = false;
      menu.querySelector("summary").focus();
      menu.parentNode.querySelector(".menu-said").textContent = said(places);
    });
    return button;
  }

  function draw(box) {
    const menu = GZ.el("details", { class: "menu" }, GZ.el("summary", { class: "chip" }, GZ.t("Save rows")));
    const list = GZ.el(
      "div",
      { class: "menu-list float" },
      entry(menu, "csv", GZ.t("Table for Excel (CSV)")),
      entry(menu, "geojson", GZ.t("Map layer (GeoJSON)")),
      entry(menu, "kml", GZ.t("For Google Earth (KML)")),
    );
    menu.append(list);
    GZ.bindMenu(menu);
    box.replaceChildren(menu, GZ.el("span", { class: "menu-said unit", role: "status" }));
  }

  GZ.onStart(function () {
    const box = document.querySelector("[data-export]");
    if (box && GZ.plots && GZ.plots.count) {
      draw(box);
      GZ.onLanguage(draw.bind(null, box));
    }
  });
})();
