/* One filter for map, legend, chips and tables; and the controls of the map. */
(function () {
  "use strict";

  const GZ = window.GZ;

  /** What the choice `only` in the view keeps, by its name: a test of one plot. */
  GZ.only = {
    free: function (rows, place) {
      return GZ.STATES[rows.state[place]] === "free";
    },
  };
  GZ.NETWORKS.forEach(function (network) {
    GZ.only["no-" + network] = function (rows, place) {
      return rows.near[network][place] === "n";
    };
  });

  /** The words of a choice. */
  GZ.onlyWords = {
    free: function () {
      return GZ.t("only free");
    },
    "no-gas": function () {
      return GZ.t("lacks gas");
    },
    "no-power": function () {
      return GZ.t("lacks electricity");
    },
    "no-water": function () {
      return GZ.t("lacks water");
    },
  };

  GZ.stateWords = function (state) {
    return {
      free: GZ.t("free"),
      reserved: GZ.t("reserved"),
      allocated: GZ.t("allocated"),
      releasing: GZ.t("being released"),
      operating: GZ.t("operating"),
    }[state];
  };

  GZ.networkWords = function (network) {
    return { gas: GZ.t("Gas"), power: GZ.t("Electricity"), water: GZ.t("Water") }[network];
  };

  GZ.NEAR = { y: "yes", n: "no", u: "unknown" };
  GZ.SIGNS = { yes: "✓", no: "–", unknown: "?" };

  GZ.answerWords = function (answer) {
    return { yes: GZ.t("nearby"), no: GZ.t("none nearby"), unknown: GZ.t("no data") }[answer];
  };

  /** Say whether the view keeps the plot in this place. */
  GZ.keepsPlot = function (place) {
    const rows = GZ.plots.rows;
    const keeps = GZ.only[GZ.view.only];
    return !GZ.hidden().has(GZ.STATES[rows.state[place]]) && (!keeps || keeps(rows, place));
  };

  GZ.places = function () {
    return Array.from({ length: GZ.plots ? GZ.plots.count : 0 }, function (each, place) {
      return place;
    });
  };

  GZ.sum = function (places) {
    return places.reduce(function (sum, place) {
      return sum + (GZ.plots.rows.ha[place] || 0);
    }, 0);
  };

  /** Plots and hectares in words: «41 plots · 96 ha». */
  GZ.sumWords = function (places) {
    const plots = GZ.tn("{n} plot", "{n} plots", places.length);
    return plots + " · " + GZ.hectares(GZ.sum(places)) + " " + GZ.t("ha");
  };

  function toggleState(event) {
    const box = event.target;
    const hidden = GZ.hidden();
    if (box.checked) {
      hidden.delete(box.dataset.state);
    } else {
      hidden.add(box.dataset.state);
    }
    GZ.setView({ hide: Array.from(hidden).join(",") || null });
  }

  function showView() {
    const hidden = GZ.hidden();
    document.querySelectorAll("[data-state]").forEach(function (box) {
      box.checked = !hidden.has(box.dataset.state);
    });
    document.querySelectorAll("[data-only]").forEach(function (chip) {
      chip.setAttribute("aria-pressed", String(chip.dataset.only === (GZ.view.only || "")));
    });
    if (GZ.plots) {
      GZ.plots.filter(hidden.size || GZ.view.only ? GZ.keepsPlot : null);
    }
  }

  /* ---- the controls of the map ---- */

  function drawScale() {
    const bar = document.querySelector(".scale-bar");
    const text = document.querySelector(".scale-text");
    if (!bar || !GZ.map) {
      return;
    }
    const size = GZ.map.getSize();
    if (!size.x) {
      return;
    }
    const middle = size.y / 2;
    const width = GZ.map.distance(
      GZ.map.containerPointToLatLng([0, middle]),
      GZ.map.containerPointToLatLng([100, middle]),
    );
    const power = Math.pow(10, Math.floor(Math.log10(Math.max(width, 1))));
    const nice = [5, 2, 1].find(function (each) {
      return each * power <= width;
    }) * power;
    bar.style.width = Math.round((100 * nice) / width) + "px";
    text.textContent = GZ.metres(nice);
  }

  /** Fit the map to the whole, beside the legend where that leaves room. */
  GZ.fitAll = function () {
    const map = GZ.map;
    const legend = document.querySelector(".map .legend");
    const size = map.getSize();
    if (!size.x) {
      return;
    }
    const beside = legend && legend.open && size.x > 560 ? Math.min(legend.offsetWidth + 8, size.x * 0.42) : 8;
    const bounds = GZ.wholeBounds;
    const options = { animate: false, paddingTopLeft: [8, 8], paddingBottomRight: [8, 8] };
    const plain = map.getBoundsZoom(bounds, false, [16, 16]);
    const shifted = map.getBoundsZoom(bounds, false, [beside + 8, 16]);
    if (plain - shifted < 0.6) {
      options.paddingTopLeft = [beside, 8];
    }
    map.fitBounds(bounds, options);
  };

  function bindMap() {
    const map = GZ.map;
    if (!map) {
      return;
    }
    document.querySelectorAll("[data-zoom]").forEach(function (button) {
      button.addEventListener("click", function () {
        if (button.dataset.zoom === "fit") {
          GZ.fitAll();
        } else {
          map.setZoom(map.getZoom() + (button.dataset.zoom === "in" ? 1 : -1));
        }
      });
    });
    document.querySelectorAll("[data-layer]").forEach(function (box) {
      box.addEventListener("change", function () {
        GZ.ground.toggle(box.dataset.layer, box.checked);
      });
    });
    map.on("zoomend moveend resize", drawScale);
    GZ.onLanguage(function () {
      drawScale();
      GZ.ground.redrawLabels();
    });
    if (GZ.map.getContainer().clientWidth < 560) {
      document.querySelector(".map .legend").open = false;
    }
    bindPanel(map);
    bindPrint(map);
    drawScale();
  }

  function bindPanel(map) {
    const open = document.querySelector("[data-map-open]");
    const close = document.querySelector("[data-map-close]");
    if (!open) {
      return;
    }
    open.addEventListener("click", function () {
      document.body.classList.add("map-is-open");
      map.invalidateSize({ animate: false });
      GZ.fitAll();
      close.focus();
    });
    close.addEventListener("click", function () {
      document.body.classList.remove("map-is-open");
      open.focus();
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && document.body.classList.contains("map-is-open")) {
        close.click();
      }
    });
  }

  /* The map is drawn anew at the size of the paper, and put back afterwards. */
  function bindPrint(map) {
    let before = null;
    window.addEventListener("beforeprint", function () {
      before = { centre: map.getCenter(), zoom: map.getZoom() };
      document.documentElement.classList.add("is-printing");
      map.invalidateSize({ animate: false, pan: false });
      map.options.zoomSnap = 0;
      map.fitBounds(GZ.wholeBounds, { animate: false, padding: [6, 6] });
      GZ.ground.redrawLabels();
    });
    window.addEventListener("afterprint", function () {
      document.documentElement.classList.remove("is-printing");
      map.options.zoomSnap = 0.25;
      map.invalidateSize({ animate: false, pan: false });
      if (before) {
        map.setView(before.centre, before.zoom, { animate: false });
      }
    });
  }

  GZ.onStart(function () {
    document.querySelectorAll("[data-state]").forEach(function (box) {
      box.addEventListener("change", toggleState);
    });
    document.querySelectorAll("[data-only]").forEach(function (chip) {
      chip.addEventListener("click", function () {
        GZ.setView({ only: chip.dataset.only || null });
      });
    });
    bindMap();
  });
  GZ.onView(showView);
})();
