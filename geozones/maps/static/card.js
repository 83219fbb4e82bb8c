/* The card of one plot: what it is, what it has near, what is known of it; and its text to copy. */
(function () {
  "use strict";

  const GZ = window.GZ;

  /** More rows of the card, by those scripts that have them: each gives [{label, value}] for a place. */
  GZ.cardMore = [];
  /** More buttons below the card: each gives one for a place, or null. */
  GZ.cardButtons = [];
  /** What stands after the state: each gives a text or "". */
  GZ.stateMore = [];
  /** More answers on a network: each gives [{answer, label, words}] for a network, a place, existing or planned. */
  GZ.answersMore = [];
  /** More sections of the card: each gives an element, or null, for a place. */
  GZ.sectionsMore = [];

  function why(reason) {
    return (
      {
        accuracy: GZ.t("unknown: the layer is too coarse for an answer"),
        uncertain: GZ.t("unknown: the layer is too coarse for an answer"),
        approximate: GZ.t("unknown: the layer is only approximate"),
      }[reason] || GZ.t("no data on the district")
    );
  }

  function stepOf(steps, place) {
    return Array.isArray(steps) ? steps[place] : steps;
  }

  function far(metres, step) {
    const accuracy = step ? GZ.t("±{far}", { far: GZ.metres(step) }) : GZ.t("accuracy unknown");
    if (!metres) {
      return GZ.t("at the boundary ({accuracy})", { accuracy: accuracy });
    }
    return GZ.t("≈ {far} in a straight line ({accuracy})", { far: GZ.metres(metres), accuracy: accuracy });
  }

  const CLASSES = function () {
    return [GZ.t("up to 0.5 km"), GZ.t("0.5–2 km"), GZ.t("2–5 km"), GZ.t("more than 5 km")];
  };

  GZ.distanceClass = function (klass) {
    return klass === null || klass === undefined ? "" : CLASSES()[klass];
  };

  /** The sentences on one network at one plot. */
  GZ.networkLines = function (name, place) {
    const network = GZ.page.networks[name];
    const lines = [];
    if (network.klass) {
      const klass = GZ.distanceClass(network.klass[place]);
      return klass ? [GZ.t("distance: {far}", { far: klass })] : [];
    }
    const near = network.existing;
    if (near.point[place] !== null) {
      const point = network.points[near.point[place]];
      const distance = far(near.pointM[place], stepOf(near.pointStep, place));
      lines.push(point.name + ", " + distance);
    }
    if (near.line[place] !== null) {
      lines.push(network.lines[near.line[place]] + ", " + far(near.lineM[place], stepOf(near.lineStep, place)));
    }
    return lines;
  };

  function plannedLines(name, place) {
    const network = GZ.page.networks[name];
    const coming = network.planned;
    if (!coming || coming.line[place] === null) {
      return [];
    }
    const distance = far(coming.lineM[place], stepOf(coming.lineStep, place));
    return [GZ.t("planned: {name}, {distance}", { name: network.lines[coming.line[place]], distance: distance })];
  }

  function answersOn(name, place, side) {
    return GZ.answersMore.reduce(function (found, more) {
      return found.concat(more(name, place, side));
    }, []);
  }

  function answerText(answer) {
    return answer.label + ": " + answer.words;
  }

  /** All sentences on a network: what is there, then what is planned. */
  GZ.networkTexts = function (name, place) {
    const coming = plannedLines(name, place);
    const existing = GZ.networkLines(name, place).concat(answersOn(name, place, "existing").map(answerText));
    return existing.concat(coming, coming.length ? answersOn(name, place, "planned").map(answerText) : []);
  };

  GZ.networkAnswer = function (name, place) {
    const network = GZ.page.networks[name];
    const answer = GZ.NEAR[GZ.plots.rows.near[name][place]];
    if (answer === "unknown") {
      return why(network.why[place]);
    }
    if (answer === "no" && network.limit) {
      return GZ.t("none within {limit}", { limit: GZ.metres(network.limit) });
    }
    return GZ.answerWords(answer);
  };

  function area(place) {
    const rows = GZ.plots.rows;
    const stated = GZ.plotHectares(rows.ha[place]) + " " + GZ.t("ha");
    const measured = rows.measured[place];
    return measured ? stated + " (" + GZ.t("measured {area}", { area: GZ.plotHectares(measured) }) + ")" : stated;
  }

  function needs(place) {
    return GZ.NETWORKS.map(function (name) {
      const need = GZ.plots.rows.need[name][place];
      const unit = GZ.say(GZ.page.networks[name].unit);
      return need === null ? "" : GZ.networkWords(name).toLowerCase() + " " + GZ.number(need) + " " + unit;
    })
      .filter(Boolean)
      .join(", ");
  }

  /** Rows of the card, without the networks. */
  function facts(place) {
    const rows = GZ.plots.rows;
    let found = [{ label: GZ.t("Area by document"), value: area(place) }];
    if (rows.cadastral[place]) {
      found.push({ label: GZ.t("Cadastral number"), value: rows.cadastral[place] });
    }
    if (rows.hazard && rows.hazard[place]) {
      found.push({ label: GZ.t("Hazard class it is meant for"), value: rows.hazard[place] });
    }
    if (needs(place)) {
      found.push({ label: GZ.t("Needs"), value: needs(place) });
    }
    GZ.cardMore.forEach(function (more) {
      found = found.concat(more(place));
    });
    return found;
  }

  GZ.plotFacts = function (place) {
    return [{ label: GZ.t("State"), value: stateText(place) }].concat(facts(place));
  };

  GZ.plotTitle = function (place) {
    return GZ.say(GZ.page.zone.name) + " / " + (GZ.plots.rows.number[place] || GZ.plots.rows.id[place]);
  };

  function stateText(place) {
    const words = GZ.stateWords(GZ.stateToday(place));
    const more = GZ.stateMore
      .map(function (each) {
        return each(place);
      })
      .filter(Boolean);
    return [words].concat(more).join(", ");
  }

  /** The card as plain text, to be pasted into a letter. */
  GZ.cardText = function (place) {
    const lines = [GZ.plotTitle(place), GZ.t("State") + ": " + stateText(place)];
    facts(place).forEach(function (fact) {
      lines.push(fact.label + ": " + fact.value);
    });
    GZ.NETWORKS.forEach(function (name) {
      const answer = GZ.networkAnswer(name, place);
      lines.push([GZ.networkWords(name) + ": " + answer].concat(GZ.networkTexts(name, place)).join("; "));
    });
    lines.push(GZ.t("State on {day}", { day: GZ.date(GZ.page.asOf) }));
    if (GZ.page.demonstration) {
      lines.push(GZ.t("DEMO: boundaries, plots, participants, dates and networks are made up"));
    }
    return lines.join("\n");
  };

  function copyText(text, button) {
    const area = GZ.el("textarea", { class: "sr", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    button.textContent = done ? GZ.t("Copied") : GZ.t("Copying is not allowed here");
    button.focus();
  }

  function network(name, place) {
    const answer = GZ.NEAR[GZ.plots.rows.near[name][place]];
    const head = GZ.el(
      "h3",
      { class: "answer-" + answer },
      GZ.mark(name),
      GZ.networkWords(name) + " ",
      GZ.el("span", { class: "sign", "aria-hidden": "true" }, GZ.SIGNS[answer]),
      " " + GZ.networkAnswer(name, place),
    );
    const box = GZ.el("section", { class: "card-network" }, head);
    const coming = plannedLines(name, place);
    addLines(box, GZ.networkLines(name, place), answersOn(name, place, "existing"));
    addLines(box, coming, coming.length ? answersOn(name, place, "planned") : []);
    return box;
  }

  function addLines(box, lines, answers) {
    lines.forEach(function (line) {
      box.append(GZ.el("p", {}, GZ.name(line)));
    });
    answers.forEach(function (each) {
      const sign = GZ.el("span", { class: "sign", "aria-hidden": "true" }, GZ.SIGNS[each.answer]);
      const label = GZ.el("span", { class: "three-name" }, each.label + ": ");
      box.append(GZ.el("p", { class: "three answer-" + each.answer }, sign, " ", label, GZ.name(each.words)));
    });
  }

  function swatch(state, passed) {
    const fill = {
      operating: "url(#gz-operating)",
      reserved: "url(#gz-reserved)",
      releasing: "url(#gz-releasing)",
    }[state];
    const box = GZ.svg("rect", { x: 0.5, y: 0.5, width: 19, height: 12, rx: 2, class: "part part-" + state });
    if (fill) {
      box.setAttribute("fill", fill);
    }
    const svg = GZ.svg("svg", { class: "swatch", width: 20, height: 13, "aria-hidden": "true" }, box);
    if (passed) {
      svg.append(GZ.svg("rect", { x: 1, y: 1, width: 18, height: 11, rx: 1, class: "swatch-passed" }));
    }
    return svg;
  }

  GZ.swatch = swatch;

  /** Fill the card of the plot in this place. */
  GZ.drawCard = function (box, place, close) {
    const rows = GZ.plots.rows;
    const passed = rows.passed && GZ.today().passed[place];
    const list = GZ.el("dl", { class: "card-facts" });
    facts(place).forEach(function (fact) {
      list.append(GZ.el("dt", {}, fact.label), GZ.el("dd", {}, GZ.name(fact.value)));
    });
    const copy = GZ.el("button", { type: "button", class: "button" }, GZ.t("Copy the text"));
    copy.addEventListener("click", function () {
      copyText(GZ.cardText(place), copy);
    });
    const back = GZ.el(
      "button",
      { type: "button", class: "button button-quiet", onclick: close },
      "‹ " + GZ.t("All plots"),
    );
    const parts = [
      GZ.el("div", { class: "card-head" }, back, GZ.el("h2", { id: "card-title" }, GZ.name(GZ.plotTitle(place)))),
      GZ.el(
        "p",
        { class: "card-state state-" + GZ.stateToday(place) + (passed ? " is-passed" : "") },
        swatch(GZ.stateToday(place), passed),
        GZ.name(stateText(place)),
      ),
      list,
    ];
    GZ.NETWORKS.forEach(function (name) {
      parts.push(network(name, place));
    });
    GZ.sectionsMore.forEach(function (more) {
      const section = more(place);
      if (section) {
        parts.push(section);
      }
    });
    const buttons = GZ.el("div", { class: "card-buttons no-print" });
    GZ.cardButtons.forEach(function (make) {
      buttons.append(make(place) || "");
    });
    buttons.append(copy);
    parts.push(buttons);
    box.replaceChildren.apply(box, parts);
  };
})();
