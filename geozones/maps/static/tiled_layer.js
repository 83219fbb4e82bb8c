/* Plots by the hundred thousand on any Leaflet map: drawn by tiles, to hover, choose, filter and walk by keys. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const SIDE = 256;
  const MOST_LABELS = 1500;
  const LABEL_FROM = 15;
  const TILE_LEAVES = 1e5;

  /* A canvas without pixels gives its memory back at once, and not when garbage is next collected. */
  function freeTile(event) {
    event.tile.width = event.tile.height = 0;
    event.tile.isPainted = false;
    event.tile.isLeft = true;
    GZ.leave(TILE_LEAVES);
  }

  /* A tile takes many parts: the first are not given up before the last are there. */
  function hold(part) {
    if (part) {
      part.held = (part.held || 0) + 1;
    }
    return part;
  }

  function letGo(part) {
    part.held -= 1;
  }

  GZ.TiledLayer = L.GridLayer.extend({
    options: { minZoom: 0, labels: true, onChoose: null, describe: null, pane: "plots", keepBuffer: 1 },

    initialize: function (store, options) {
      L.setOptions(this, options);
      const manifest = store.manifest;
      const first = this.options.first || 0;
      const count = this.options.count === undefined ? manifest.count : this.options.count;
      this.data = new GZ.TiledRows(store, first, count, Boolean(this.options.whole));
      this.rows = this.data.rows;
      this.count = count;
      this.isTiled = true;
      this.ready = this.data.ready;
      this._store = store;
      this._chosen = -1;
      this._hovered = -1;
      this._lost = new Set();
      this._recalled = new Map();
    },

    onAdd: function (map) {
      GZ.pane(map, "plots", 400);
      GZ.pane(map, "plot-rims", 410);
      GZ.pane(map, "labels", 520);
      map.getPane("labels").classList.add("labels");
      L.GridLayer.prototype.onAdd.call(this, map);
      this._labels = this.options.labels ? new GZ.LabelLayer(this._labelItems.bind(this)) : null;
      if (this._labels) {
        this._labels.addTo(map);
      }
      map.on("zoomend", this._rezoomed, this);
      this.on("tileunload", freeTile);
      this._listen(map, true);
      const layer = this;
      this.ready.then(function () {
        layer.count = layer.data.count;
        layer._paintAll();
      });
    },

    onRemove: function (map) {
      map.off("zoomend", this._rezoomed, this);
      this.off("tileunload", freeTile);
      this._listen(map, false);
      if (this._labels) {
        this._labels.remove();
      }
      this._showHover(-1);
      L.GridLayer.prototype.onRemove.call(this, map);
    },

    /* ---- what the page asks ---- */

    /** Place of the plot with this id where that is known already, or -1. */
    indexOf: function (id) {
      return this.rows.id ? this.rows.id.indexOf(id) : -1;
    },

    /** Find the place of a plot by its id, over all plots: a promise, of -1 where there is none. */
    find: function (id) {
      const known = this.indexOf(id);
      const first = this.data.first;
      const count = this.count;
      if (known >= 0 || !GZ.findKeys) {
        return Promise.resolve(known);
      }
      return GZ.findKeys(this._store, "id", id, { exact: true, most: 1 }).then(function (hits) {
        const place = hits.length ? hits[0].place - first : -1;
        return place >= 0 && place < count ? place : -1;
      });
    },

    know: function (places) {
      return this.data.know(places);
    },

    stateOf: function (place) {
      return GZ.STATES[this.rows.state[place]];
    },

    boundsOf: function (place) {
      return this.data.boundsOf(place);
    },

    /** Show only the plots for which `keep(place)` is true; null shows all. */
    filter: function (keep) {
      const look = this.data.look;
      if (!keep && !look.shown) {
        return;
      }
      look.shown = keep ? new Uint8Array(this.count) : null;
      for (let place = 0; keep && place < this.count; place += 1) {
        look.shown[place] = keep(place) ? 1 : 0;
      }
      this._paintAll();
      if (this._labels) {
        this._labels.redraw();
      }
    },

    choose: function (place) {
      this._chosen = place;
      const layer = this;
      if (this._rim) {
        this._rim.remove();
        this._rim = null;
      }
      if (place < 0) {
        return Promise.resolve(false);
      }
      return this.outline(place).then(function (outline) {
        if (layer._chosen === place && layer._map && outline) {
          layer._rim = layer._drawRim(outline, "plot-chosen");
        }
        return Boolean(outline);
      });
    },

    /** The outline of a plot as Leaflet takes it, every vertex of it: a promise, of null where its file is missing. */
    outline: function (place) {
      const levels = this._store.manifest.levels;
      const level = levels[0];
      const wanted = place + this.data.first;
      for (let part = 0; part < level.parts.length; part += 1) {
        if (level.places[2 * part] <= wanted && wanted < level.places[2 * part + 1]) {
          return this._part(level, part).then(
            function (found) {
              return found ? GZ.outlineOf(found, found.places.indexOf(wanted), level.unit) : null;
            },
          );
        }
      }
      return Promise.resolve(null);
    },

    /** Load what a file of these plots takes: words, and outlines into `gathered` where they are wanted. */
    gather: function (places, withOutlines) {
      const layer = this;
      const level = this._store.manifest.levels[0];
      const first = this.data.first;
      const wanted = new Set(places);
      this.gathered = new Map();
      const parts = level.parts.map(function (name, part) {
        const from = level.places[2 * part] - first;
        const to = level.places[2 * part + 1] - first;
        const any = withOutlines && places.some(function (place) {
          return place >= from && place < to;
        });
        return any ? layer._part(level, part).then(keep) : null;
      });
      function keep(found) {
        (found ? found.places : []).forEach(function (placed, each) {
          if (wanted.has(placed - first)) {
            layer.gathered.set(placed - first, GZ.outlineOf(found, each, level.unit));
          }
        });
      }
      return Promise.all(parts).then(function () {
        return layer.data.learn(places);
      });
    },

    /* ---- tiles ---- */

    createTile: function (coords, done) {
      const tile = document.createElement("canvas");
      tile.setAttribute("role", "presentation");
      const layer = this;
      this._paint(tile, coords).then(function () {
        done(null, tile);
        layer._painted();
      });
      return tile;
    },

    _tileReady: function (coords, error, tile) {
      const map = this._map;
      const fades = map && map._fadeAnimated;
      if (map) {
        map._fadeAnimated = false;
      }
      L.GridLayer.prototype._tileReady.call(this, coords, error, tile);
      if (map) {
        map._fadeAnimated = fades;
      }
    },

    _levelAt: function (zoom) {
      const levels = this._store.manifest.levels;
      let found = levels[0];
      levels.forEach(function (level) {
        if (level.zoom >= zoom && level.zoom < found.zoom) {
          found = level;
        }
      });
      return found;
    },

    _part: function (level, part) {
      const lost = this._lost;
      const name = level.parts[part];
      return this._store.keep(name, GZ.readOutlines).catch(function () {
        lost.add(name);
        return null;
      });
    },

    /** A part that is at hand, else null. */
    _partNow: function (level, part) {
      const name = level.parts[part];
      return this._recalled.get(name) || this._store.peek(name);
    },

    /* Painted tiles outlive their parts: were some of these given up? */
    _isShort: function (level, wanted) {
      return wanted.some(function (part) {
        return !this._partNow(level, part) && !this._lost.has(level.parts[part]);
      }, this);
    },

    /* Load parts again and do something while all of them are at hand, however little is kept. */
    _recall: function (level, wanted, work) {
      const layer = this;
      Promise.all(
        wanted.map(function (part) {
          return layer._part(level, part).then(hold);
        }),
      ).then(function (parts) {
        wanted.forEach(function (part, each) {
          layer._recalled.set(level.parts[part], parts[each]);
        });
        try {
          if (layer._map) {
            work();
          }
        } finally {
          layer._recalled.clear();
          parts.filter(Boolean).forEach(letGo);
        }
      });
    },

    /** Numbers of the parts of a level that touch a box in pixels of `zoom`. */
    _partsIn: function (level, box, zoom) {
      const s = Math.pow(2, level.unit - zoom);
      const first = this.data.first;
      const last = first + this.count;
      const found = [];
      for (let part = 0; part < level.parts.length; part += 1) {
        const b = 4 * part;
        if (
          level.boxes[b] <= box[2] * s && level.boxes[b + 2] >= box[0] * s &&
          level.boxes[b + 1] <= box[3] * s && level.boxes[b + 3] >= box[1] * s &&
          level.places[2 * part] < last && level.places[2 * part + 1] > first
        ) {
          found.push(part);
        }
      }
      return found;
    },

    _paint: function (tile, coords) {
      const level = this._levelAt(coords.z);
      const box = [coords.x * SIDE - 4, coords.y * SIDE - 4, (coords.x + 1) * SIDE + 4, (coords.y + 1) * SIDE + 4];
      const wanted = this._partsIn(level, box, coords.z);
      const layer = this;
      tile.plotCoords = coords;
      return this.data.drawable
        .then(function () {
          return Promise.all(
            wanted.map(function (part) {
              return layer._part(level, part).then(hold);
            }),
          );
        })
        .then(function (parts) {
          const found = parts.filter(Boolean);
          try {
            layer._paintNow(tile, coords, level, found, wanted);
          } finally {
            found.forEach(letGo);
          }
        });
    },

    _paintNow: function (canvas, coords, level, parts, wanted) {
      if (!this._map || canvas.isLeft) {
        return;
      }
      const zoom = this._map.getZoom();
      const stretch = Math.round(zoom) === coords.z ? Math.pow(2, zoom - coords.z) : 1;
      const ratio = Math.min(3, (window.devicePixelRatio || 1) * stretch);
      const side = Math.round(SIDE * ratio);
      canvas.width = canvas.height = side;
      const pen = canvas.getContext("2d");
      pen.setTransform(side / SIDE, 0, 0, side / SIDE, 0, 0);
      GZ.plotInks();
      const tile = { s: Math.pow(2, coords.z - level.unit), left: coords.x * SIDE, top: coords.y * SIDE };
      tile.zoom = coords.z;
      GZ.paintDensity(pen, tile, this._blocksIn(tile), this.data.look, this._lostTest(level, wanted));
      GZ.paintOutlines(pen, tile, parts, this.data.look);
      canvas.isPainted = true;
    },

    /* Plots of missing parts are drawn as squares, from their points. */
    _lostTest: function (level, wanted) {
      const first = this.data.first;
      const spans = wanted.filter(function (part) {
        return this._lost.has(level.parts[part]);
      }, this);
      return spans.length
        ? function (place) {
            return spans.some(function (part) {
              return level.places[2 * part] <= place + first && place + first < level.places[2 * part + 1];
            });
          }
        : null;
    },

    _blocksIn: function (tile) {
      const look = this.data.look;
      const s = Math.pow(2, tile.zoom - look.pointZoom);
      const lost = this._lost.size > 0;
      return this.data.blocks.filter(function (block) {
        return (
          (lost || block.largest > tile.zoom) &&
          block.box[0] * s <= tile.left + SIDE && block.box[2] * s >= tile.left &&
          block.box[1] * s <= tile.top + SIDE && block.box[3] * s >= tile.top
        );
      });
    },

    /** Paint the tiles in view anew, with what is loaded. */
    _paintAll: function () {
      Object.values(this._tiles || {}).forEach(function (tile) {
        if (tile.el.isPainted) {
          this._paint(tile.el, tile.el.plotCoords);
        }
      }, this);
    },

    /* Between whole zooms tiles are stretched: they are painted as fine as they are shown. */
    _rezoomed: function () {
      const stretch = this._map.getZoom() % 1;
      if (stretch !== this._stretch) {
        this._stretch = stretch;
        this._paintAll();
      }
    },

    _painted: function () {
      if (!this._labelTimer && this._labels) {
        this._labelTimer = window.setTimeout(this._relabel.bind(this), 30);
      }
    },

    _relabel: function () {
      this._labelTimer = null;
      if (this._labels && this._labels._map) {
        this._labels.redraw();
      }
    },

    _drawRim: function (outline, className) {
      return L.polygon(outline, { pane: "plot-rims", className: className, interactive: false, smoothFactor: 0.4 }).addTo(
        this._map,
      );
    },

    /* ---- which plot is where ---- */

    /** Place of the plot drawn at a position, or -1; `again` is called when parts that were given up are back. */
    plotAt: function (latlng, again) {
      const map = this._map;
      const zoom = Math.round(map.getZoom());
      if (map.getZoom() < this.options.minZoom) {
        return -1;
      }
      const level = this._levelAt(zoom);
      const at = L.CRS.EPSG3857.latLngToPoint(latlng, level.unit);
      const pixel = L.CRS.EPSG3857.latLngToPoint(latlng, zoom);
      const wanted = this._partsIn(level, [pixel.x, pixel.y, pixel.x, pixel.y], zoom);
      let found = -1;
      wanted.forEach(function (part) {
        const loaded = this._partNow(level, part);
        const place = loaded ? GZ.plotIn(loaded, at.x, at.y) - this.data.first : -1;
        if (place >= 0 && place < this.count && this.data.look.size[place] <= zoom && this._isShown(place)) {
          found = place;
        }
      }, this);
      if (found < 0 && this._isShort(level, wanted)) {
        this._recall(level, wanted, again || Function.prototype);
      }
      return found;
    },

    _isShown: function (place) {
      return !this.data.look.shown || this.data.look.shown[place] === 1;
    },

    /* ---- labels ---- */

    _labelItems: function (map) {
      const zoom = Math.round(map.getZoom());
      const view = map.getPixelBounds();
      const k = Math.pow(2, zoom - map.getZoom());
      const box = [view.min.x * k, view.min.y * k, view.max.x * k, view.max.y * k];
      const level = this._levelAt(zoom);
      const s = Math.pow(2, zoom - level.unit);
      const places = [];
      const rooms = [];
      const wanted = this._partsIn(level, box, zoom);
      if (this._isShort(level, wanted)) {
        this._relabelWith(level, wanted);
      }
      wanted.forEach(function (part) {
        const loaded = this._partNow(level, part);
        for (let each = 0; loaded && each < loaded.places.length; each += 1) {
          const b = 4 * each;
          const width = ((loaded.boxes[b + 2] - loaded.boxes[b]) * s) / k;
          const place = loaded.places[each] - this.data.first;
          if (
            width >= LABEL_FROM && place >= 0 && place < this.count && this._isShown(place) &&
            loaded.boxes[b] * s <= box[2] && loaded.boxes[b + 2] * s >= box[0] &&
            loaded.boxes[b + 1] * s <= box[3] && loaded.boxes[b + 3] * s >= box[1]
          ) {
            places.push(place);
            rooms.push({ width: width, height: ((loaded.boxes[b + 3] - loaded.boxes[b + 1]) * s) / k });
          }
        }
      }, this);
      return places.length > MOST_LABELS ? [] : this._itemsOf(places, rooms);
    },

    _relabelWith: function (level, wanted) {
      const layer = this;
      const asked = wanted
        .map(function (part) {
          return level.parts[part];
        })
        .join();
      if (this._relabelling === asked) {
        return;
      }
      this._relabelling = asked;
      this._recall(level, wanted, function () {
        if (layer._relabelling === asked) {
          layer._relabelling = null;
          layer._relabel();
        }
      });
    },

    _itemsOf: function (places, rooms) {
      const rows = this.rows;
      const unknown = places.filter(function (place) {
        return rows.id && rows.id[place] === undefined;
      });
      if (unknown.length) {
        this._learn(unknown);
      }
      const items = [];
      places.forEach(function (place, each) {
        if (rows.number && rows.number[place]) {
          const state = this.stateOf(place);
          items.push({
            at: this.data.pointOf(place),
            text: String(rows.number[place]),
            className: "label-plot label-plot-" + state,
            size: 11,
            weight: state === "free" ? 600 : 400,
            room: rooms[each],
            first: state === "free" ? 0 : 1,
          });
        }
      }, this);
      return items.sort(function (a, b) {
        return a.first - b.first;
      });
    },

    _learn: function (places) {
      const layer = this;
      const asked = places.join();
      if (this._learning === asked) {
        return;
      }
      this._learning = asked;
      this.know(places).then(function () {
        if (layer._labels && layer._labels._map) {
          layer._labels.redraw();
        }
      });
    },
  });

  GZ.tiledLayer = function (map, name, options) {
    const store = GZ.plotStore(name);
    GZ.map = map;
    if (!store) {
      GZ.sayLost(name);
      return null;
    }
    const layer = new GZ.TiledLayer(store, options);
    layer.addTo(map);
    GZ.plots = layer;
    GZ.waitFor(layer.ready);
    return layer;
  };
})();
