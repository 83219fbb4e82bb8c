/* The panel in which a planner says what plot is wanted, and the words of the filter with a cross each. */
(function () {
  "use strict";

  const GZ = window.GZ;

  function choice(key, options, value) {
    const select = GZ.el("select", { id: "filter-" + key, "data-key": key });
    [["", GZ.t("any")]].concat(options).forEach(function (option) {
      const node = GZ.el("option", { value: option[0] }, option[1]);
      node.selected = option[0] === (value || "");
      select.append(node);
    });
    return select;
  }

  function field(label, input) {
    input.setAttribute("aria-label", label);
    return GZ.el("label", { class: "filter-field" }, GZ.el("span", {}, label), input);
  }

  function amount(name, value, step) {
    return GZ.el("input", {
      type: "number",
      min: "0",
      step: step || "any",
      inputmode: "decimal",
      "data-part": name,
      value: value === null ? null : String(value),
    });
  }

  function group(key, parts) {
    const box = GZ.el("fieldset", { class: "filter-group", "data-group": key });
    box.append(GZ.el("legend", {}, GZ.criterionName(key)));
    const line = GZ.el("div", { class: "filter-line" });
    line.append.apply(line, parts);
    box.append(line);
    return box;
  }

  function areaGroup() {
    const range = GZ.readRange(GZ.view.ha);
    return group("ha", [
      field(GZ.t("from"), amount("from", range.from)),
      field(GZ.t("to"), amount("to", range.to)),
    ]);
  }

  function hazardGroup() {
    const options = GZ.CLASSES.map(function (each) {
      return [each, GZ.t("takes class {class}", { class: each })];
    });
    return group("hazard", [field(GZ.t("for a project of"), choice("hazard", options, GZ.view.hazard))]);
  }

  /* What can be asked of a network here: the public has neither capacities nor rules. */
  function asks() {
    return ["near", "capable", "allowed", "none"].filter(function (answer) {
      return answer === "near" || answer === "none" || GZ.plots.rows[answer];
    });
  }

  function networkGroup(network) {
    const ask = GZ.readAsk(GZ.view[network]);
    const options = asks().map(function (answer) {
      return [answer, GZ.askWords(answer)];
    });
    const parts = [
      field(GZ.t("answer"), choice(network, options, ask.answer)),
      field(GZ.t("not farther, m"), amount("metres", ask.metres, "1")),
    ];
    if (GZ.plots.rows.spare) {
      parts.push(field(GZ.t("free, {unit}", { unit: GZ.unitWords(network) }), amount("amount", ask.amount, "1")));
    }
    return group(network, parts);
  }

  function listGroup(key, values) {
    return values.length < 2 ? "" : group(key, [field(GZ.t("only"), choice(key, values, GZ.view[key]))]);
  }

  function districts() {
    const found = new Map();
    (GZ.page.zones || []).forEach(function (zone) {
      if (zone.code) {
        found.set(zone.code, GZ.say(zone.district));
      }
    });
    return Array.from(found).sort(function (a, b) {
      return a[1].localeCompare(b[1], GZ.language());
    });
  }

  GZ.districtName = function (code) {
    const found = districts().find(function (each) {
      return each[0] === code;
    });
    return found ? found[1] : "";
  };

  function sectors() {
    return Array.from(new Set((GZ.plots.rows.sector || []).filter(Boolean)))
      .sort()
      .map(function (each) {
        return [each, each];
      });
  }

  /* ---- from the panel to the view ---- */

  function whole(input, most) {
    const value = Math.round(Number(input ? input.value : 0));
    return value > 0 ? Math.min(value, most) : null;
  }

  function decimal(input) {
    const value = Math.round(100 * Number(input.value)) / 100;
    return input.value !== "" && value >= 0 ? Math.min(value, 999999) : "";
  }

  function part(box, name) {
    return box.querySelector('[data-part="' + name + '"]');
  }

  function readGroup(box) {
    const key = box.dataset.group;
    if (key === "ha") {
      const written = decimal(part(box, "from")) + "-" + decimal(part(box, "to"));
      return written === "-" ? null : written;
    }
    const chosen = box.querySelector("select").value;
    if (!GZ.NETWORKS.includes(key)) {
      return chosen || null;
    }
    const metres = whole(part(box, "metres"), 999999);
    return GZ.writeAsk({ answer: chosen, metres: metres, amount: whole(part(box, "amount"), 999999999) });
  }

  function read(panel) {
    const patch = {};
    panel.querySelectorAll("[data-group]").forEach(function (box) {
      patch[box.dataset.group] = readGroup(box);
    });
    patch.firm = panel.querySelector("[data-firm]").checked ? null : "1";
    GZ.setView(patch);
  }

  function clear() {
    const empty = { only: null, hide: null, zone: null, firm: null };
    GZ.CRITERIA.forEach(function (key) {
      empty[key] = null;
    });
    GZ.setView(empty);
    drawPanel();
  }

  GZ.clearFilter = clear;

  function drawPanel() {
    const panel = document.getElementById("filter-panel");
    if (!panel) {
      return;
    }
    const firm = GZ.el("input", { type: "checkbox", "data-firm": "" });
    firm.checked = !GZ.view.firm;
    const parts = [areaGroup(), hazardGroup()]
      .concat(GZ.NETWORKS.map(networkGroup))
      .concat([listGroup("district", districts()), listGroup("sector", sectors())])
      .filter(Boolean);
    const foot = GZ.el(
      "div",
      { class: "filter-foot" },
      GZ.el("label", { class: "key" }, firm, GZ.t("also plots without a firm answer, marked “?”")),
      GZ.el("button", { type: "button", class: "button", onclick: clear }, GZ.t("Clear the filter")),
    );
    panel.replaceChildren.apply(panel, parts.concat(foot));
  }

  /* ---- what is filtered, in words ---- */

  function tag(words, patch) {
    const button = GZ.el(
      "button",
      { type: "button", class: "chip filter-tag", title: GZ.t("Take this out of the filter") },
      GZ.name(words),
      GZ.el("span", { class: "filter-cross", "aria-hidden": "true" }, "×"),
    );
    button.addEventListener("click", function () {
      GZ.setView(patch);
      drawPanel();
    });
    return button;
  }

  function drawTags() {
    const box = document.getElementById("filter-tags");
    if (!box) {
      return;
    }
    const tags = GZ.CRITERIA.filter(function (key) {
      return GZ.view[key];
    }).map(function (key) {
      return tag(GZ.criterionWords(key), { [key]: null });
    });
    if (GZ.hasCriteria()) {
      const kept = GZ.kept();
      const unsure = kept.filter(function (place) {
        return GZ.judge(place) === "u";
      }).length;
      const words = unsure ? GZ.sumWords(kept) + ", " + unsureWords(unsure) : GZ.sumWords(kept);
      const target = document.getElementById("filter-words") ? "#plots" : null;
      tags.unshift(GZ.el(target ? "a" : "b", { id: "filter-sum", href: target, "aria-live": "polite" }, words));
      if (target) {
        tags[0].addEventListener("click", goToPlots);
      }
    }
    box.hidden = !tags.length;
    box.replaceChildren.apply(box, tags);
  }

  /* The address holds the view, so the page goes to the rows by itself. */
  function goToPlots(event) {
    event.preventDefault();
    const rows = document.getElementById("plots");
    rows.scrollIntoView({ block: "start" });
    rows.focus({ preventScroll: true });
  }

  function unsureWords(count) {
    return GZ.tn("{n} of them without a firm answer", "{n} of them without a firm answer", count);
  }

  /** Words of what is not known of a plot that the filter keeps: «no firm answer: Electricity». */
  GZ.doubtWords = function (place) {
    const names = GZ.doubts(place).map(GZ.criterionName);
    return names.length ? GZ.t("? no firm answer: {list}", { list: names.join(", ") }) : "";
  };

  function bind(panel) {
    const button = document.querySelector("[data-filter-open]");
    const toggle = function (open) {
      panel.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", function () {
      toggle(panel.hidden);
    });
    panel.addEventListener("input", function () {
      read(panel);
    });
    panel.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        event.stopPropagation();
        toggle(false);
        button.focus();
      }
    });
    panel.addEventListener("submit", function (event) {
      event.preventDefault();
    });
  }

  GZ.onStart(function () {
    const panel = document.getElementById("filter-panel");
    if (!panel || !GZ.plots) {
      return;
    }
    bind(panel);
    drawPanel();
    GZ.rowMore.push(GZ.doubtWords);
    GZ.onView(function () {
      drawTags();
      if (!panel.contains(document.activeElement)) {
        drawPanel();
      }
    });
    GZ.onLanguage(function () {
      drawPanel();
      drawTags();
    });
  });
})();
