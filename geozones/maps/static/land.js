/* How much of a plot may be built on, and which hazard classes fit: rows of the card and of the tables. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const CLASSES = ["I", "II", "III", "IV", "V"];
  const NOTABLE_SHARE = 0.01;

  function isCut(place) {
    const rows = GZ.plots.rows;
    const usable = rows.usable ? rows.usable[place] : null;
    const whole = rows.measured[place] || rows.ha[place];
    return usable !== null && usable < whole * (1 - NOTABLE_SHARE);
  }

  GZ.isCut = isCut;

  /** Hectares in a table: by document, and below them what may be built on, where strips cut some off. */
  GZ.hectaresCell = function (place) {
    const rows = GZ.plots.rows;
    const cell = GZ.el("span", {}, GZ.plotHectares(rows.ha[place]));
    if (isCut(place)) {
      const usable = GZ.t("usable {area}", { area: GZ.plotHectares(rows.usable[place]) });
      cell.append(GZ.el("span", { class: "row-more" }, usable));
    }
    return cell;
  };

  /** The classes of a plot by answer: y, n or u. */
  GZ.classesOf = function (place, letter) {
    const letters = (GZ.plots.rows.classes || [])[place] || "";
    return CLASSES.filter(function (name, number) {
      return letters[number] === letter;
    });
  };

  function classWords(place) {
    const fit = GZ.classesOf(place, "y");
    const open = GZ.classesOf(place, "u");
    const none = GZ.classesOf(place, "n");
    const parts = [];
    if (fit.length === CLASSES.length) {
      parts.push(GZ.t("all, by the distance to housing"));
    } else if (fit.length) {
      parts.push(fit.join(", "));
    }
    if (open.length) {
      parts.push(GZ.t("{classes}: unknown", { classes: open.join(", ") }));
    }
    if (none.length) {
      parts.push(GZ.t("{classes}: no, housing is too near", { classes: none.join(", ") }));
    }
    return parts.join("; ");
  }

  GZ.cardMore.push(function (place) {
    const rows = GZ.plots.rows;
    const found = [];
    if (rows.usable && rows.usable[place] !== null) {
      const area = GZ.plotHectares(rows.usable[place]) + " " + GZ.t("ha");
      const whole = isCut(place) ? "" : ", " + GZ.t("no strip cuts it");
      found.push({ label: GZ.t("May be built on"), value: area + whole });
    }
    if (rows.classes && rows.classes[place]) {
      found.push({ label: GZ.t("Hazard classes that fit"), value: classWords(place) });
    }
    return found;
  });
})();
