/* What a plot is asked for: size, hazard class, district, sector, networks. Each answers yes, no or unknown. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const CLASSES = ["I", "II", "III", "IV", "V"];
  const NETWORK_ASKS = { near: "near", capable: "capable", allowed: "allowed" };

  GZ.CLASSES = CLASSES;
  GZ.CRITERIA = ["ha", "hazard", "gas", "power", "water", "district", "sector"];
  /** Upper ends in metres of the classes in which the public sees a distance. */
  const CLASS_ENDS = [500, 2000, 5000, Infinity];

  /** Read the bounds of hectares «5-», «-3», «1-4»; null where there is none. */
  GZ.readRange = function (text) {
    const parts = (text || "-").split("-");
    return { from: parts[0] ? Number(parts[0]) : null, to: parts[1] ? Number(parts[1]) : null };
  };

  /** Read what is asked of a network: «near,m500,n2000» is nearby, within 500 m, with 2000 units free. */
  GZ.readAsk = function (text) {
    const found = { answer: "", metres: null, amount: null };
    (text || "").split(",").forEach(function (part) {
      if (/^m\d+$/.test(part)) {
        found.metres = Number(part.slice(1));
      } else if (/^n\d+$/.test(part)) {
        found.amount = Number(part.slice(1));
      } else {
        found.answer = part;
      }
    });
    return found;
  };

  GZ.writeAsk = function (ask) {
    const parts = [ask.answer];
    if (ask.metres) {
      parts.push("m" + ask.metres);
    }
    if (ask.amount) {
      parts.push("n" + ask.amount);
    }
    return parts.join(",") || null;
  };

  function sized(text) {
    const range = GZ.readRange(text);
    return function (rows, place) {
      const ha = rows.ha[place];
      if (!Number.isFinite(ha)) {
        return "u";
      }
      return (range.from === null || ha >= range.from) && (range.to === null || ha <= range.to) ? "y" : "n";
    };
  }

  /* A plot meant for class II takes what is of class II or less dangerous. */
  function hosting(wanted) {
    return function (rows, place) {
      const stated = rows.hazard ? CLASSES.indexOf(rows.hazard[place]) : -1;
      return stated < 0 ? "u" : stated <= CLASSES.indexOf(wanted) ? "y" : "n";
    };
  }

  function worst(answers) {
    return answers.includes("n") ? "n" : answers.includes("u") ? "u" : "y";
  }

  function within(rows, network, place, metres) {
    const far = rows.far ? rows.far[network][place] : null;
    if (!Number.isFinite(far)) {
      return rows.near[network][place] === "n" ? "n" : "u";
    }
    if (!GZ.isPublic()) {
      return far <= metres ? "y" : "n";
    }
    if (CLASS_ENDS[far] <= metres) {
      return "y";
    }
    return (far ? CLASS_ENDS[far - 1] : 0) >= metres ? "n" : "u";
  }

  function spare(rows, network, place, amount) {
    if (rows.near[network][place] === "n") {
      return "n";
    }
    const free = rows.spare ? rows.spare[network][place] : null;
    return !Number.isFinite(free) ? "u" : free >= amount ? "y" : "n";
  }

  function connected(network, text) {
    const ask = GZ.readAsk(text);
    return function (rows, place) {
      const answers = [];
      if (ask.answer === "none") {
        answers.push({ y: "n", n: "y", u: "u" }[rows.near[network][place]]);
      } else if (NETWORK_ASKS[ask.answer]) {
        const letters = rows[NETWORK_ASKS[ask.answer]];
        answers.push(letters ? letters[network][place] : "u");
      }
      if (ask.metres) {
        answers.push(within(rows, network, place, ask.metres));
      }
      if (ask.amount) {
        answers.push(spare(rows, network, place, ask.amount));
      }
      return worst(answers);
    };
  }

  function same(read, wanted) {
    return function (rows, place) {
      const value = read(rows, place);
      return value === null || value === undefined || value === "" ? "n" : value === wanted ? "y" : "n";
    };
  }

  const MAKERS = {
    ha: sized,
    hazard: hosting,
    gas: connected.bind(null, "gas"),
    power: connected.bind(null, "power"),
    water: connected.bind(null, "water"),
    district: same.bind(null, function (rows, place) {
      const zone = GZ.page.zones ? GZ.page.zones[rows.zone[place]] : null;
      return zone ? zone.code : null;
    }),
    sector: same.bind(null, function (rows, place) {
      return rows.sector ? rows.sector[place] : null;
    }),
  };

  let known = null;
  let tests = [];

  /* The criteria of the view as tests; a view that is replaced brings new ones. */
  function compiled() {
    if (known !== GZ.view) {
      known = GZ.view;
      tests = GZ.CRITERIA.filter(function (key) {
        return GZ.view[key];
      }).map(function (key) {
        return { key: key, test: MAKERS[key](GZ.view[key]) };
      });
    }
    return tests;
  }

  /** Say whether criteria are set, beside the states and the chips. */
  GZ.hasCriteria = function () {
    return compiled().length > 0;
  };

  /** Judge a plot by the criteria: "n" if one says no, "u" if one is unknown, else "y". */
  GZ.judge = function (place) {
    const rows = GZ.plots.rows;
    const asked = compiled();
    let found = "y";
    for (let i = 0; i < asked.length && found !== "n"; i += 1) {
      const answer = asked[i].test(rows, place);
      found = answer === "y" ? found : answer;
    }
    return found;
  };

  /** Keys of the criteria that have no firm answer for a plot. */
  GZ.doubts = function (place) {
    return compiled()
      .filter(function (each) {
        return each.test(GZ.plots.rows, place) === "u";
      })
      .map(function (each) {
        return each.key;
      });
  };

  /* ---- words ---- */

  GZ.criterionName = function (key) {
    return {
      ha: GZ.t("Area, ha"),
      hazard: GZ.t("Hazard class"),
      gas: GZ.t("Gas"),
      power: GZ.t("Electricity"),
      water: GZ.t("Water"),
      district: GZ.t("District"),
      sector: GZ.t("Sector"),
    }[key];
  };

  GZ.askWords = function (answer) {
    return {
      near: GZ.t("nearby"),
      capable: GZ.t("capacity is enough"),
      allowed: GZ.t("allowed by the rules"),
      none: GZ.t("none nearby"),
    }[answer];
  };

  function rangeWords(text) {
    const range = GZ.readRange(text);
    const from = range.from === null ? "" : GZ.t("from {n}", { n: GZ.number(range.from) });
    const to = range.to === null ? "" : GZ.t("to {n}", { n: GZ.number(range.to) });
    return [from, to].filter(Boolean).join(" ");
  }

  function networkWords(key, text) {
    const ask = GZ.readAsk(text);
    const parts = [];
    if (ask.answer) {
      parts.push(GZ.askWords(ask.answer));
    }
    if (ask.metres) {
      parts.push(GZ.t("within {far}", { far: GZ.metres(ask.metres) }));
    }
    if (ask.amount) {
      parts.push(GZ.t("free from {amount} {unit}", { amount: GZ.number(ask.amount), unit: GZ.unitWords(key) }));
    }
    return parts.join(", ");
  }

  GZ.unitWords = function (network) {
    return { gas: GZ.t("m³/h"), power: GZ.t("kW"), water: GZ.t("m³/day") }[network];
  };

  /** Write one criterion of the view: «Area, ha: from 5». */
  GZ.criterionWords = function (key) {
    const value = GZ.view[key];
    let words = value;
    if (key === "ha") {
      words = rangeWords(value);
    } else if (key === "hazard") {
      words = GZ.t("takes class {class}", { class: value });
    } else if (GZ.NETWORKS.includes(key)) {
      words = networkWords(key, value);
    } else if (key === "district" && GZ.districtName) {
      words = GZ.districtName(value) || value;
    }
    return GZ.criterionName(key) + ": " + words;
  };
})();
