/* Layers of a zone's map that are shown on demand: strips, distances, sanitary zones, cut pieces, connections. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const STYLES = { strips: "strip", distances: "strip strip-distances", sanitary: "strip strip-sanitary" };
  const groups = {};
  let chosen = null;

  function polygon(outline, pane, className, fill) {
    const options = { pane: pane, className: className, fillRule: "evenodd" };
    return L.polygon(GZ.unpackPolygons(outline), fill ? Object.assign(options, { fillColor: fill }) : options);
  }

  function drawStrips(name) {
    const book = GZ.page.strips;
    const group = L.layerGroup();
    book[name].forEach(function (row) {
      const area = polygon(row[3], "strips", STYLES[name]).addTo(group);
      GZ.tip(area, function () {
        const feature = row[1] === null ? "" : GZ.say(book.features[row[1]]);
        return [GZ.ruleWords(book, row[0]), [feature, GZ.metres(row[2])].filter(Boolean).join(", ")];
      });
    });
    return group;
  }

  function drawPieces(places) {
    const book = GZ.page.land;
    const group = L.layerGroup();
    places.forEach(function (place) {
      book.cuts[place].forEach(function (cut) {
        if (cut[3]) {
          const piece = polygon(cut[4], "cut-pieces", "cut-piece", "url(#gz-cut)").addTo(group);
          GZ.tip(piece, function () {
            return [GZ.ruleWords(book, cut[0]), GZ.number(cut[2]) + " " + GZ.t("m²")];
          });
        }
      });
    });
    return group;
  }

  function drawLinks() {
    const group = L.layerGroup();
    GZ.NETWORKS.forEach(function (name) {
      const links = (GZ.page.networks[name].existing || {}).link || [];
      links.forEach(function (link) {
        if (link) {
          const className = "link-thin link-" + name;
          L.polyline(GZ.unpack(link), { pane: "all-links", className: className, interactive: false }).addTo(group);
        }
      });
    });
    return group;
  }

  const DRAWN = {
    strips: drawStrips,
    distances: drawStrips,
    sanitary: drawStrips,
    pieces: function () {
      return drawPieces(GZ.places());
    },
    links: drawLinks,
  };

  function has(name) {
    if (name === "pieces") {
      return Boolean(GZ.page.land) && GZ.page.land.cuts.some(function (cuts) {
        return cuts.length;
      });
    }
    if (name === "links") {
      return GZ.plots.count > 0;
    }
    return Boolean(GZ.page.strips && GZ.page.strips[name]);
  }

  function toggle(name, shown) {
    document.querySelector('[data-strips-key="' + name + '"]').classList.toggle("is-off", !shown);
    if (shown) {
      groups[name] = groups[name] || DRAWN[name](name);
      groups[name].addTo(GZ.map);
    } else if (groups[name]) {
      groups[name].remove();
    }
  }

  function showChosen(view) {
    if (chosen) {
      chosen.remove();
      chosen = null;
    }
    const place = view.plot ? GZ.plots.indexOf(view.plot) : -1;
    if (place >= 0 && GZ.page.land) {
      chosen = drawPieces([place]).addTo(GZ.map);
    }
  }

  GZ.onStart(function () {
    const keys = document.getElementById("strip-keys");
    if (!keys || GZ.page.kind !== "zone") {
      return;
    }
    GZ.pane(GZ.map, "strips", 402, true);
    GZ.pane(GZ.map, "cut-pieces", 415, true);
    GZ.pane(GZ.map, "all-links", 445);
    keys.querySelectorAll("[data-strips-key]").forEach(function (key) {
      key.hidden = !has(key.dataset.stripsKey);
      keys.hidden = keys.hidden && key.hidden;
    });
    keys.querySelectorAll("[data-strips]").forEach(function (box) {
      box.addEventListener("change", function () {
        toggle(box.dataset.strips, box.checked);
      });
    });
    GZ.onView(function (view, changed) {
      if (changed.includes("plot")) {
        showChosen(view);
      }
    });
  });
})();
