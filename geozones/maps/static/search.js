/* The search box of every page: plots by number, by zone and number, by cadastral number in any form; zones. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const MOST = 12;
  const FOLD = {
    ё: "е", ә: "а", і: "и", ң: "н", ғ: "г", ү: "у", ұ: "у", қ: "к", ө: "о", һ: "х", й: "и", ö: "o", ü: "u", ı: "i",
  };

  /* Letters as people type them: no case, no dots or hooks, no marks that turn the text. */
  function fold(text) {
    return text
      .toLowerCase()
      .replace(/\u0307/g, "")
      .replace(/[ёәіңғүұқөһйöüı]/g, function (letter) {
        return FOLD[letter];
      })
      .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069«»"'“”()]/g, " ")
      .replace(/\s+/g, " ")
      .trim();
  }

  function digits(text) {
    return text.replace(/\D/g, "");
  }

  function zoneWords(words) {
    return (Array.isArray(words) ? words : [words]).map(fold);
  }

  GZ.fold = fold;

  /** More places to look in; each gives rows {kind, label, about, href, rank} for folded words. */
  GZ.searchMore = [];

  /** Take in the index of all plots and zones: called by the script that holds it. */
  GZ.searchIndex = function (index) {
    GZ.index = index;
    GZ.index.folded = index.zones.map(function (zone) {
      return zoneWords(zone.name);
    });
    GZ.index.plain = index.plots.number.map(function (number) {
      return fold(number || "");
    });
    GZ.index.digits = index.plots.cadastral.map(function (number) {
      return digits(number || "");
    });
  };

  GZ.plotHref = function (place) {
    const zone = GZ.index.zones[GZ.index.plots.zone[place]];
    return GZ.zonePage(zone.stem) + GZ.hashOf({ plot: GZ.index.plots.id[place] });
  };

  GZ.plotName = function (place) {
    const zone = GZ.index.zones[GZ.index.plots.zone[place]];
    const number = GZ.index.plots.number[place] || GZ.index.plots.id[place];
    return GZ.say(zone.name) + " / " + number;
  };

  function plotRow(place, rank) {
    const cadastral = GZ.index.plots.cadastral[place];
    return {
      kind: GZ.t("plot"),
      label: GZ.plotName(place),
      about: cadastral || "",
      href: GZ.plotHref(place),
      rank: rank,
    };
  }

  GZ.plotRow = plotRow;

  /* «Бадам / 27», «уч. 27 Бадам»: a plain number is the plot's, the other words begin words of the zone's name. */
  function splitNumber(text) {
    const skipped = ["участок", "уч", "уч.", "учаске", "plot", "no", "no."];
    const words = text.split(/[\s/\\,;№#]+/).filter(function (word) {
      return word && !skipped.includes(word);
    });
    const plain = words.map(function (word) {
      return /^\d+[a-zа-я]?$/.test(word);
    });
    const last = words.length - 1;
    const place = plain.includes(true) ? plain.lastIndexOf(true) : /\d/.test(words[last] || "") ? last : -1;
    const zone = words.filter(function (word, each) {
      return each !== place;
    });
    return { zone: zone, number: place < 0 ? "" : words[place] };
  }

  GZ.splitNumber = splitNumber;

  function zoneMatches(place, words) {
    return GZ.index.folded[place].some(function (name) {
      const parts = name.split(/[\s-]+/).concat([name]);
      return words.every(function (word) {
        return parts.some(function (part) {
          return part.startsWith(word);
        });
      });
    });
  }

  GZ.zoneMatches = zoneMatches;

  function findPlots(text) {
    const found = [];
    const asked = splitNumber(text);
    const bare = digits(text);
    const cadastral = bare.length >= 5 && /^[\d\s:-]+$/.test(text) ? bare : "";
    const plots = GZ.index.plots;
    const zoneFits = GZ.index.zones.map(function (zone, place) {
      return asked.zone.length > 0 && zoneMatches(place, asked.zone);
    });
    for (let place = 0; place < plots.id.length; place += 1) {
      const number = GZ.index.plain[place];
      if (cadastral && GZ.index.digits[place].startsWith(cadastral)) {
        found.push(plotRow(place, GZ.index.digits[place] === cadastral ? 0 : 2));
      } else if (asked.number && number) {
        const exact = number === asked.number || number.replace(/^0+/, "") === asked.number.replace(/^0+/, "");
        if (asked.zone.length ? zoneFits[plots.zone[place]] : true) {
          if (exact) {
            found.push(plotRow(place, asked.zone.length ? 0 : 1));
          } else if (asked.zone.length && number.startsWith(asked.number)) {
            found.push(plotRow(place, 3));
          }
        }
      }
    }
    return found;
  }

  function findZones(text) {
    const words = text.split(/[\s/,]+/).filter(Boolean);
    const found = [];
    GZ.index.zones.forEach(function (zone, place) {
      if (words.length && zoneMatches(place, words)) {
        found.push({
          kind: GZ.t("zone"),
          label: GZ.say(zone.name),
          about: GZ.say(zone.district || ""),
          href: GZ.zonePage(zone.stem) || GZ.hashOf({ zone: zone.id }),
          rank: 1,
        });
      }
    });
    return found;
  }

  GZ.find = function (typed) {
    const text = fold(typed.slice(0, 200));
    if (!text || !GZ.index) {
      return [];
    }
    let found = findPlots(text).concat(findZones(text));
    GZ.searchMore.forEach(function (look) {
      found = found.concat(look(text));
    });
    return found
      .map(function (row, place) {
        return { row: row, place: place };
      })
      .sort(function (a, b) {
        return a.row.rank - b.row.rank || a.place - b.place;
      })
      .slice(0, MOST)
      .map(function (each) {
        return each.row;
      });
  };

  /* ---- the box: a combobox whose list holds plain links ---- */

  GZ.onStart(function () {
    const input = document.getElementById("search");
    const list = document.getElementById("search-list");
    if (!input || !list) {
      return;
    }
    let rows = [];
    let active = -1;
    input.form.addEventListener("submit", function (event) {
      event.preventDefault();
    });

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark() {
      Array.from(list.children).forEach(function (node, place) {
        node.setAttribute("aria-selected", String(place === active));
        if (place === active) {
          node.scrollIntoView({ block: "nearest" });
        }
      });
      if (active >= 0) {
        input.setAttribute("aria-activedescendant", "search-" + active);
      }
    }

    function open(row) {
      close();
      input.blur();
      const page = row.href.split("#")[0].split("/").pop();
      if (!page || page === window.location.pathname.split("/").pop()) {
        window.location.hash = row.href.split("#")[1] || "";
      } else {
        window.location.href = row.href;
      }
    }

    let asked = "";

    /* What is found among plots that are not loaded comes a little later. */
    function look() {
      const typed = input.value;
      asked = typed;
      const found = GZ.find(typed);
      draw(found, Boolean(GZ.searchLater));
      if (GZ.searchLater && fold(typed)) {
        GZ.searchLater(fold(typed.slice(0, 200))).then(function (more) {
          if (asked === typed && document.activeElement === input) {
            draw(merged(found, more), false);
          }
        });
      }
    }

    function merged(found, more) {
      return more
        .concat(found)
        .sort(function (a, b) {
          return a.rank - b.rank;
        })
        .slice(0, MOST);
    }

    function draw(found, waits) {
      rows = found;
      active = rows.length ? 0 : -1;
      list.replaceChildren();
      rows.forEach(function (row, place) {
        const link = GZ.el(
          "li",
          { role: "option", id: "search-" + place, class: "search-row" },
          GZ.el("span", { class: "search-kind" }, row.kind),
          GZ.el("span", { class: "search-label" }, GZ.name(row.label)),
          GZ.el("span", { class: "search-about" }, GZ.name(row.about)),
        );
        link.addEventListener("mousedown", function (event) {
          event.preventDefault();
          open(row);
        });
        list.append(link);
      });
      if (!rows.length && waits) {
        list.append(GZ.el("li", { class: "search-none", role: "option", "aria-disabled": "true" }, "…"));
      } else if (!rows.length && input.value.trim()) {
        list.append(
          GZ.el("li", { class: "search-none", role: "option", "aria-disabled": "true" },
            GZ.t("Nothing found. Write a zone and a number, as in “Badam / 27”, or a cadastral number.")),
        );
      }
      list.hidden = !input.value.trim();
      input.setAttribute("aria-expanded", String(!list.hidden));
      mark();
    }

    input.addEventListener("input", look);
    input.addEventListener("focus", function () {
      if (input.value.trim()) {
        look();
      }
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && rows.length) {
        event.preventDefault();
        active = (active + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length;
        mark();
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (active >= 0 && rows[active]) {
          open(rows[active]);
        }
      }
    });
    document.addEventListener("keydown", function (event) {
      const typing = /^(input|textarea|select)$/i.test(event.target.tagName || "");
      if (event.key === "/" && !typing) {
        event.preventDefault();
        input.focus();
      }
    });
  });
})();
