/* Two plots side by side: the first is laid aside in the view, the second is the plot that is chosen. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;

  let rim = null;

  function placeOf(id) {
    return id ? GZ.plots.indexOf(id) : -1;
  }

  /** Places of the two plots that are compared, or null. */
  GZ.compared = function () {
    const first = placeOf(GZ.view.with);
    const second = placeOf(GZ.view.plot);
    return first >= 0 && second >= 0 && first !== second ? [first, second] : null;
  };

  function titleOf(place) {
    return GZ.zoneNameOf(place) + " / " + (GZ.plots.rows.number[place] || GZ.plots.rows.id[place]);
  }

  function distanceOf(name, place) {
    const far = (GZ.plots.rows.far || {})[name];
    if (!far || !Number.isFinite(far[place])) {
      return "";
    }
    return GZ.isPublic() ? GZ.distanceClass(far[place]) : far[place] ? GZ.metres(far[place]) : GZ.t("at the boundary");
  }

  function spareOf(name, place) {
    const spare = (GZ.plots.rows.spare || {})[name];
    const free = spare ? spare[place] : null;
    const unit = GZ.unitWords(name);
    return !Number.isFinite(free)
      ? GZ.t("free capacity unknown")
      : GZ.t("free: {amount} {unit}", { amount: GZ.number(free), unit: unit });
  }

  function networkOf(name, place) {
    const answer = GZ.NEAR[GZ.plots.rows.near[name][place]];
    const parts = [GZ.SIGNS[answer] + " " + GZ.answerWords(answer), distanceOf(name, place)];
    if (!GZ.isPublic() && answer !== "no") {
      parts.push(spareOf(name, place));
    }
    return parts.filter(Boolean).join(", ");
  }

  function needOf(name, place) {
    const need = GZ.plots.rows.need[name][place];
    return need === null || need === undefined ? "" : GZ.number(need) + " " + GZ.unitWords(name);
  }

  function rows() {
    const found = [
      [GZ.t("State"), function (place) {
        return GZ.stateWords(GZ.stateToday(place));
      }],
      [GZ.t("Area, ha"), function (place) {
        return GZ.plotHectares(GZ.plots.rows.ha[place]);
      }],
      [GZ.t("Cadastral number"), function (place) {
        return GZ.plots.rows.cadastral[place] || "";
      }],
      [GZ.t("Hazard class"), function (place) {
        return (GZ.plots.rows.hazard || [])[place] || "";
      }],
    ];
    GZ.NETWORKS.forEach(function (name) {
      found.push([GZ.networkWords(name), networkOf.bind(null, name)]);
      found.push([GZ.networkWords(name) + ": " + GZ.t("needs, {unit}", { unit: GZ.unitWords(name) }), needOf.bind(null, name)]);
    });
    return found.concat(
      GZ.compareMore.map(function (more) {
        return more();
      }),
    );
  }

  /** More rows, by those scripts that have them: each gives [label, read(place)]. */
  GZ.compareMore = [];

  function head(pair) {
    const line = GZ.el("tr", {}, GZ.el("td", {}));
    pair.forEach(function (place) {
      const state = GZ.stateToday(place);
      const href = GZ.page.zones
        ? GZ.zonePage(GZ.page.zones[GZ.plots.rows.zone[place]].stem) + GZ.hashOf({ plot: GZ.plots.rows.id[place] })
        : null;
      const name = GZ.el(href ? "a" : "span", { href: href }, GZ.name(titleOf(place)));
      line.append(GZ.el("th", { scope: "col" }, GZ.swatch(state, false), " ", name));
    });
    return GZ.el("thead", {}, line);
  }

  function body(pair) {
    const box = GZ.el("tbody", {});
    rows().forEach(function (row) {
      const values = pair.map(row[1]);
      if (values.some(Boolean)) {
        const line = GZ.el("tr", { class: values[0] === values[1] ? null : "is-different" });
        line.append(GZ.el("th", { scope: "row" }, row[0]));
        values.forEach(function (value) {
          line.append(GZ.el("td", {}, value ? GZ.name(value) : GZ.t("not stated")));
        });
        box.append(line);
      }
    });
    return box;
  }

  function sheetButton(place) {
    const number = GZ.plots.rows.number[place] || GZ.plots.rows.id[place];
    const label = GZ.t("Sheet of plot {no}", { no: number });
    const button = GZ.el("button", { type: "button", class: "button", "data-sheet": "" }, label);
    button.addEventListener("click", function () {
      if (GZ.makeSheet(place)) {
        window.print();
      }
    });
    return button;
  }

  /** Fill the box with the two plots that are compared; gives false where there are not two. */
  GZ.drawCompared = function (box) {
    const pair = GZ.compared();
    if (!pair) {
      return false;
    }
    const stop = GZ.el(
      "button",
      {
        type: "button",
        class: "button button-quiet",
        onclick: function () {
          GZ.setView({ with: null, plot: null });
        },
      },
      "‹ " + GZ.t("End the comparison"),
    );
    const table = GZ.el("table", { class: "compare" }, head(pair), body(pair));
    const parts = [stop, GZ.el("h2", { id: "card-title" }, GZ.t("Two plots side by side")), table];
    if (GZ.page.sheets) {
      parts.push(GZ.el("div", { class: "card-buttons no-print" }, sheetButton(pair[0]), sheetButton(pair[1])));
    }
    box.replaceChildren.apply(box, parts);
    return true;
  };

  /* ---- the plot that is laid aside ---- */

  function drawAside() {
    const box = document.getElementById("compare-bar");
    const first = placeOf(GZ.view.with);
    if (rim) {
      rim.remove();
      rim = null;
    }
    if (!box) {
      return;
    }
    box.hidden = first < 0 || Boolean(GZ.compared() && GZ.page.kind === "zone");
    if (first < 0) {
      return;
    }
    const off = GZ.el("button", { type: "button", class: "chip" }, GZ.t("End the comparison"));
    off.addEventListener("click", function () {
      GZ.setView({ with: null });
    });
    const text = GZ.t("{plot} is kept for comparison: choose a second plot", { plot: titleOf(first) });
    box.replaceChildren(GZ.el("span", {}, GZ.name(text)), off);
    if (GZ.map && GZ.plots.rows.shapes) {
      GZ.pane(GZ.map, "plot-rims", 410);
      const shape = GZ.unpackPolygons(GZ.plots.rows.shapes[first]);
      rim = L.polygon(shape, { pane: "plot-rims", className: "plot-aside", interactive: false }).addTo(GZ.map);
    }
  }

  GZ.cardButtons.push(function (place) {
    const id = GZ.plots.rows.id[place];
    const button = GZ.el("button", { type: "button", class: "button", "data-compare": "" }, GZ.t("Compare"));
    button.addEventListener("click", function () {
      GZ.setView({ with: id, plot: null });
      document.getElementById("plots").scrollIntoView({ block: "nearest" });
    });
    return button;
  });

  /** A column of the table of all plots: lays a plot aside, or sets it beside the one laid aside. */
  GZ.compareColumn = {
    key: "compare",
    className: "no-print",
    isPlain: true,
    label: function () {
      return GZ.t("Compare");
    },
    value: function () {
      return 0;
    },
    cell: function (place) {
      const id = GZ.plots.rows.id[place];
      const box = GZ.el("input", {
        type: "checkbox",
        class: "compare-box",
        "aria-label": GZ.t("Compare") + ": " + titleOf(place),
      });
      box.checked = GZ.view.with === id || (Boolean(GZ.view.with) && GZ.view.plot === id);
      box.addEventListener("change", function () {
        choose(id, box.checked);
      });
      return box;
    },
  };

  function choose(id, on) {
    if (!on) {
      GZ.setView(GZ.view.with === id ? { with: GZ.view.plot || null, plot: null } : { plot: null });
    } else if (GZ.view.with) {
      GZ.setView({ plot: id });
    } else {
      GZ.setView({ with: id, plot: null });
    }
  }

  GZ.onStart(function () {
    if (!GZ.plots || !document.getElementById("compare-bar")) {
      return;
    }
    GZ.onView(function (view, changed) {
      if (changed.includes("with") || changed.includes("plot")) {
        drawAside();
        drawBelow();
      }
    });
    GZ.onLanguage(function () {
      drawAside();
      drawBelow();
    });
  });

  /* On the index the comparison stands above the table of all plots. */
  function drawBelow() {
    const box = document.getElementById("compare-box");
    if (box) {
      box.hidden = !GZ.drawCompared(box);
    }
  }
})();
