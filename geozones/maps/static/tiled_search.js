/* The search over all plots, also those not loaded: sorted keys in scripts, of which the fitting ones are loaded. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const MOST = 12;
  const MOST_SCRIPTS = 6;

  /* The order of code points, in which the keys are sorted. */
  function before(a, b) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i += 1) {
      const x = a.charCodeAt(i);
      const y = b.charCodeAt(i);
      if (x !== y) {
        const high = x >= 0xd800 && x < 0xe000;
        return high === (y >= 0xd800 && y < 0xe000) ? x < y : !high;
      }
    }
    return a.length < b.length;
  }

  /** Places of the keys of one script: [{key, place}] by `visit(key, place)` until it gives false. */
  function walk(shard, visit) {
    let place = 0;
    let at = 0;
    for (let each = 0; each < shard.k.length; each += 1) {
      const many = shard.c ? shard.c[each] : 1;
      for (let i = 0; i < many; i += 1) {
        place += shard.r[at];
        at += 1;
        if (visit(shard.k[each], place) === false) {
          return;
        }
      }
    }
  }

  /**
   * Find plots by a key of one kind. options: exact (the whole key, else its beginning), most, from and to (places).
   * Gives a promise of [{key, place}].
   */
  GZ.findKeys = function (store, kind, key, options) {
    const index = store.manifest.search[kind];
    const found = [];
    if (!index || !index.parts.length) {
      return Promise.resolve(found);
    }
    let low = 0;
    let high = index.firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(index.firsts[middle], key)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    let script = Math.max(0, low - 1);
    const last = Math.min(index.parts.length, script + MOST_SCRIPTS);
    function fits(each) {
      return options.exact ? each === key : each.startsWith(key);
    }
    function next() {
      if (script >= last || (before(key, index.firsts[script]) && !fits(index.firsts[script]))) {
        return Promise.resolve(found);
      }
      return store.json(index.parts[script]).then(function (shard) {
        walk(shard, function (each, place) {
          if (fits(each) && place >= (options.from || 0) && place < (options.to || Infinity)) {
            found.push({ key: each, place: place });
          }
          return found.length < options.most;
        });
        script += 1;
        return found.length < options.most ? next() : found;
      });
    }
    return next().catch(function () {
      return found;
    });
  };

  /* Participants: every word of the query in the name; all names are looked through. */
  function findHolders(store, text) {
    const index = store.manifest.search.holder;
    const words = text.split(" ").filter(Boolean);
    const found = [];
    let script = 0;
    function next() {
      if (!index || script >= index.parts.length || found.length >= MOST) {
        return Promise.resolve(found);
      }
      return store.json(index.parts[script]).then(function (shard) {
        const fitting = new Map();
        walk(shard, function (key, place) {
          if (!fitting.has(key)) {
            const folded = GZ.fold(key);
            fitting.set(
              key,
              words.every(function (word) {
                return folded.includes(word);
              }),
            );
          }
          if (fitting.get(key)) {
            found.push({ key: key, place: place, about: key, kind: GZ.t("participant"), rank: 2 });
          }
          return found.length < MOST;
        });
        script += 1;
        return next();
      });
    }
    return text.length > 1 ? next().catch(() => found) : Promise.resolve(found);
  }

  function ranked(hits, rank) {
    return hits.map(function (hit) {
      return Object.assign({ kind: GZ.t("plot"), rank: rank(hit) }, hit);
    });
  }

  function findNumbers(store, asked) {
    const number = asked.number.replace(/^0+(.)/, "$1");
    if (!asked.number) {
      return Promise.resolve([]);
    }
    if (!asked.zone.length) {
      return GZ.findKeys(store, "number", number, { exact: true, most: MOST }).then(function (hits) {
        return ranked(hits, () => 1);
      });
    }
    const spans = store.manifest.groups.filter(function (group) {
      return group[0] >= 0 && GZ.zoneMatches(group[0], asked.zone);
    });
    return Promise.all(
      spans.slice(0, MOST).map(function (span) {
        return GZ.findKeys(store, "number", number, { most: MOST, from: span[1], to: span[2] });
      }),
    ).then(function (lists) {
      return ranked(lists.flat(), function (hit) {
        return hit.key === number ? 0 : 3;
      });
    });
  }

  /** Words for the search box of plots that are not in its index: a promise of rows. */
  GZ.searchLater = function (text) {
    const store = GZ.plotStore(GZ.index && GZ.index.store);
    if (!store) {
      return Promise.resolve([]);
    }
    const bare = text.replace(/\D/g, "");
    const asked = GZ.splitNumber(text);
    const looks = [findNumbers(store, asked), findHolders(store, text)];
    if (bare.length >= 5 && /^[\d\s:-]+$/.test(text)) {
      looks.unshift(
        GZ.findKeys(store, "cadastral", bare, { most: MOST }).then(function (hits) {
          return ranked(hits, function (hit) {
            return hit.key === bare ? 0 : 2;
          });
        }),
      );
    }
    return Promise.all(looks).then(function (lists) {
      const hits = lists.flat().sort(function (a, b) {
        return a.rank - b.rank;
      });
      return Promise.all(hits.slice(0, MOST).map(rowOf.bind(null, store)));
    });
  };

  function zoneAt(store, place) {
    const group = store.manifest.groups.find(function (span) {
      return span[1] <= place && place < span[2];
    });
    return group ? GZ.index.zones[group[0]] : null;
  }

  function rowOf(store, hit) {
    const size = store.manifest.wordRows;
    return store.json(store.manifest.words[Math.floor(hit.place / size)]).then(function (words) {
      const at = hit.place % size;
      const zone = zoneAt(store, hit.place);
      const name = words.number[at] || words.id[at];
      return {
        kind: hit.kind,
        label: (zone ? GZ.say(zone.name) + " / " : "") + name,
        about: hit.about || (words.cadastral && words.cadastral[at]) || "",
        href: (zone ? GZ.zonePage(zone.stem) : "") + GZ.hashOf({ plot: words.id[at] }),
        rank: hit.rank,
      };
    });
  }
})();
