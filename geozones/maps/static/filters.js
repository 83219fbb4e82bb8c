/* One filter for map, legend, chips, figures, tables and files. */
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

  /** Say whether a plot counts on this page at all; pages that leave some out replace it. */
  GZ.countsPlot = function () {
    return true;
  };

  /* Whether the plot answers what is asked, whatever its state; "u" where that is not known. */
  function answers(place) {
    const keeps = GZ.only[GZ.view.only];
    if (!GZ.countsPlot(place) || (keeps && !keeps(GZ.plots.rows, place))) {
      return "n";
    }
    const judged = GZ.judge(place);
    return judged === "u" && GZ.view.firm ? "n" : judged;
  }

  /* Of large data every plot is judged once a view: what it answers, and which states are shown. */
  let verdicts = { view: null, answers: null, shown: null, kept: null };

  function judgeAll() {
    if (verdicts.view !== GZ.view) {
      const hidden = GZ.hidden();
      const all = new Uint8Array(GZ.plots.count);
      for (let place = 0; place < all.length; place += 1) {
        all[place] = answers(place) === "n" ? 0 : 1;
      }
      const shown = GZ.STATES.map(function (state) {
        return !hidden.has(state);
      });
      verdicts = { view: GZ.view, answers: all, shown: shown, kept: null };
    }
    return verdicts;
  }

  /** Say whether the view keeps the plot in this place. */
  GZ.keepsPlot = function (place) {
    if (GZ.plots.isTiled) {
      const all = judgeAll();
      return all.answers[place] === 1 && all.shown[GZ.plots.rows.state[place]];
    }
    const shown = !GZ.hidden().has(GZ.STATES[GZ.plots.rows.state[place]]);
    return shown && answers(place) !== "n";
  };

  /** Say whether anything is filtered. */
  GZ.isFiltered = function () {
    return Boolean(GZ.view.only || GZ.view.zone || GZ.hidden().size || GZ.hasCriteria());
  };

  /** Say whether a change of the view changes which rows are shown, or their order. */
  GZ.changesRows = function (changed) {
    const keys = ["only", "hide", "sort", "zone", "firm", "on"].concat(GZ.CRITERIA);
    return changed.some(function (key) {
      return keys.includes(key);
    });
  };

  /** Places of the plots that the view keeps. */
  GZ.kept = function () {
    if (!GZ.plots.isTiled) {
      return GZ.places().filter(GZ.keepsPlot);
    }
    const all = judgeAll();
    all.kept = all.kept || GZ.places().filter(GZ.keepsPlot);
    return all.kept;
  };

  /** Load the words of plots that are not at hand: a promise, or null where all are. */
  GZ.learnPlots = function (places) {
    const ids = GZ.plots.rows.id;
    const unknown = GZ.plots.isTiled
      ? places.filter(function (place) {
          return ids[place] === undefined;
        })
      : [];
    return unknown.length ? GZ.plots.know(unknown) : null;
  };

  /** States of the plots on the day of the page, whatever earlier day the map shows. */
  GZ.today = function () {
    return GZ.plots.today || GZ.plots.rows;
  };

  GZ.stateToday = function (place) {
    return GZ.STATES[GZ.today().state[place]];
  };

  let counted = [];

  GZ.places = function () {
    const count = GZ.plots ? GZ.plots.count : 0;
    if (counted.length !== count) {
      counted = new Array(count);
      for (let place = 0; place < count; place += 1) {
        counted[place] = place;
      }
    }
    return counted;
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

  /* The legend counts what the rest of the filter keeps; a total of the region keeps its mark only unfiltered. */
  function countStates() {
    const counts = {};
    const all = GZ.plots.isTiled ? judgeAll().answers : null;
    GZ.places().forEach(function (place) {
      if (all ? all[place] : answers(place) !== "n") {
        const state = GZ.plots.stateOf(place);
        const sum = counts[state] || [0, 0];
        counts[state] = [sum[0] + 1, sum[1] + (GZ.plots.rows.ha[place] || 0)];
      }
    });
    return counts;
  }

  const unfiltered = new Map();

  /** Write another count into a node, or give it back its own: text of null. */
  GZ.setCount = setCount;

  function setCount(node, text) {
    if (!unfiltered.has(node)) {
      unfiltered.set(node, { nodes: Array.from(node.childNodes), figure: node.dataset.figure });
    }
    const before = unfiltered.get(node);
    if (text === null) {
      node.replaceChildren.apply(node, before.nodes);
      if (before.figure) {
        node.dataset.figure = before.figure;
      }
    } else {
      node.textContent = text;
      delete node.dataset.figure;
    }
  }

  function showCounts() {
    const narrowed = Boolean(GZ.view.only || GZ.view.zone || GZ.hasCriteria() || GZ.plots.today);
    const counts = narrowed ? countStates() : {};
    document.querySelectorAll("[data-state]").forEach(function (box) {
      const key = box.closest(".key");
      const count = counts[box.dataset.state] || [0, 0];
      setCount(key.querySelector(".key-count"), narrowed ? GZ.number(count[0]) : null);
      setCount(key.querySelector(".key-ha"), narrowed ? GZ.hectares(count[1]) + " " + GZ.t("ha") : null);
    });
  }

  /** What the filter keeps, under a figure of the page: by the figure's name. */
  GZ.keptFigures = {
    free: function (places) {
      return GZ.sumWords(
        places.filter(function (place) {
          return GZ.plots.stateOf(place) === "free";
        }),
      );
    },
    plots: function (places) {
      return GZ.sumWords(places);
    },
    zones: function (places) {
      const zones = new Set(
        places.map(function (place) {
          return GZ.plots.rows.zone[place];
        }),
      );
      return GZ.tn("{n} zone", "{n} zones", zones.size);
    },
  };

  function showFigures() {
    const kept = GZ.isFiltered() ? GZ.kept() : null;
    document.querySelectorAll("[data-kept]").forEach(function (node) {
      const write = GZ.keptFigures[node.dataset.kept];
      node.hidden = !kept || !write;
      node.textContent = kept && write ? GZ.t("by the filter: {amount}", { amount: write(kept) }) : "";
    });
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
      GZ.plots.filter(GZ.isFiltered() ? GZ.keepsPlot : null);
      showCounts();
      showFigures();
    }
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
  });
  GZ.onView(showView);
  GZ.onLanguage(function () {
    if (GZ.plots && GZ.page) {
      showView();
    }
  });
})();
