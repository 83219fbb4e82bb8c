/* The sheet of one plot for the land commission: corners, neighbours, networks, restrictions, lines to sign on. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const DEGREES = 1e7;
  const METRES = 100;

  let corners = null;

  /** What restricts a plot, as lines of text; null where the rules were not applied. Other scripts replace it. */
  GZ.restrictionLines = function () {
    return null;
  };

  function unpack(rings, unit) {
    return rings.map(function (steps) {
      const ring = [];
      let x = 0;
      let y = 0;
      for (let i = 0; i < steps.length; i += 2) {
        x += steps[i];
        y += steps[i + 1];
        ring.push([x / unit, y / unit]);
      }
      return ring;
    });
  }

  /** Corners of a plot, ring after ring: {lat, lon, north, east, side}; side is metres to the next corner. */
  GZ.cornersOf = function (place) {
    const packed = GZ.page.sheets.corners[place];
    const metres = unpack(packed[1], METRES);
    const given = GZ.page.sheets.most;
    const isCut = GZ.page.sheets.counts[place] > given;
    const found = [];
    unpack(packed[0], DEGREES).forEach(function (ring, order) {
      ring.forEach(function (at, corner) {
        const next = isCut && found.length + 1 === given ? null : ring[(corner + 1) % ring.length];
        found.push({
          lat: at[1],
          lon: at[0],
          east: metres[order][corner][0],
          north: metres[order][corner][1],
          side: next && GZ.geodesic.distance([at[1], at[0]], [next[1], next[0]]),
        });
      });
    });
    return found;
  };

  function row(cells, tag) {
    const line = GZ.el("tr", {});
    cells.forEach(function (cell, place) {
      line.append(GZ.el(tag || "td", { class: place ? "num" : null }, cell));
    });
    return line;
  }

  function cornerTable(place) {
    const crs = GZ.page.sheets.crs;
    const found = GZ.cornersOf(place);
    const head = GZ.el("thead", {});
    head.append(
      row(
        ["№", GZ.t("Latitude, °"), GZ.t("Longitude, °"), GZ.t("North, m"), GZ.t("East, m"), GZ.t("Side to the next, m")],
        "th",
      ),
    );
    const body = GZ.el("tbody", {});
    found.forEach(function (corner, order) {
      body.append(
        row([
          String(order + 1),
          GZ.number(corner.lat, 7),
          GZ.number(corner.lon, 7),
          GZ.number(corner.north, 2),
          GZ.number(corner.east, 2),
          corner.side === null ? "…" : GZ.number(corner.side, 2),
        ]),
      );
    });
    const title = GZ.t("Corners: WGS 84 and {crs} ({code})", { crs: crs[0], code: crs[1] });
    const box = GZ.el("div", {}, GZ.el("h3", {}, title), GZ.el("table", { class: "sheet-corners" }, head, body));
    const left = GZ.page.sheets.counts[place] - found.length;
    if (left > 0) {
      box.append(GZ.el("p", { class: "note" }, GZ.tn("and {n} more corner", "and {n} more corners", left)));
    }
    return box;
  }

  function neighbourWords(pair) {
    const number = pair[0] ? GZ.t("plot {no}", { no: pair[0] }) : "";
    return [number, pair[1]].filter(Boolean).join(", ");
  }

  function listing(title, lines, empty) {
    const list = GZ.el("ul", {});
    (lines.length ? lines : [empty]).forEach(function (line) {
      list.append(GZ.el("li", {}, GZ.name(line)));
    });
    return GZ.el("div", { class: "sheet-part" }, GZ.el("h3", {}, title), list);
  }

  function networks(place) {
    return GZ.NETWORKS.map(function (name) {
      const lines = GZ.networkTexts(name, place);
      return [GZ.networkWords(name) + ": " + GZ.networkAnswer(name, place)].concat(lines).join("; ");
    });
  }

  function restrictions(place) {
    const lines = GZ.restrictionLines(place);
    const title = GZ.t("Restrictions");
    return lines === null
      ? listing(title, [], GZ.t("Not checked here; ask before deciding"))
      : listing(title, lines, GZ.t("None found by the layers on the day"));
  }

  function blank(label) {
    return GZ.el("p", { class: "sheet-blank" }, GZ.el("span", {}, label));
  }

  function decision() {
    const box = GZ.el("div", { class: "sheet-sign" }, GZ.el("h3", {}, GZ.t("Decision of the land commission")));
    box.append(blank(""), blank(""));
    [GZ.t("Chair"), GZ.t("Members"), "", GZ.t("Secretary"), GZ.t("Date and number of the minutes")].forEach(
      function (label) {
        box.append(blank(label));
      },
    );
    return box;
  }

  function facts(place) {
    const list = GZ.el("dl", { class: "sheet-facts" });
    GZ.plotFacts(place).forEach(function (fact) {
      list.append(GZ.el("dt", {}, fact.label), GZ.el("dd", {}, GZ.name(fact.value)));
    });
    return list;
  }

  function draw(place) {
    document
      .getElementById("sheet-head")
      .replaceChildren(
        GZ.el("p", { class: "sheet-kind" }, GZ.t("Sheet of a plot")),
        GZ.el("h2", {}, GZ.name(GZ.plotTitle(place))),
        facts(place),
      );
    const neighbours = GZ.page.sheets.neighbours[place].map(neighbourWords);
    const beside = GZ.el(
      "div",
      { class: "sheet-columns" },
      listing(GZ.t("Neighbours"), neighbours, GZ.t("No plot or parcel of the layers touches this one")),
      restrictions(place),
      listing(GZ.t("Networks"), networks(place), ""),
    );
    document.getElementById("sheet").replaceChildren(cornerTable(place), beside, decision());
  }

  /* Numbers of the corners on the map. */
  function markCorners(place) {
    clearCorners();
    GZ.pane(GZ.map, "corners", 540);
    corners = L.layerGroup().addTo(GZ.map);
    const found = GZ.cornersOf(place);
    if (found.length > 40) {
      return;
    }
    found.forEach(function (corner, order) {
      const icon = L.divIcon({ className: "corner", html: GZ.el("span", {}, String(order + 1)), iconSize: [14, 14] });
      L.marker([corner.lat, corner.lon], { icon: icon, pane: "corners", keyboard: false, interactive: false }).addTo(
        corners,
      );
    });
  }

  function clearCorners() {
    if (corners) {
      corners.remove();
      corners = null;
    }
  }

  let printed = -1;

  /** Make the page ready to print the sheet of a plot: of the one in a place, else of the one chosen. */
  GZ.makeSheet = function (wanted) {
    const place = wanted === undefined ? GZ.plots.indexOf(GZ.view.plot) : wanted;
    if (place < 0 || !GZ.page.sheets) {
      return false;
    }
    printed = place;
    GZ.setPaper("a4-portrait");
    draw(place);
    markCorners(place);
    document.documentElement.classList.add("is-sheet");
    GZ.printSheet = true;
    return true;
  };

  GZ.onStart(function () {
    if (!GZ.page || !GZ.page.sheets || !document.getElementById("sheet")) {
      return;
    }
    const whole = GZ.printBounds;
    GZ.printBounds = function () {
      return GZ.printSheet ? GZ.plots.boundsOf(printed) : whole();
    };
    window.addEventListener("afterprint", clearCorners);
    GZ.cardButtons.unshift(function (place) {
      const button = GZ.el("button", { type: "button", class: "button", "data-sheet": "" }, GZ.t("Print the sheet"));
      button.addEventListener("click", function () {
        if (GZ.makeSheet(place)) {
          window.print();
        }
      });
      return button;
    });
  });
})();
