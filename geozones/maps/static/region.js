/* The index page: rings of shares on the map, the list of zones, the table of all plots. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const RING = 11.5;
  const STROKE = 5.5;
  const RING_ROOM = 18;

  const rings = [];
  let table = null;
  let ranks = { language: "", of: [] };

  /* With criteria set, a zone stays while one of its plots does. */
  function keepsZone(zone, filled) {
    const only = GZ.view.only;
    if (filled && !filled.has(zone.id)) {
      return false;
    }
    if (!only) {
      return true;
    }
    if (only === "free") {
      return zone.free[0] > 0;
    }
    if (only.startsWith("no-")) {
      return zone.near[only.slice(3)] === "no";
    }
    return only === "passed" ? Boolean(zone.passed) : true;
  }

  /* ---- rings ---- */

  function ringIcon(zone) {
    const size = 2 * (RING + 3);
    const middle = size / 2;
    const around = 2 * Math.PI * (RING - STROKE / 2);
    const svg = GZ.svg("svg", { width: size, height: size, viewBox: "0 0 " + size + " " + size, "aria-hidden": "true" });
    svg.append(GZ.svg("circle", { cx: middle, cy: middle, r: RING + 1.5, class: "ring-halo" }));
    const whole = zone.parts.reduce(function (sum, part) {
      return sum + part[1];
    }, 0);
    let start = 0;
    zone.parts.forEach(function (part) {
      const share = part[1] / (whole || 1);
      svg.append(
        GZ.svg("circle", {
          cx: middle,
          cy: middle,
          r: RING - STROKE / 2,
          class: "ring ring-" + part[0],
          "stroke-dasharray": (share * around).toFixed(2) + " " + around.toFixed(2),
          "stroke-dashoffset": (-start * around).toFixed(2),
          transform: "rotate(-90 " + middle + " " + middle + ")",
        }),
      );
      start += share;
    });
    if (zone.passed) {
      svg.append(GZ.svg("circle", { cx: middle, cy: middle, r: RING + 1.2, class: "ring-passed" }));
    }
    const link = GZ.el("a", { href: GZ.zonePage(zone.stem) || GZ.hashOf({ zone: zone.id }), class: "ring-link" }, svg);
    link.append(GZ.el("span", { class: "sr" }, GZ.say(zone.name)));
    return L.divIcon({ className: "ring-icon", html: link, iconSize: [size, size] });
  }

  /* A ring out of view is not laid out, and stays where it was until it comes into view. */
  const RingMarker = L.Marker.extend({
    update: function () {
      return this.isAway ? this : L.Marker.prototype.update.call(this);
    },

    setAway: function (away) {
      if (this.isAway !== away) {
        this.isAway = away;
        this.getElement().classList.toggle("is-away", away);
        this.update();
      }
    },
  });

  function describeZone(zone) {
    const free = GZ.tn("{n} plot", "{n} plots", zone.free[0]) + " · " + GZ.hectares(zone.free[1]) + " " + GZ.t("ha");
    return [GZ.say(zone.name), GZ.say(zone.district), GZ.t("free: {amount}", { amount: free })];
  }

  function drawZones() {
    const map = GZ.map;
    GZ.pane(map, "zone-ground", 300, true);
    GZ.pane(map, "rings", 560, true);
    GZ.pane(map, "leaders", 555);
    GZ.page.zones.forEach(function (zone) {
      const shape = GZ.unpackPolygons(zone.shape);
      const area = L.polygon(shape, { pane: "zone-ground", className: "zone-area" }).addTo(map);
      GZ.tip(area, describeZone.bind(null, zone));
      area.on("click", function () {
        map.fitBounds(area.getBounds(), { animate: false, padding: [40, 40] });
      });
      const at = GZ.unpack(zone.at)[0];
      const marker = new RingMarker(at, { icon: ringIcon(zone), pane: "rings", keyboard: false }).addTo(map);
      GZ.tip(marker, describeZone.bind(null, zone));
      const leader = L.polyline([at, at], { pane: "leaders", className: "leader", interactive: false }).addTo(map);
      rings.push({ zone: zone, at: at, marker: marker, leader: leader });
    });
    GZ.page.proposals.forEach(function (site) {
      const shape = GZ.unpackPolygons(site.shape);
      const area = L.polygon(shape, { pane: "zone-ground", className: "zone-proposed" }).addTo(map);
      GZ.tip(area, function () {
        return [GZ.say(site.name), GZ.t("proposed")];
      });
    });
    map.on("zoomend", placeRings);
    map.on("moveend resize", showRings);
    placeRings();
    showRings();
    GZ.ground.setLabels(zoneLabels, ringBoxes);
  }

  /* Rings that would cover each other step aside, with a thin line to their place. */
  function placeRings() {
    const map = GZ.map;
    const zoom = map.getZoom();
    const gap = 2 * RING + 5;
    const spots = rings.map(function (ring) {
      return map.project(ring.at, zoom);
    });
    const moved = spots.map(function (spot) {
      return spot.clone();
    });
    for (let round = 0; round < 60; round += 1) {
      let calm = true;
      for (let i = 0; i < moved.length; i += 1) {
        for (let j = i + 1; j < moved.length; j += 1) {
          const x = moved[j].x - moved[i].x;
          const y = moved[j].y - moved[i].y;
          const distance = Math.hypot(x, y);
          if (distance < gap) {
            const along = distance > 0.01 ? L.point(x, y).divideBy(distance) : L.point(1, (i % 3) - 1);
            const push = along.multiplyBy((gap - distance) / 2 + 0.1);
            moved[i] = moved[i].subtract(push);
            moved[j] = moved[j].add(push);
            calm = false;
          }
        }
      }
      if (calm) {
        break;
      }
    }
    rings.forEach(function (ring, place) {
      ring.at2 = map.unproject(moved[place], zoom);
      ring.marker.setLatLng(ring.at2);
      const far = moved[place].distanceTo(spots[place]) > 6;
      ring.leader.setLatLngs(far ? [ring.at, ring.at2] : [ring.at, ring.at]);
    });
  }

  /* Rings stand at far zooms, in view and one view around it. */
  function showRings() {
    const view = GZ.map.getBounds().pad(1);
    const near = GZ.map.getZoom() >= 12;
    rings.forEach(function (ring) {
      ring.marker.setAway(near || !view.contains(ring.at2));
    });
  }

  function ringBoxes(map) {
    const origin = map.getPixelOrigin();
    return map.getZoom() >= 12
      ? []
      : rings.map(function (ring) {
          const place = map.project(ring.at2 || ring.at, map.getZoom()).subtract(origin);
          return { left: place.x - RING, right: place.x + RING, top: place.y - RING, bottom: place.y + RING };
        });
  }

  function zoneLabels() {
    return rings.map(function (ring) {
      return {
        at: ring.at2 || ring.at,
        text: GZ.say(ring.zone.name),
        className: "label-zone",
        size: 12,
        weight: 600,
        minZoom: 9,
        offset: [0, RING + 11],
      };
    });
  }

  /* ---- the list of zones ---- */

  function showZones() {
    const kept = new Set();
    const filled = GZ.hasCriteria()
      ? new Set(
          GZ.kept().map(function (place) {
            return zoneOf(place).id;
          }),
        )
      : null;
    GZ.page.zones.forEach(function (zone) {
      if (keepsZone(zone, filled)) {
        kept.add(zone.id);
      }
    });
    let shown = 0;
    document.querySelectorAll("#zone-rows tr[data-zone]").forEach(function (row) {
      row.hidden = !kept.has(row.dataset.zone);
      shown += row.hidden ? 0 : 1;
    });
    const empty = document.getElementById("zones-empty");
    if (empty) {
      empty.hidden = shown > 0;
    }
    document.querySelectorAll(".zones tfoot").forEach(function (foot) {
      foot.hidden = Boolean(GZ.view.only || filled);
    });
    rings.forEach(function (ring) {
      const node = ring.marker.getElement();
      if (node) {
        node.classList.toggle("is-out", !kept.has(ring.zone.id));
      }
    });
  }

  /* A zone under the pointer in the list is marked on the map. */
  function bindRows() {
    document.querySelectorAll("tr[data-zone]").forEach(function (row) {
      ["mouseenter", "mouseleave", "focusin", "focusout"].forEach(function (name) {
        row.addEventListener(name, function () {
          const on = name === "mouseenter" || name === "focusin";
          rings.forEach(function (ring) {
            const node = ring.marker.getElement();
            if (node && ring.zone.id === row.dataset.zone) {
              node.classList.toggle("is-marked", on);
            }
          });
        });
      });
    });
    document.addEventListener("pointerover", function (event) {
      const cell = event.target.closest ? event.target.closest(".bar-cell") : null;
      if (cell) {
        cell.title = cell.querySelector(".sr").innerText;
      }
    });
  }

  /* ---- all plots ---- */

  function zoneOf(place) {
    return GZ.page.zones[GZ.plots.rows.zone[place]];
  }

  function countsPlot(place) {
    const zone = zoneOf(place);
    return Boolean(zone && zone.counted && (!GZ.view.zone || zone.id === GZ.view.zone));
  }

  function plotHref(place) {
    return GZ.zonePage(zoneOf(place).stem) + GZ.hashOf({ plot: GZ.plots.rows.id[place] });
  }

  function nearColumn(name) {
    return {
      key: name,
      label: function () {
        return GZ.networkWords(name);
      },
      value: function (place) {
        return "ynu".indexOf(GZ.plots.rows.near[name][place]);
      },
      cell: function (place) {
        const answer = GZ.NEAR[GZ.plots.rows.near[name][place]];
        const sign = GZ.el("span", { class: "sign", "aria-hidden": "true" }, GZ.SIGNS[answer]);
        return GZ.el("span", { class: "answer-" + answer }, sign, " " + GZ.answerWords(answer));
      },
    };
  }

  /* Place of every zone in the order of the names; the words of many plots are not at hand to sort by. */
  function zoneRanks() {
    const language = GZ.language();
    if (ranks.language !== language) {
      const order = GZ.page.zones.map(function (zone, place) {
        return place;
      });
      order.sort(function (a, b) {
        const names = [a, b].map(function (place) {
          return GZ.say(GZ.page.zones[place].name);
        });
        return names[0].localeCompare(names[1], language, { numeric: true });
      });
      ranks = { language: language, of: [] };
      order.forEach(function (place, rank) {
        ranks.of[place] = rank;
      });
    }
    return ranks.of;
  }

  function plotColumns() {
    const number = {
      key: "number",
      label: function () {
        return GZ.t("Plot");
      },
      value: function (place) {
        return GZ.say(zoneOf(place).name) + " / " + GZ.plots.rows.number[place];
      },
      rank: function (place) {
        return zoneRanks()[GZ.plots.rows.zone[place]];
      },
      cell: function (place) {
        const name = GZ.plots.rows.number[place] || GZ.plots.rows.id[place];
        return GZ.el("a", { href: plotHref(place) }, GZ.name(GZ.say(zoneOf(place).name) + " / " + name));
      },
    };
    const cadastral = {
      key: "cadastral",
      className: "nowrap",
      label: function () {
        return GZ.t("Cadastral number");
      },
      value: function (place) {
        return GZ.plots.rows.cadastral[place];
      },
      cell: function (place) {
        return GZ.name(GZ.plots.rows.cadastral[place] || "");
      },
    };
    const columns = [number, GZ.plotColumns.state, GZ.plotColumns.hectares].concat(GZ.NETWORKS.map(nearColumn));
    const last = GZ.plots.isTiled ? Object.assign({ fixed: true }, cadastral) : cadastral;
    return columns.concat([last, GZ.compareColumn]);
  }

  function drawTable() {
    if (!table) {
      return;
    }
    table.setSort(GZ.view.sort);
    table.draw();
    const words = document.getElementById("filter-words");
    const only = GZ.onlyWords[GZ.view.only];
    const parts = [GZ.sumWords(GZ.kept())];
    const box = [GZ.el("b", {}, parts.join(""))];
    if (only) {
      box.unshift(GZ.el("span", {}, only() + ": "));
      box.push(
        GZ.el(
          "button",
          {
            type: "button",
            class: "button button-quiet",
            onclick: function () {
              GZ.setView({ only: null });
            },
          },
          GZ.t("show all plots"),
        ),
      );
    }
    words.replaceChildren.apply(words, box);
  }

  function showPlotOnMap() {
    const wanted = GZ.view.plot;
    if (wanted && GZ.plots.isTiled) {
      GZ.plots.find(wanted).then(function (place) {
        if (GZ.view.plot === wanted) {
          choosePlot(place);
        }
      });
    } else {
      choosePlot(wanted ? GZ.plots.indexOf(wanted) : -1);
    }
  }

  function choosePlot(place) {
    GZ.plots.choose(place);
    if (place >= 0) {
      GZ.map.fitBounds(GZ.plots.boundsOf(place), { animate: false, maxZoom: 15 });
    }
  }

  function showZoneOnMap(id) {
    const zone = GZ.page.zones.find(function (each) {
      return each.id === id;
    });
    if (zone && GZ.map.getSize().x) {
      const shape = GZ.unpackPolygons(zone.shape).flat(2);
      GZ.map.fitBounds(L.latLngBounds(shape), { animate: false, padding: [40, 40] });
    }
  }

  GZ.onStart(function () {
    GZ.page = GZ.data("page-data");
    if (GZ.page.kind !== "region") {
      return;
    }
    GZ.wholeBounds = L.latLngBounds(GZ.page.bounds);
    GZ.countsPlot = countsPlot;
    GZ.fitEdge = RING_ROOM;
    GZ.fitAll();
    drawZones();
    bindRows();
    GZ.plots.options.onChoose = function (place) {
      window.location.href = plotHref(place);
    };
    GZ.plots.options.describe = function (place) {
      const rows = GZ.plots.rows;
      const name = GZ.say(zoneOf(place).name) + " / " + (rows.number[place] || rows.id[place]);
      const words = GZ.stateWords(GZ.plots.stateOf(place));
      return [name, GZ.plotHectares(rows.ha[place]) + " " + GZ.t("ha") + " · " + words];
    };
    table = GZ.table(document.getElementById("plot-table"), {
      columns: plotColumns(),
      rows: GZ.kept,
      learn: GZ.learnPlots,
      limit: 25,
      empty: function () {
        if (GZ.plots && !GZ.plots.count) {
          return GZ.t("No plots yet. Add a layer with the role plots to the settings and build again.");
        }
        return GZ.t("No plot answers this filter. Choose “all”, or tick a state in the legend.");
      },
      onSort: function (sort) {
        GZ.setView({ sort: sort });
      },
    });
    document.querySelectorAll('a[href="#layers"]').forEach(function (link) {
      link.addEventListener("click", function () {
        document.getElementById("layers").open = true;
      });
    });
    GZ.onLanguage(drawTable);
    GZ.onView(function (view, changed) {
      if (GZ.changesRows(changed)) {
        showZones();
        drawTable();
      }
      if (changed.includes("zone") && view.zone) {
        showZoneOnMap(view.zone);
      }
      if (changed.includes("with") || changed.includes("plot")) {
        drawTable();
      }
      if (changed.includes("plot")) {
        showPlotOnMap();
      }
    });
  });
})();
