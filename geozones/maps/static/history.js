/* The last events of the chosen plot, on its card. */
(function () {
  "use strict";

  const GZ = window.GZ;

  GZ.sectionsMore.push(function (place) {
    const history = GZ.page.history;
    const rows = history ? history.plots[GZ.plots.rows.id[place]] : null;
    if (!rows) {
      return null;
    }
    const list = GZ.el("ol", { class: "card-history" });
    rows.forEach(function (row) {
      const words = [GZ.say(history.labels[row[0]]), row[2], row[3] ? GZ.t("start due {day}", { day: GZ.date(row[3]) }) : ""];
      list.append(
        GZ.el(
          "li",
          {},
          GZ.el("span", { class: "card-history-day" }, GZ.date(row[1])),
          GZ.el("span", {}, GZ.name(words.filter(Boolean).join(" · "))),
        ),
      );
    });
    return GZ.el("section", { class: "card-network" }, GZ.el("h3", {}, GZ.t("Last events")), list);
  });
})();
