/* Inspections on the card of a plot: what was seen, photos, and the way to the form. */
(function () {
  "use strict";

  const GZ = window.GZ;

  function seenWords(started) {
    return (
      {
        yes: GZ.t("work seen"),
        no: GZ.t("no work seen"),
      }[started] || GZ.t("could not be told")
    );
  }

  function orderWords(tidiness) {
    return { good: GZ.t("good"), fair: GZ.t("with remarks"), poor: GZ.t("poor") }[tidiness];
  }

  function of(place) {
    const found = GZ.page.inspections;
    return (found && found[GZ.plots.rows.id[place]]) || [];
  }

  /* Only an inspection after the due start says anything about a start that has not come. */
  GZ.stateMore.push(function (place) {
    const rows = GZ.plots.rows;
    if (!rows.passed || !rows.passed[place]) {
      return "";
    }
    const last = of(place)[0];
    const due = rows.due ? rows.due[place] : null;
    if (!last || (due && last[0] <= due)) {
      return GZ.t("not inspected");
    }
    return GZ.t("inspected on {day}, {seen}", { day: GZ.date(last[0]), seen: seenWords(last[2]) });
  });

  function percent(share) {
    return GZ.number(Math.round(share * 1000) / 10) + " %";
  }

  function lines(row) {
    return [
      row[3] ? GZ.t("stage: {words}", { words: GZ.say(row[3]) }) : "",
      row[4] ? GZ.t("order: {words}", { words: orderWords(row[4]) }) : "",
      row[5] === null ? "" : GZ.t("greenery: {share}", { share: percent(row[5]) }),
      row[6] || "",
    ].filter(Boolean);
  }

  function photos(names) {
    const box = GZ.el("div", { class: "seen-photos" });
    names.forEach(function (name) {
      const file = "../photos/" + name;
      const image = GZ.el("img", { src: file, loading: "lazy", alt: GZ.t("Photo of the inspection") });
      box.append(GZ.el("a", { href: file, target: "_blank", rel: "noopener" }, image));
    });
    return box;
  }

  GZ.sectionsMore.push(function (place) {
    const rows = of(place);
    if (!GZ.page.zone || !rows.length) {
      return null;
    }
    const box = GZ.el("section", { class: "card-network", id: "card-inspections" }, GZ.el("h3", {}, GZ.t("Inspections")));
    rows.forEach(function (row) {
      const when = GZ.date(row[0]) + (row[1] ? ", " + row[1] : "");
      box.append(GZ.el("p", {}, GZ.el("b", {}, when + ": " + seenWords(row[2]))));
      if (lines(row).length) {
        box.append(GZ.el("p", {}, GZ.name(lines(row).join("; "))));
      }
      if (row[7].length) {
        box.append(photos(row[7]));
      }
    });
    return box;
  });

  GZ.cardButtons.push(function (place) {
    if (GZ.isSingle()) {
      return null;
    }
    const link = "../inspect.html" + GZ.hashOf({ plot: GZ.plots.rows.id[place] });
    return GZ.el("a", { class: "button", href: link }, GZ.t("Inspection form"));
  });
})();
