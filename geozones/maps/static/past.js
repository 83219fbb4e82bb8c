/* The slider over the past months of a zone: plots, legend and table as they were on an earlier day. */
(function () {
  "use strict";

  const GZ = window.GZ;

  let past = null;
  let open = false;

  function panel() {
    return document.getElementById("past");
  }

  /** A date in words: «31 марта 2025 г.». */
  GZ.dateInWords = function (iso) {
    const parts = iso.split("-");
    const words = [
      GZ.t("{day} January {year}"),
      GZ.t("{day} February {year}"),
      GZ.t("{day} March {year}"),
      GZ.t("{day} April {year}"),
      GZ.t("{day} May {year}"),
      GZ.t("{day} June {year}"),
      GZ.t("{day} July {year}"),
      GZ.t("{day} August {year}"),
      GZ.t("{day} September {year}"),
      GZ.t("{day} October {year}"),
      GZ.t("{day} November {year}"),
      GZ.t("{day} December {year}"),
    ][Number(parts[1]) - 1];
    return words.replace("{day}", String(Number(parts[2]))).replace("{year}", parts[0]);
  };

  /* Place of the day in the months; beyond the last one for today. */
  function placeOf(day) {
    const place = day ? past.ends.indexOf(day) : -1;
    return place < 0 ? past.ends.length : place;
  }

  function dayAt(place) {
    return place < past.ends.length ? past.ends[place] : GZ.page.asOf;
  }

  function stateAt(steps, place) {
    let state = GZ.STATES.indexOf("free");
    for (let i = 0; steps && i < steps.length && steps[i] <= place; i += 2) {
      state = steps[i + 1];
    }
    return state;
  }

  /* Put the states of a month in the place of those of today, or give these back. */
  function turnTo(place) {
    const plots = GZ.plots;
    if (place >= past.ends.length) {
      if (plots.today) {
        Object.assign(plots.rows, plots.today);
        plots.today = null;
        plots.absent = null;
        plots.recolour();
      }
      return;
    }
    const passed = GZ.STATES.length;
    plots.today = plots.today || { state: plots.rows.state, passed: plots.rows.passed };
    const states = GZ.places().map(function (each) {
      return stateAt(past.plots[each], place);
    });
    plots.absent = states.map(function (state) {
      return state > passed;
    });
    plots.rows.passed = states.map(function (state) {
      return state === passed ? 1 : 0;
    });
    plots.rows.state = states.map(function (state) {
      return state === passed ? GZ.STATES.indexOf("allocated") : Math.min(state, passed - 1);
    });
    plots.recolour();
  }

  function showKeys() {
    const moved = Boolean(GZ.plots.today);
    document.querySelectorAll("[data-past-key]").forEach(function (key) {
      key.hidden = !moved;
    });
    document.querySelectorAll("[data-export]").forEach(function (box) {
      box.hidden = moved;
    });
    const key = document.querySelector("[data-passed-key]");
    if (key) {
      const found = GZ.places().filter(function (place) {
        return GZ.plots.rows.passed[place] && GZ.countsPlot(place);
      });
      GZ.setCount(key.querySelector(".key-count"), moved ? GZ.number(found.length) : null);
      GZ.setCount(key.querySelector(".key-ha"), moved ? GZ.hectares(GZ.sum(found)) + " " + GZ.t("ha") : null);
    }
  }

  function noteWords() {
    return GZ.t("Map, legend and rows show {day} by the ledger, plots as they are divided today. Everything else is as of {today}.", {
      day: GZ.dateInWords(GZ.view.on),
      today: GZ.date(GZ.page.asOf),
    });
  }

  function show() {
    const place = placeOf(GZ.view.on);
    const box = panel();
    const moved = place < past.ends.length;
    open = open || moved;
    box.hidden = !open;
    document.querySelector("[data-past]").setAttribute("aria-pressed", String(open));
    const words = moved ? GZ.dateInWords(dayAt(place)) : GZ.t("today, {day}", { day: GZ.dateInWords(dayAt(place)) });
    const range = box.querySelector("input");
    range.value = String(place);
    range.setAttribute("aria-valuetext", words);
    box.querySelector(".past-day").textContent = words;
    box.querySelector("[data-past-step='-1']").disabled = place === 0;
    box.querySelector("[data-past-step='1']").disabled = !moved;
    const note = document.getElementById("past-note");
    note.hidden = !moved;
    note.textContent = moved ? noteWords() : "";
    showKeys();
  }

  function go(place) {
    const day = place < past.ends.length ? past.ends[Math.max(place, 0)] : null;
    GZ.setView({ on: day });
  }

  function close() {
    open = false;
    go(past.ends.length);
    show();
    document.querySelector("[data-past]").focus();
  }

  function stepButton(step, label, sign) {
    const button = GZ.el("button", { type: "button", class: "chip", "data-past-step": step, "aria-label": label, title: label }, sign);
    button.addEventListener("click", function () {
      go(placeOf(GZ.view.on) + step);
    });
    return button;
  }

  function drawPanel() {
    const range = GZ.el("input", {
      type: "range",
      min: "0",
      max: String(past.ends.length),
      step: "1",
      "aria-label": GZ.t("Day of the map, month by month"),
    });
    range.addEventListener("input", function () {
      go(Number(range.value));
    });
    const done = GZ.el("button", { type: "button", class: "chip", "data-past-close": "", onclick: close }, GZ.t("Back to today"));
    panel().replaceChildren(
      GZ.el("b", { class: "past-day" }),
      stepButton(-1, GZ.t("A month earlier"), "‹"),
      range,
      stepButton(1, GZ.t("A month later"), "›"),
      done,
    );
    show();
  }

  GZ.beforeView(function (view, changed) {
    if (past && changed.includes("on")) {
      turnTo(placeOf(view.on));
    }
  });

  GZ.cardMore.push(function (place) {
    if (!past || !GZ.plots.today) {
      return [];
    }
    const rows = GZ.plots.rows;
    const words = GZ.plots.absent[place]
      ? GZ.t("not a plot yet")
      : GZ.stateWords(GZ.plots.stateOf(place)) + (rows.passed[place] ? ", " + GZ.t("start date passed, no confirmation of a start") : "");
    return [{ label: GZ.t("State on {day}", { day: GZ.date(GZ.view.on) }), value: words }];
  });

  GZ.onStart(function () {
    const page = GZ.data("page-data");
    const button = document.querySelector("[data-past]");
    if (!page || !page.past || !button) {
      return;
    }
    past = page.past;
    GZ.countsPlot = function (place) {
      return !(GZ.plots.absent && GZ.plots.absent[place]);
    };
    drawPanel();
    GZ.onLanguage(drawPanel);
    GZ.onView(function (view, changed) {
      if (changed.includes("on") || GZ.changesRows(changed)) {
        show();
      }
    });
    button.addEventListener("click", function () {
      if (open) {
        close();
      } else {
        open = true;
        show();
        panel().querySelector("input").focus();
      }
    });
    panel().addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        event.stopPropagation();
        close();
      }
    });
  });
})();
