/* What only the internal pages show: participants, documents, projects, start dates that have passed. */
(function () {
  "use strict";

  const GZ = window.GZ;

  GZ.onlyChoices.push("passed");
  GZ.only.passed = function (rows, place) {
    return Boolean(rows.passed && rows.passed[place]);
  };
  GZ.onlyWords.passed = function () {
    return GZ.t("start date passed, no confirmation of a start");
  };

  GZ.keptFigures.passed = function (places) {
    const passed = places.filter(GZ.only.passed.bind(null, GZ.plots.rows));
    return GZ.sumWords(passed);
  };
  GZ.keptFigures.projects = function (places) {
    const kept = new Set(places);
    const found = projects().filter(function (project) {
      return project.places.some(kept.has, kept);
    });
    return GZ.tn("{n} project", "{n} projects", found.length);
  };

  function of(column, place) {
    const values = GZ.plots.rows[column];
    return values ? values[place] : null;
  }

  GZ.rowMore.push(function (place) {
    const holder = of("participant", place) || of("reservedFor", place);
    return of("passed", place) ? [holder, dueWords(place)].filter(Boolean).join(" · ") : holder;
  });

  function dueWords(place) {
    const due = of("due", place);
    return due ? GZ.t("start due {day}", { day: GZ.date(due) }) : "";
  }

  GZ.stateMore.push(function (place) {
    return GZ.plots.rows.passed && GZ.today().passed[place] ? GZ.t("start date passed, no confirmation of a start") : "";
  });
  GZ.stateMore.push(function (place) {
    const since = of("since", place);
    const paper = of("paper", place);
    const day = since ? GZ.t("since {day}", { day: GZ.date(since) }) : "";
    return [day, paper ? GZ.t("contract {no}", { no: paper }) : ""].filter(Boolean).join(", ");
  });

  GZ.exportMore.push(function () {
    return [
      GZ.exportColumn("participant", GZ.t.bind(null, "Participant"), "participant"),
      GZ.exportColumn("reserved_for", GZ.t.bind(null, "Reserved for"), "reservedFor"),
      GZ.exportColumn("contract_no", GZ.t.bind(null, "Contract"), "paper"),
      GZ.exportColumn("contract_date", GZ.t.bind(null, "Date of the contract"), "paperDate"),
      GZ.exportColumn("start_due", GZ.t.bind(null, "Start due"), "due"),
      GZ.exportColumn("project", GZ.t.bind(null, "Project"), "project"),
      GZ.exportColumn("sector", GZ.t.bind(null, "Sector"), "sector"),
    ];
  });

  function dated(label, column, place) {
    const day = of(column, place);
    return day ? [{ label: label, value: GZ.date(day) }] : [];
  }

  function worded(label, column, place) {
    const text = of(column, place);
    return text ? [{ label: label, value: text }] : [];
  }

  function money(place) {
    const declared = of("invest", place);
    if (declared === null) {
      return [];
    }
    const spent = of("invested", place);
    const put = spent === null ? GZ.t("invested: no data") : GZ.t("invested: {amount}", { amount: GZ.tenge(spent) });
    return [{ label: GZ.t("Investment declared"), value: GZ.tenge(declared) + "; " + put }];
  }

  GZ.cardMore.push(function (place) {
    const paper = of("paper", place);
    const day = of("paperDate", place);
    const contract = paper
      ? [{ label: GZ.t("Contract"), value: day ? paper + ", " + GZ.date(day) : paper }]
      : [];
    return [].concat(
      worded(GZ.t("Participant"), "participant", place),
      worded(GZ.t("Reserved for"), "reservedFor", place),
      contract,
      dated(GZ.t("Start due"), "due", place),
      dated(GZ.t("Work started"), "started", place),
      dated(GZ.t("Put into operation"), "commissioned", place),
      worded(GZ.t("Project"), "project", place),
      worded(GZ.t("Sector"), "sector", place),
      money(place),
    );
  });

  /* ---- participants in the search box ---- */

  GZ.searchMore.push(function (text) {
    const holders = GZ.index.holders || [];
    const words = text.split(" ").filter(Boolean);
    const found = [];
    holders.forEach(function (holder, place) {
      const folded = holder ? GZ.fold(holder) : "";
      const fits =
        folded &&
        words.every(function (word) {
          return folded.includes(word);
        });
      if (fits && text.length > 1) {
        const row = GZ.plotRow(place, 2);
        row.kind = GZ.t("participant");
        row.about = holder;
        found.push(row);
      }
    });
    return found;
  });

  /* ---- projects: one name of one participant in one zone, on however many plots ---- */

  function projects() {
    const found = new Map();
    GZ.places().forEach(function (place) {
      const name = of("project", place);
      const zone = GZ.plots.rows.zone[place];
      if (!name || (GZ.page.zones && !(GZ.page.zones[zone] || {}).counted)) {
        return;
      }
      const key = [zone, of("participant", place), name].join("\u0000");
      const project = found.get(key) || { first: place, places: [], name: name, zone: zone };
      project.places.push(place);
      found.set(key, project);
    });
    return Array.from(found.values());
  }

  function total(project, column) {
    let sum = null;
    project.places.forEach(function (place) {
      const value = of(column, place);
      sum = value === null ? sum : (sum || 0) + value;
    });
    return sum;
  }

  function text(key, label, read) {
    return {
      key: key,
      label: label,
      value: read,
      cell: function (project) {
        return GZ.name(read(project) || "");
      },
    };
  }

  function amount(key, label, column, write) {
    return {
      key: key,
      label: label,
      number: true,
      className: "nowrap",
      value: function (project) {
        return total(project, column);
      },
      cell: function (project) {
        const sum = total(project, column);
        return sum === null ? GZ.t("no data") : write(sum);
      },
    };
  }

  function plotLinks(project) {
    const box = GZ.el("span", {});
    project.places.forEach(function (place, order) {
      const zone = GZ.page.zones ? GZ.page.zones[project.zone] : null;
      const name = GZ.plots.rows.number[place] || GZ.plots.rows.id[place];
      const hash = GZ.hashOf({ plot: GZ.plots.rows.id[place] });
      const label = zone ? GZ.say(zone.name) + " / " + name : name;
      const link = GZ.el("a", { href: zone ? GZ.zonePage(zone.stem) + hash : hash }, GZ.name(label));
      box.append(order ? ", " : "", link);
    });
    return box;
  }

  function columns() {
    return [
      text("project", function () {
        return GZ.t("Project");
      }, function (project) {
        return project.name;
      }),
      {
        key: "plots",
        label: function () {
          return GZ.page.zones ? GZ.t("Zone / plot") : GZ.t("Plot");
        },
        value: function (project) {
          const zone = GZ.page.zones ? GZ.say(GZ.page.zones[project.zone].name) + " / " : "";
          return zone + GZ.plots.rows.number[project.first];
        },
        cell: plotLinks,
      },
      text("participant", function () {
        return GZ.t("Participant");
      }, function (project) {
        return of("participant", project.first);
      }),
      text("sector", function () {
        return GZ.t("Sector");
      }, function (project) {
        return of("sector", project.first);
      }),
      amount("invest", function () {
        return GZ.t("Declared");
      }, "invest", GZ.tenge),
      amount("invested", function () {
        return GZ.t("Invested");
      }, "invested", GZ.tenge),
      amount("jobsplanned", function () {
        return GZ.t("Jobs planned");
      }, "jobsPlanned", GZ.number),
      amount("jobs", function () {
        return GZ.t("Jobs now");
      }, "jobs", GZ.number),
    ];
  }

  GZ.onStart(function () {
    const box = document.getElementById("project-table");
    if (!box || !GZ.plots) {
      return;
    }
    const table = GZ.table(box, {
      columns: columns(),
      rows: projects,
      learn: function (shown) {
        return GZ.learnPlots(
          shown.flatMap(function (project) {
            return project.places;
          }),
        );
      },
      limit: 20,
      caption: function (rows) {
        const sum = rows.reduce(function (all, project) {
          return all + (total(project, "invest") || 0);
        }, 0);
        const count = GZ.tn("{n} project", "{n} projects", rows.length);
        return sum ? count + " · " + GZ.t("declared {amount}", { amount: GZ.tenge(sum) }) : count;
      },
      empty: function () {
        return GZ.t("No projects yet. They come from the register: columns project and investment.");
      },
    });
    table.draw();
    GZ.onLanguage(table.draw);
  });
})();
