/* The page of the data issues: groups by rule with cause and cure, rows, and their places on the map. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const SEVERITIES = ["error", "warning", "info"];
  const CHOICES = { errors: 0, warnings: 1, remarks: 2 };
  const FIRST_ROWS = 10;
  const MORE_ROWS = 100;
  const RULE = 0;
  const SEVERITY = 1;
  const LAYER = 2;
  const KEY = 3;
  const ROW = 4;
  const TEXT = 5;
  const FIELDS = 6;
  const AT = 7;
  const SHAPE = 8;
  const STEM = 9;
  const ACTION = 10;

  Object.keys(CHOICES).forEach(function (choice) {
    GZ.onlyChoices.push(choice);
  });

  let data = null;
  let canvas = null;
  let marks = null;
  let chosen = null;
  const limits = [];
  const open = [];

  function sentence(issue) {
    const fields = {};
    Object.keys(issue[FIELDS]).forEach(function (name) {
      fields[name] = GZ.say(issue[FIELDS][name]);
    });
    return GZ.say(data.texts[issue[TEXT]]).replace(/\{(\w+)\}/g, function (whole, name) {
      return name in fields ? fields[name] : whole;
    });
  }

  function keeps(issue) {
    return !(GZ.view.only in CHOICES) || issue[SEVERITY] === CHOICES[GZ.view.only];
  }

  function severityWords(place) {
    return [GZ.t("error"), GZ.t("warning"), GZ.t("remark")][place];
  }

  function rowsOf(rule) {
    return data.rows.filter(function (issue) {
      return issue[RULE] === rule && keeps(issue);
    });
  }

  /* ---- the list ---- */

  function subject(issue) {
    const layer = issue[LAYER] >= 0 ? GZ.say(data.layers[issue[LAYER]]) : "";
    const name = GZ.el("span", {}, layer);
    if (issue[KEY]) {
      const written = GZ.name(issue[KEY]);
      const role = issue[STEM] ? GZ.zonePage(issue[STEM]) : "";
      const isPlot = role && issue[STEM] !== issue[KEY];
      const href = isPlot ? role + GZ.hashOf({ plot: issue[KEY] }) : role;
      name.append(" · ", href ? GZ.el("a", { href: href }, written) : written);
    }
    const more = [];
    if (issue[ROW] !== null) {
      more.push(GZ.t("row {n}", { n: GZ.number(issue[ROW] + 1) }));
    }
    if (issue[ACTION]) {
      more.push(issue[ACTION] === 1 ? GZ.t("repaired") : GZ.t("set aside"));
    }
    return GZ.el("div", {}, name, more.length ? GZ.el("div", { class: "unit" }, more.join(", ")) : null);
  }

  function line(issue, place) {
    const button = issue[AT]
      ? GZ.el(
          "button",
          {
            type: "button",
            class: "button button-quiet no-print",
            onclick: function () {
              choose(issue, true);
            },
          },
          GZ.t("on the map"),
        )
      : null;
    const row = GZ.el(
      "tr",
      { id: "issue-" + place, class: issue === chosen ? "is-chosen" : null },
      GZ.el("th", { scope: "row" }, subject(issue)),
      GZ.el("td", {}, sentence(issue), button ? " " : null, button),
    );
    return row;
  }

  function group(rule, place) {
    const rows = rowsOf(place);
    if (!rows.length) {
      return null;
    }
    const body = GZ.el("tbody", {});
    rows.slice(0, limits[place]).forEach(function (issue) {
      body.append(line(issue, data.rows.indexOf(issue)));
    });
    const count = GZ.view.only in CHOICES ? rows.length : rule.count;
    const summary = GZ.el(
      "summary",
      {},
      GZ.el("span", { class: "severity severity-" + SEVERITIES[rule.severity], "aria-hidden": "true" }),
      GZ.el("span", { class: "sr" }, severityWords(rule.severity) + ": "),
      GZ.el("b", {}, GZ.say(rule.title)),
      " ",
      GZ.el("span", { class: "unit" }, GZ.number(count)),
    );
    const why = GZ.el("dl", { class: "why" });
    if (rule.cause) {
      why.append(GZ.el("dt", {}, GZ.t("Why")), GZ.el("dd", {}, plainMarks(GZ.say(rule.cause))));
      why.append(GZ.el("dt", {}, GZ.t("What to do")), GZ.el("dd", {}, plainMarks(GZ.say(rule.cure))));
    }
    const node = GZ.el("details", { class: "issue-group", "data-rule": place, open: open[place] });
    node.append(summary, why, GZ.el("table", { class: "rows" }, body));
    if (rows.length > limits[place]) {
      const left = rows.length - limits[place];
      const words = GZ.t("{n} more are in data/issues.csv.", { n: GZ.number(left) });
      node.append(moreButton(place, left), GZ.el("p", { class: "note print-only" }, words));
    } else if (rule.count > rows.length && !(GZ.view.only in CHOICES)) {
      const words = GZ.t("All {n} of them are in data/issues.csv.", { n: GZ.number(rule.count) });
      node.append(GZ.el("p", { class: "note" }, words));
    }
    node.addEventListener("toggle", function () {
      open[place] = node.open;
    });
    return node;
  }

  function plainMarks(text) {
    return text.replace(/`/g, "");
  }

  function moreButton(place, left) {
    return GZ.el(
      "button",
      {
        type: "button",
        class: "button more no-print",
        onclick: function () {
          limits[place] += MORE_ROWS;
          drawList();
        },
      },
      GZ.t("Show {n} more", { n: GZ.number(Math.min(left, MORE_ROWS)) }),
    );
  }

  function drawList() {
    const box = document.getElementById("issue-groups");
    const nodes = data.rules.map(group).filter(Boolean);
    box.replaceChildren.apply(box, nodes);
    if (!nodes.length) {
      box.append(GZ.el("p", { class: "empty" }, GZ.t("No issue of this kind. Choose “all”.")));
    }
  }

  /* ---- the map ---- */

  function place(issue) {
    return GZ.unpack(issue[AT])[0];
  }

  function drawZones() {
    GZ.pane(GZ.map, "zone-ground", 410);
    GZ.page.zones.forEach(function (zone) {
      L.polygon(GZ.unpackPolygons(zone.shape), {
        pane: "zone-ground",
        className: "zone-area",
        interactive: false,
      }).addTo(GZ.map);
    });
    GZ.ground.setLabels(function () {
      return GZ.page.zones.map(function (zone) {
        const ring = zone.shape.length ? GZ.unpack(zone.shape[0][0]) : [];
        return { at: ring[0] || [0, 0], text: GZ.say(zone.name), className: "label-zone", size: 12, minZoom: 9 };
      });
    });
  }

  function token(name) {
    return window.getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  /* A mark by severity: full, a ring, a small quiet dot; told apart without colour. */
  function looks() {
    const full = { radius: 6, color: token("surface"), weight: 1.5, fillColor: token("ink"), fillOpacity: 1 };
    const ring = { radius: 5, color: token("ink"), weight: 2, fillColor: token("surface"), fillOpacity: 1 };
    const dot = { radius: 3.5, color: token("ink-2"), weight: 1, fillColor: token("line-strong"), fillOpacity: 1 };
    return [full, ring, dot];
  }

  function drawMarks() {
    const look = looks();
    marks.clearLayers();
    for (let i = data.rows.length - 1; i >= 0; i -= 1) {
      const issue = data.rows[i];
      if (issue[AT] && keeps(issue)) {
        addMark(issue, look[issue[SEVERITY]]);
      }
    }
    drawChosen();
  }

  function addMark(issue, look) {
    const options = Object.assign({ renderer: canvas, pane: "issues" }, look);
    const mark = L.circleMarker(place(issue), options).addTo(marks);
    GZ.tip(mark, function () {
      return [GZ.say(data.rules[issue[RULE]].title), issue[KEY], sentence(issue)];
    });
    mark.on("click", function () {
      choose(issue, false);
    });
  }

  let outline = null;

  function drawChosen() {
    outline.clearLayers();
    if (!chosen || !chosen[AT]) {
      return;
    }
    if (chosen[SHAPE]) {
      const polygon = GZ.unpackPolygons(chosen[SHAPE][0]);
      if (polygon.length) {
        L.polygon(polygon, { pane: "issue-chosen", className: "issue-shape", interactive: false }).addTo(outline);
      }
      const lines = GZ.unpackLines(chosen[SHAPE][1]);
      if (lines.length) {
        L.polyline(lines, { pane: "issue-chosen", className: "issue-line", interactive: false }).addTo(outline);
      }
    }
    L.circleMarker(place(chosen), {
      pane: "issue-chosen",
      className: "issue-ring",
      radius: 11,
      fill: false,
      interactive: false,
    }).addTo(outline);
  }

  /* A chosen issue is marked on both sides: its row is brought into sight, or the map moves to it. */
  function choose(issue, fromList) {
    chosen = issue;
    drawChosen();
    if (fromList) {
      showOnMap(issue);
      markRow(issue);
      return;
    }
    const rule = issue[RULE];
    open[rule] = true;
    limits[rule] = Math.max(limits[rule], rowsOf(rule).indexOf(issue) + 1);
    drawList();
    const row = document.getElementById("issue-" + data.rows.indexOf(issue));
    if (row && !document.body.classList.contains("map-is-open")) {
      row.scrollIntoView({ block: "center" });
    }
  }

  function markRow(issue) {
    document.querySelectorAll("#issue-groups .is-chosen").forEach(function (row) {
      row.classList.remove("is-chosen");
    });
    const row = document.getElementById("issue-" + data.rows.indexOf(issue));
    if (row) {
      row.classList.add("is-chosen");
    }
  }

  function showOnMap(issue) {
    const opener = document.querySelector("[data-map-open]");
    if (opener && opener.offsetParent !== null) {
      opener.click();
    }
    const box = L.latLngBounds([place(issue)]);
    if (issue[SHAPE]) {
      GZ.unpackPolygons(issue[SHAPE][0]).concat([GZ.unpackLines(issue[SHAPE][1])]).forEach(function (rings) {
        rings.forEach(function (ring) {
          box.extend(ring);
        });
      });
    }
    GZ.map.fitBounds(box, { animate: false, maxZoom: 15, padding: [40, 40] });
  }

  /* Paper has no folds: every group is opened for it, and closed again. */
  function bindPrint() {
    window.addEventListener("beforeprint", function () {
      document.querySelectorAll(".issue-group").forEach(function (node) {
        node.dataset.before = node.open ? "open" : "";
        node.open = true;
      });
    });
    window.addEventListener("afterprint", function () {
      document.querySelectorAll(".issue-group").forEach(function (node) {
        node.open = node.dataset.before === "open";
      });
    });
  }

  GZ.onStart(function () {
    const page = GZ.data("page-data");
    if (page.kind !== "issues") {
      return;
    }
    GZ.page = page;
    data = page.issues;
    GZ.wholeBounds = L.latLngBounds(page.bounds);
    drawZones();
    GZ.fitAll();
    if (!document.getElementById("issue-groups")) {
      return;
    }
    data.rules.forEach(function (rule, number) {
      limits.push(FIRST_ROWS);
      open.push(number === 0);
    });
    GZ.pane(GZ.map, "issues", 600, true);
    GZ.pane(GZ.map, "issue-chosen", 590);
    canvas = L.canvas({ pane: "issues", padding: 0.3 });
    marks = L.layerGroup().addTo(GZ.map);
    outline = L.layerGroup().addTo(GZ.map);
    bindPrint();
    GZ.onLanguage(drawList);
    GZ.onView(function (view, changed) {
      if (changed.includes("only")) {
        drawList();
        drawMarks();
      }
    });
  });
})();
