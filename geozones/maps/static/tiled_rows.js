/* What is known of plots by the hundred thousand: columns at once, words of a plot when they are asked for. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const WORDS_WEIGHT = 90;
  const BLOCK = 1024;
  const WORDS = ["id", "number", "cadastral"];

  /**
   * The plots `first` to `first + count` of a store. `whole` loads every word of them (the page of a zone), else
   * words are loaded, and given up again, part by part.
   */
  function TiledRows(store, first, count, whole) {
    const manifest = store.manifest;
    this.store = store;
    this.first = first;
    this.count = count;
    this.look = {
      first: first,
      count: count,
      pointZoom: manifest.pointZoom,
      x: new Int32Array(count),
      y: new Int32Array(count),
      size: new Uint8Array(count).fill(255),
      state: new Uint8Array(count),
      shown: null,
      passed: null,
    };
    this.rows = { state: this.look.state, zone: this._zones() };
    this.blocks = [];
    this.drawable = this._loadPoints();
    this.whole = whole;
    this.isKnown = !whole;
    this.ready = Promise.all([this.drawable, whole ? this._loadWhole() : this._loadColumns()]).then(
      this._dropUnknown.bind(this),
    );
  }

  TiledRows.prototype._zones = function () {
    const zones = new Int32Array(this.count).fill(-1);
    this.store.manifest.groups.forEach(function (group) {
      zones.fill(group[0], Math.max(0, group[1] - this.first), Math.max(0, group[2] - this.first));
    }, this);
    return zones;
  };

  TiledRows.prototype._partsBetween = function (size, names) {
    const found = [];
    const last = Math.ceil((this.first + this.count) / size);
    for (let part = Math.floor(this.first / size); part < Math.min(last, names.length); part += 1) {
      found.push(part);
    }
    return found;
  };

  TiledRows.prototype._loadPoints = function () {
    const manifest = this.store.manifest;
    const size = manifest.pointRows;
    const look = this.look;
    const self = this;
    return Promise.all(
      this._partsBetween(size, manifest.points).map(function (part) {
        return self.store.use(manifest.points[part], function (bytes) {
          const start = part * size;
          const count = Math.min(size, manifest.count - start);
          const from = Math.max(start, self.first);
          const to = Math.min(start + count, self.first + self.count);
          if (from === start && to === start + count) {
            GZ.readPoints(bytes, look, start - self.first, count);
            return;
          }
          const all = { x: new Int32Array(count), y: new Int32Array(count) };
          all.size = new Uint8Array(count);
          all.state = new Uint8Array(count);
          GZ.readPoints(bytes, all, 0, count);
          Object.keys(all).forEach(function (name) {
            look[name].set(all[name].subarray(from - start, to - start), from - self.first);
          });
        }).catch(String);
      }),
    ).then(this._makeBlocks.bind(this));
  };

  /* Plots of which not even the state is known are no plots of the page. */
  TiledRows.prototype._dropUnknown = function () {
    if (this.look.size.indexOf(255) >= 0 && !(this.whole && this.isKnown)) {
      this.count = this.look.size.findIndex(function (size) {
        return size === 255;
      });
      this.look.count = this.count;
    }
  };

  TiledRows.prototype._makeBlocks = function () {
    const look = this.look;
    for (let start = 0; start < this.count; start += BLOCK) {
      const end = Math.min(this.count, start + BLOCK);
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      let largest = 0;
      for (let place = start; place < end; place += 1) {
        if (look.size[place] < 255) {
          box[0] = Math.min(box[0], look.x[place]);
          box[1] = Math.min(box[1], look.y[place]);
          box[2] = Math.max(box[2], look.x[place]);
          box[3] = Math.max(box[3], look.y[place]);
          largest = Math.max(largest, look.size[place]);
        }
      }
      this.blocks.push({ start: start, end: end, box: box, largest: largest });
    }
  };

  TiledRows.prototype._loadColumns = function () {
    const self = this;
    const manifest = this.store.manifest;
    const lists = WORDS.map(function (name) {
      self.rows[name] = new Array(self.count);
      return null;
    });
    this.rows.ha = new Float32Array(this.count).fill(NaN);
    this.rows.near = {};
    this.rows.measured = [];
    this.rows.need = {};
    GZ.NETWORKS.forEach(function (name) {
      self.rows.need[name] = [];
      self.rows.near[name] = "u".repeat(self.count);
    });
    lists.push(
      this.store.use(manifest.values[0], function (bytes) {
        const columns = GZ.readColumns(bytes, manifest.columns, manifest.count);
        Object.defineProperties(self.rows, Object.getOwnPropertyDescriptors(columns));
        self.look.passed = self.rows.passed || null;
      }).catch(String),
    );
    if (manifest.sparse) {
      lists.push(
        this.store.json(manifest.sparse[0]).then(function (sparse) {
          Object.keys(sparse.columns).forEach(function (name) {
            const column = sparse.places.length ? new Array(self.count).fill(null) : [];
            sparse.places.forEach(function (place, each) {
              column[place] = sparse.columns[name][each];
            });
            self.rows[name] = column;
          });
        }, String),
      );
    }
    return Promise.all(lists);
  };

  /* ---- the words of plots ---- */

  function joined(a, b) {
    if (Array.isArray(a)) {
      return a.concat(b);
    }
    if (typeof a === "string" && typeof b === "string") {
      return a + b;
    }
    const both = {};
    Object.keys(a).forEach(function (name) {
      both[name] = joined(a[name], b[name]);
    });
    return both;
  }

  function cut(values, from, to) {
    if (Array.isArray(values) || typeof values === "string") {
      return values.slice(from, to);
    }
    const part = {};
    Object.keys(values).forEach(function (name) {
      part[name] = cut(values[name], from, to);
    });
    return part;
  }

  /* What stands in the place of words that did not load. */
  const BLANK = {
    rows: { hazard: [], ha: [], measured: [], near: {}, need: {} },
    networks: {},
  };
  GZ.NETWORKS.forEach(function (name) {
    BLANK.rows.near[name] = "";
    BLANK.rows.need[name] = [];
    BLANK.networks[name] = { unit: "", limit: null, why: [], klass: [] };
  });

  function blank(like, count) {
    if (typeof like === "string") {
      return "u".repeat(count);
    }
    if (like === null || typeof like !== "object" || Array.isArray(like)) {
      return new Array(count).fill(null);
    }
    const made = {};
    Object.keys(like).forEach(function (name) {
      made[name] = blank(like[name], count);
    });
    return made;
  }

  function blankNetworks(like, count) {
    const made = {};
    Object.keys(like).forEach(function (name) {
      const network = like[name];
      made[name] = { unit: network.unit, limit: network.limit };
      ["why", "klass", "metres", "existing", "planned"].forEach(function (column) {
        if (network[column]) {
          made[name][column] = blank(network[column], count);
        }
      });
      if (network.lines) {
        Object.assign(made[name], { lines: [], points: [] });
      }
    });
    return made;
  }

  TiledRows.prototype._loadWhole = function () {
    const self = this;
    WORDS.forEach(function (name) {
      self.rows[name] = new Array(self.count).fill(null);
    });
    const places = Array.from(self.rows.id, function (none, place) {
      return place;
    });
    return Promise.all([this._loadDetails(), this._readWords(places)]);
  };

  TiledRows.prototype._loadDetails = function () {
    const self = this;
    const manifest = this.store.manifest;
    const size = manifest.detailRows;
    return Promise.all(
      this._partsBetween(size, manifest.details).map(function (part) {
        return self.store.json(manifest.details[part]).then(function (words) {
          const start = part * size;
          const from = Math.max(0, self.first - start);
          const to = Math.min(size, self.first + self.count - start);
          const rows = cut(words.rows, from, to);
          return { rows: rows, networks: words.networks, land: words.land, from: from, to: to };
        }, function () {
          const start = Math.max(part * size, self.first);
          return { lost: Math.min((part + 1) * size, self.first + self.count) - start };
        });
      }),
    ).then(function (parts) {
      const whole = parts.find(function (part) {
        return !part.lost;
      });
      self.isKnown = Boolean(whole);
      parts.forEach(function (part) {
        if (part.lost) {
          const like = whole || BLANK;
          Object.assign(part, { from: 0, to: part.lost });
          part.rows = blank(like.rows, part.lost);
          part.networks = like.networks ? blankNetworks(like.networks, part.lost) : null;
        }
      });
      const names = new Set();
      parts.forEach(function (part) {
        Object.keys(part.rows).forEach(names.add, names);
      });
      const rows = parts
        .map(function (part) {
          names.forEach(function (name) {
            part.rows[name] = part.rows[name] || new Array(part.to - part.from).fill(null);
          });
          return part.rows;
        })
        .reduce(joined);
      if (whole) {
        self.look.state.set(rows.state);
      }
      rows.state = self.look.state;
      rows.zone = self.rows.zone;
      Object.assign(self.rows, rows);
      self.look.passed = self.rows.passed || null;
      self.networks = parts[0].networks ? joinNetworks(parts) : null;
      self.land = whole && whole.land ? joinLand(parts, whole.land) : null;
    });
  };

  /* Lines and points are numbered anew in every part. */
  function shifted(places, by) {
    return places.map(function (place) {
      return place === null ? null : place + by;
    });
  }

  function each(values, count) {
    return Array.isArray(values) || typeof values === "string" ? values : new Array(count).fill(values);
  }

  function joinNetworks(parts) {
    const joinedUp = {};
    Object.keys(parts[0].networks).forEach(function (name) {
      parts.forEach(function (part) {
        const network = part.networks[name];
        const mine = { unit: network.unit, limit: network.limit };
        const so = joinedUp[name];
        ["why", "klass", "metres"].forEach(function (column) {
          if (network[column]) {
            mine[column] = cut(network[column], part.from, part.to);
          }
        });
        ["existing", "planned"].forEach(function (state) {
          const side = network[state];
          if (side) {
            const count = side.line.length;
            mine[state] = {};
            Object.keys(side).forEach(function (column) {
              mine[state][column] = cut(each(side[column], count), part.from, part.to);
            });
            ["line", "sourceLine"].forEach(function (column) {
              mine[state][column] = shifted(mine[state][column] || [], so ? so.lines.length : 0);
            });
            ["point", "sourcePoint"].forEach(function (column) {
              mine[state][column] = shifted(mine[state][column] || [], so ? so.points.length : 0);
            });
          }
        });
        if (network.lines) {
          mine.lines = network.lines;
          mine.points = network.points;
        }
        if (so) {
          delete mine.unit;
          delete mine.limit;
          const unit = { unit: so.unit, limit: so.limit };
          delete so.unit;
          delete so.limit;
          joinedUp[name] = Object.assign(joined(so, mine), unit);
        } else {
          joinedUp[name] = mine;
        }
      });
    });
    return joinedUp;
  }

  /* Rules and objects are numbered anew in every part too: first in each row, and at the end of some. */
  function joinLand(parts, like) {
    const all = { rules: [], features: [], shared: [] };
    const columns = Object.keys(like).filter(function (name) {
      return !(name in all);
    });
    columns.forEach(function (name) {
      all[name] = [];
    });
    parts.forEach(function (part) {
      const land = part.land;
      const rules = all.rules.length;
      const features = all.features.length;
      const shared = all.shared.length;
      function moved(feature) {
        return feature === null ? null : feature + features;
      }
      const change = {
        cuts: function (cut) {
          return [cut[0] + rules, moved(cut[1])].concat(cut.slice(2));
        },
        found: function (each) {
          return [each[0] + rules].concat(each.slice(1, 5), moved(each[5]), each[6]);
        },
      };
      columns.forEach(function (name) {
        const lost = change[name] ? [] : null;
        const values = land ? cut(land[name], part.from, part.to) : new Array(part.lost || 0).fill(lost);
        const mine = values.map(function (value) {
          if (name === "housing") {
            return value ? [value[0], moved(value[1])] : null;
          }
          if (name === "like") {
            return value === null ? null : value + shared;
          }
          return change[name] ? value.map(change[name]) : value;
        });
        all[name] = all[name].concat(mine);
      });
      if (land) {
        all.rules = all.rules.concat(land.rules);
        all.features = all.features.concat(land.features);
        all.shared = all.shared.concat(
          land.shared.map(function (found) {
            return found.map(change.found);
          }),
        );
      }
    });
    return all;
  }

  /* Numbers of the scripts that hold the words of some places. */
  TiledRows.prototype._wordParts = function (places) {
    const size = this.store.manifest.wordRows;
    const first = this.first;
    return Array.from(
      new Set(
        places.map(function (place) {
          return Math.floor((place + first) / size);
        }),
      ),
    );
  };

  /* Write the words of a script into the columns, or `gone` where they are given up or missing. */
  TiledRows.prototype._putWords = function (part, words, gone) {
    const start = part * this.store.manifest.wordRows - this.first;
    const from = Math.max(0, start);
    const to = Math.min(this.count, start + this.store.manifest.wordRows);
    WORDS.forEach(function (column) {
      const values = words ? words[column] : null;
      for (let place = from; place < to; place += 1) {
        this.rows[column][place] = values ? values[place - start] : words ? null : gone;
      }
    }, this);
  };

  /** Load what is said of some plots; resolved when `rows.id`, `rows.number` and `rows.cadastral` know them. */
  TiledRows.prototype.know = function (places) {
    const self = this;
    const names = this.store.manifest.words;
    const unknown = places.filter(function (place) {
      return self.rows.id[place] === undefined;
    });
    return Promise.all(
      this._wordParts(unknown).map(function (part) {
        function read(bytes) {
          self._putWords(part, JSON.parse(new TextDecoder().decode(bytes)));
          return { weight: WORDS_WEIGHT * self.store.manifest.wordRows };
        }
        return self.store.keep(names[part], read, self._putWords.bind(self, part, null, undefined)).catch(function () {
          self._putWords(part, null, null);
        });
      }),
    );
  };

  /* Load the words of some plots, and keep them. */
  TiledRows.prototype._readWords = function (places) {
    const self = this;
    return Promise.all(
      this._wordParts(places).map(function (part) {
        return self.store.json(self.store.manifest.words[part]).then(function (words) {
          self._putWords(part, words);
        }, String);
      }),
    );
  };

  /** Load the words of many plots, and keep them all: for a file, which takes them at once. */
  TiledRows.prototype.learn = function (places) {
    return this.whole ? Promise.resolve() : this._readWords(places);
  };

  /* ---- where plots are ---- */

  /** Bounds of a plot from its point and size: not exact, and never too small. */
  TiledRows.prototype.boundsOf = function (place) {
    const look = this.look;
    const zoom = look.pointZoom;
    const around = Math.pow(2, zoom - look.size[place]) * 1.2;
    const crs = window.L.CRS.EPSG3857;
    const corners = [-around, around].map(function (away) {
      return crs.pointToLatLng(window.L.point(look.x[place] + away, look.y[place] + away), zoom);
    });
    return window.L.latLngBounds(corners);
  };

  TiledRows.prototype.pointOf = function (place) {
    const look = this.look;
    return window.L.CRS.EPSG3857.pointToLatLng(window.L.point(look.x[place], look.y[place]), look.pointZoom);
  };

  GZ.TiledRows = TiledRows;
})();
