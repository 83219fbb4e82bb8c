/* Why a plot may be used, or not: capacity and permission of each network, what is cut off, what else was found. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const ANSWERS = { y: "yes", n: "no", u: "unknown" };

  function land() {
    return GZ.page && GZ.page.land ? GZ.page.land : null;
  }

  /** All that is found of a plot, what it shares with others too, in the order of the rules. */
  function allFound(book, place) {
    return (book.shared[book.like[place]] || []).concat(book.found[place]).sort(function (a, b) {
      return a[0] - b[0];
    });
  }

  GZ.ruleWords = function (book, place) {
    const rule = book.rules[place];
    return GZ.say(rule.label) + (rule.read ? "" : " (" + GZ.t("text of the rule not read") + ")");
  };

  /* ---- capacity ---- */

  function amount(network, value) {
    return GZ.number(value) + " " + GZ.say(network.unit);
  }

  function capacityWords(name, place, side) {
    const network = GZ.page.networks[name];
    const rows = network[side];
    const need = GZ.plots.rows.need[name][place];
    const why = rows.capableWhy[place];
    const plain = {
      no_need: GZ.t("nothing is needed"),
      not_near: GZ.t("nothing near to serve"),
      near_unknown: GZ.t("unknown: not known what is near"),
    }[why];
    if (plain) {
      return plain;
    }
    const parts = [];
    if (why === "enough" || why === "short") {
      parts.push(why === "enough" ? GZ.t("enough") : GZ.t("not enough"));
    } else if (why === "need_unknown") {
      parts.push(GZ.t("unknown: no need is stated"));
    }
    if (need !== null) {
      parts.push(GZ.t("needs {amount}", { amount: amount(network, need) }));
    }
    return parts.concat(freeWords(network, rows, place)).join(", ");
  }

  function freeWords(network, rows, place) {
    if (rows.free[place] === null) {
      return [GZ.t("free capacity unknown")];
    }
    const point = rows.sourcePoint[place] === null ? null : network.points[rows.sourcePoint[place]];
    const line = rows.sourceLine[place] === null ? null : network.lines[rows.sourceLine[place]];
    const parts = [GZ.t("free {amount}", { amount: amount(network, rows.free[place]) })];
    if (point && point.date) {
      parts.push(GZ.t("as of {day}", { day: GZ.date(point.date) }));
    }
    if (point || line) {
      parts.push(point ? point.name : line);
    }
    if (rows.shared[place] > 1) {
      parts.push(GZ.tn("shared by {n} plot", "shared by {n} plots", rows.shared[place]));
    }
    return parts;
  }

  /* ---- permission ---- */

  function allowedWords(name, place, side) {
    const answer = GZ.page.networks[name][side].allowed[place];
    const wanted = { n: "b", u: "u" }[answer];
    const book = land();
    const rules = (book ? allFound(book, place) : []).filter(function (each) {
      const rule = book.rules[each[0]];
      return each[1] === wanted && rule.network === name && rule.stops;
    });
    const named = rules
      .map(function (each) {
        return foundWords(book, each);
      })
      .join("; ");
    if (answer === "y") {
      return GZ.t("no strip of this network forbids the use");
    }
    return answer === "n"
      ? GZ.t("no: {rules}", { rules: named || GZ.t("strips of this network cover too much of the plot") })
      : GZ.t("unknown: {rules}", { rules: named || GZ.t("no data on its strips here") });
  }

  GZ.answersMore.push(function (name, place, side) {
    const rows = GZ.page.networks[name][side];
    if (!rows || !rows.capable) {
      return [];
    }
    return [
      { answer: ANSWERS[rows.capable[place]], label: GZ.t("capacity"), words: capacityWords(name, place, side) },
      { answer: ANSWERS[rows.allowed[place]], label: GZ.t("permission"), words: allowedWords(name, place, side) },
    ];
  });

  /* In the table: what stands in the way although the network is near. */
  GZ.networkMore.push(function (name, place) {
    const rows = GZ.page.networks[name].existing;
    if (!rows || !rows.capable || rows.near[place] !== "y") {
      return "";
    }
    const parts = [];
    if (rows.allowed[place] !== "y") {
      parts.push(rows.allowed[place] === "n" ? GZ.t("not allowed") : GZ.t("permission unknown"));
    }
    if (rows.capable[place] !== "y") {
      parts.push(rows.capable[place] === "n" ? GZ.t("not enough capacity") : GZ.t("capacity unknown"));
    }
    return parts.join(", ");
  });

  /* ---- what is cut off, and what else was found ---- */

  const REASONS = function () {
    return {
      absent: GZ.t("no such layer"),
      not_covered: GZ.t("the layer does not cover the place"),
      approximate: GZ.t("the layer is only approximate"),
      planned: GZ.t("the object is only planned"),
      uncertain: GZ.t("its class is not known"),
      accuracy: GZ.t("within the accuracy of the layer"),
      no_geometry: GZ.t("the plot has no outline"),
    };
  };

  function measureWords(each) {
    const share = each[6] === null ? "" : " (" + GZ.t("{n} %", { n: GZ.number(each[6]) }) + ")";
    if (each[3] === null) {
      return "";
    }
    if (each[4]) {
      return GZ.number(each[3]) + " " + GZ.t("m²") + share;
    }
    return each[3] ? GZ.t("at {far}", { far: GZ.metres(each[3]) }) : GZ.t("touches it");
  }

  function foundWords(book, each) {
    const feature = each[5] === null ? "" : GZ.say(book.features[each[5]]);
    const reason = each[2] ? REASONS()[each[2]] || "" : "";
    const details = [feature, measureWords(each), reason].filter(Boolean).join(", ");
    return GZ.ruleWords(book, each[0]) + (details ? " – " + details : "");
  }

  function cutLine(book, cut) {
    const feature = cut[1] === null ? "" : ", " + GZ.say(book.features[cut[1]]);
    return GZ.ruleWords(book, cut[0]) + feature + ": " + GZ.number(cut[2]) + " " + GZ.t("m²");
  }

  function item(text, law) {
    return GZ.el("li", {}, GZ.name(text), GZ.el("span", { class: "row-more" }, GZ.say(law)));
  }

  function usableSection(place, book) {
    const counted = book.cuts[place].filter(function (cut) {
      return cut[3];
    });
    const box = GZ.el("section", { class: "card-land" }, GZ.el("h3", {}, GZ.t("May be built on: why")));
    if (counted.length) {
      const list = GZ.el("ul", {});
      counted.forEach(function (cut) {
        list.append(item(cutLine(book, cut), book.rules[cut[0]].cite));
      });
      box.append(GZ.el("p", {}, GZ.t("Cut off:")), list);
    } else {
      box.append(GZ.el("p", {}, GZ.t("No strip, ring or protected land cuts the plot.")));
    }
    if (book.pieces[place] > 1) {
      const parts = GZ.tn("{n} piece is left", "{n} pieces are left", book.pieces[place]);
      const largest = GZ.plotHectares(book.largest[place] / 10000) + " " + GZ.t("ha");
      box.append(GZ.el("p", {}, parts + ", " + GZ.t("the largest {area}", { area: largest })));
    }
    if (counted.length && book.narrowest[place]) {
      const width = GZ.metres(book.narrowest[place]);
      box.append(GZ.el("p", {}, GZ.t("the largest piece is {width} wide at the least", { width: width })));
    }
    box.append(GZ.el("p", {}, distanceWords(place, book)));
    return box;
  }

  /* Minimum distances of trunk pipelines to buildings are not cut off: the text in force was not read. */
  function distanceWords(place, book) {
    if (book.beyond[place] === null) {
      return GZ.t("Minimum distances of trunk pipelines to buildings are not taken into account.");
    }
    if (book.beyond[place] === book.usable[place]) {
      return GZ.t("No minimum distance of a trunk pipeline to buildings reaches the plot.");
    }
    const area = GZ.plotHectares(book.beyond[place] / 10000) + " " + GZ.t("ha");
    return GZ.t("Beyond the minimum distances of trunk pipelines to buildings: {area}.", { area: area });
  }

  const ORDER = { b: 0, w: 1, u: 2 };

  function foundLine(book, each) {
    const words = { b: GZ.t("forbids"), w: GZ.t("condition"), u: GZ.t("unknown") };
    return words[each[1]] + ": " + foundWords(book, each);
  }

  function foundSection(place, book) {
    const found = allFound(book, place).sort(function (a, b) {
      return ORDER[a[1]] - ORDER[b[1]];
    });
    const head = GZ.tn("{n} condition or open question", "{n} conditions and open questions", found.length);
    const list = GZ.el("ul", {});
    found.forEach(function (each) {
      list.append(item(foundLine(book, each), book.rules[each[0]].cite));
    });
    const passed = GZ.tn("{n} check found nothing.", "{n} checks found nothing.", book.passed[place]);
    return GZ.el(
      "details",
      { class: "card-land card-found" },
      GZ.el("summary", {}, head),
      list,
      GZ.el("p", {}, passed),
    );
  }

  /** What the sheet of a plot says of restrictions: what is cut off, what forbids, what is a condition or open. */
  GZ.restrictionLines = function (place) {
    const book = land();
    if (!book) {
      return null;
    }
    const cuts = book.cuts[place]
      .filter(function (cut) {
        return cut[3];
      })
      .map(function (cut) {
        return GZ.t("cut off: {what}", { what: cutLine(book, cut) });
      });
    const found = allFound(book, place).map(function (each) {
      return foundLine(book, each);
    });
    const distances = book.usable[place] === null ? [] : [distanceWords(place, book)];
    return cuts.concat(found, distances);
  };

  GZ.sectionsMore.push(function (place) {
    const book = land();
    return book && book.usable[place] !== null ? usableSection(place, book) : null;
  });
  GZ.sectionsMore.push(function (place) {
    const book = land();
    return book ? foundSection(place, book) : null;
  });
})();
