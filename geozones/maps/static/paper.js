/* Paper: its size and direction, the map drawn anew for it, the rows below the map. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const PAPERS = {
    "a4-portrait": { page: "A4 portrait", columns: 2 },
    "a4-landscape": { page: "A4 landscape", columns: 3 },
    "a3-portrait": { page: "A3 portrait", columns: 3 },
    "a3-landscape": { page: "A3 landscape", columns: 4 },
  };
  const root = document.documentElement;

  let chosen = "a4-portrait";

  /** Papers by name; the columns of rows that fit on each. */
  GZ.PAPERS = PAPERS;

  GZ.paper = function () {
    return chosen;
  };

  /** Choose the paper: a4-portrait, a4-landscape, a3-portrait, a3-landscape. */
  GZ.setPaper = function (name) {
    if (!PAPERS[name]) {
      return;
    }
    chosen = name;
    root.dataset.paper = name;
    let style = document.getElementById("paper-size");
    if (!style) {
      style = GZ.el("style", { id: "paper-size" });
      document.head.append(style);
    }
    style.textContent = "@page{size:" + PAPERS[name].page + ";margin:10mm}";
    GZ.remember("paper", name);
  };

  /** What is printed: the page, or the sheet of the plot that is chosen. */
  GZ.printSheet = false;

  /** Bounds that the printed map shows. */
  GZ.printBounds = function () {
    return GZ.wholeBounds;
  };

  GZ.beforePaper = [];

  function toPaper(map) {
    GZ.beforePaper.forEach(function (work) {
      work();
    });
    root.classList.add("is-printing");
    map.invalidateSize({ animate: false, pan: false });
    map.options.zoomSnap = 0;
    const padding = GZ.printSheet ? [46, 46] : [6, 6];
    map.fitBounds(GZ.printBounds(), { animate: false, padding: padding });
    GZ.ground.redrawLabels();
  }

  function fromPaper(map, before) {
    root.classList.remove("is-printing", "is-sheet");
    GZ.printSheet = false;
    map.options.zoomSnap = 0.25;
    map.invalidateSize({ animate: false, pan: false });
    if (before) {
      map.setView(before.centre, before.zoom, { animate: false });
    }
  }

  function bindMap(map) {
    let before = null;
    window.addEventListener("beforeprint", function () {
      before = before || { centre: map.getCenter(), zoom: map.getZoom() };
      toPaper(map);
    });
    window.addEventListener("afterprint", function () {
      fromPaper(map, before);
      before = null;
    });
  }

  /* ---- the menu of the print button ---- */

  function paperWords(name) {
    return {
      "a4-portrait": GZ.t("A4, portrait"),
      "a4-landscape": GZ.t("A4, landscape"),
      "a3-portrait": GZ.t("A3, portrait"),
      "a3-landscape": GZ.t("A3, landscape"),
    }[name];
  }

  function draw(menu) {
    const list = menu.querySelector(".menu-list");
    list.replaceChildren();
    Object.keys(PAPERS).forEach(function (name) {
      const [size, direction] = name.split("-");
      const icon = GZ.el("span", { class: "paper paper-" + size + " paper-" + direction, "aria-hidden": "true" });
      const button = GZ.el(
        "button",
        { type: "button", class: "menu-entry", "data-print-paper": name },
        icon,
        paperWords(name),
      );
      button.addEventListener("click", function () {
        menu.open = false;
        GZ.setPaper(name);
        window.print();
      });
      list.append(button);
    });
  }

  GZ.onStart(function () {
    GZ.setPaper(GZ.recall("paper") || chosen);
    const menu = document.querySelector("[data-paper-menu]");
    if (menu) {
      draw(menu);
      GZ.onLanguage(draw.bind(null, menu));
      GZ.bindMenu(menu);
    }
    if (GZ.map) {
      bindMap(GZ.map);
    }
  });
})();
