/* Plots on any Leaflet map: coloured and hatched by state, labelled by number, to hover, choose and filter. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const HATCHED = {
    operating: "url(#gz-operating)",
    reserved: "url(#gz-reserved)",
    releasing: "url(#gz-releasing)",
  };

  GZ.PlotsLayer = L.Layer.extend({
    options: { minZoom: 0, labels: true, wanted: null, onChoose: null, describe: null },

    initialize: function (rows, options) {
      L.setOptions(this, options);
      this.rows = rows;
      this.count = rows.id.length;
      this._paths = [];
      this._rims = [];
      this._shown = null;
      this._chosen = -1;
      this._places = new Map(
        rows.id.map(function (id, place) {
          return [id, place];
        }),
      );
    },

    onAdd: function (map) {
      GZ.pane(map, "plots", 400, true);
      GZ.pane(map, "plot-rims", 410);
      GZ.pane(map, "labels", 520);
      map.getPane("labels").classList.add("labels");
      this._group = L.layerGroup();
      this._labels = this.options.labels ? new GZ.LabelLayer(this._labelItems.bind(this)) : null;
      map.on("zoomend", this._zoomed, this);
      this._zoomed();
    },

    onRemove: function (map) {
      map.off("zoomend", this._zoomed, this);
      this._group.remove();
      if (this._labels) {
        this._labels.remove();
      }
    },

    /** Place of the plot with this id, or -1. */
    indexOf: function (id) {
      const place = this._places.get(id);
      return place === undefined ? -1 : place;
    },

    stateOf: function (place) {
      return GZ.STATES[this.rows.state[place]];
    },

    boundsOf: function (place) {
      return L.latLngBounds(GZ.unpackPolygons(this.rows.shapes[place]).flat(2));
    },

    /** Show only the plots for which `keep(place)` is true; null shows all. */
    filter: function (keep) {
      this._shown = keep;
      this._paths.forEach(function (path, place) {
        this._paint(place);
      }, this);
      if (this._labels && this._labels._map) {
        this._labels.redraw();
      }
    },

    /** Draw all plots anew, in other states. */
    recolour: function () {
      if (!this._drawn) {
        return;
      }
      this._group.clearLayers();
      this._paths = [];
      this._rims = [];
      this._rim = null;
      this._draw();
      if (this._labels && this._labels._map) {
        this._labels.redraw();
      }
    },

    choose: function (place) {
      const before = this._chosen;
      this._chosen = place;
      [before, place].forEach(function (changed) {
        if (changed >= 0 && this._paths[changed]) {
          this._paint(changed);
        }
      }, this);
      if (this._rim) {
        this._rim.remove();
        this._rim = null;
      }
      if (place >= 0 && this._drawn) {
        this._rim = L.polygon(GZ.unpackPolygons(this.rows.shapes[place]), {
          pane: "plot-rims",
          className: "plot-chosen",
          interactive: false,
        }).addTo(this._group);
      }
    },

    _zoomed: function () {
      const near = this._map.getZoom() >= this.options.minZoom;
      if (near && !this._drawn) {
        this._draw();
      }
      if (near && !this._map.hasLayer(this._group)) {
        this._group.addTo(this._map);
        if (this._labels) {
          this._labels.addTo(this._map);
        }
      } else if (!near && this._map.hasLayer(this._group)) {
        this._group.remove();
        if (this._labels) {
          this._labels.remove();
        }
      }
    },

    _draw: function () {
      this._drawn = true;
      for (let place = 0; place < this.count; place += 1) {
        this._addPlot(place);
      }
      this.choose(this._chosen);
    },

    _addPlot: function (place) {
      const state = this.stateOf(place);
      const shape = GZ.unpackPolygons(this.rows.shapes[place]);
      const options = { pane: "plots", className: "plot plot-" + state, smoothFactor: 0.4 };
      if (HATCHED[state]) {
        options.fillColor = HATCHED[state];
      }
      const path = L.polygon(shape, options).addTo(this._group);
      path.on("click", this._clicked.bind(this, place));
      GZ.tip(path, this._describe.bind(this, place));
      this._paths[place] = path;
      if (this.rows.passed && this.rows.passed[place]) {
        this._rims[place] = L.polygon(shape, {
          pane: "plot-rims",
          className: "plot-passed",
          interactive: false,
          smoothFactor: 0.4,
        }).addTo(this._group);
      }
      this._paint(place);
    },

    _paint: function (place) {
      const shown = (!this._shown || this._shown(place)) && !(this.absent && this.absent[place]);
      [this._paths[place], this._rims[place]].forEach(function (path) {
        const node = path && path.getElement ? path.getElement() : null;
        if (node) {
          node.classList.toggle("is-out", !shown);
        }
      });
    },

    _clicked: function (place, event) {
      L.DomEvent.stopPropagation(event);
      if (this.options.onChoose) {
        this.options.onChoose(place);
      }
    },

    _describe: function (place) {
      if (this.options.describe) {
        return this.options.describe(place);
      }
      return ["№ " + this.rows.number[place], GZ.plotHectares(this.rows.ha[place]) + " " + GZ.t("ha")];
    },

    _labelItems: function (map) {
      const zoom = map.getZoom();
      const items = [];
      for (let place = 0; place < this.count; place += 1) {
        const shown = (!this._shown || this._shown(place)) && !(this.absent && this.absent[place]);
        if (this.rows.number[place] && shown) {
          const bounds = this._boundsAt(place);
          const high = map.project(bounds.getSouthEast(), zoom).subtract(map.project(bounds.getNorthWest(), zoom));
          const state = this.stateOf(place);
          items.push({
            at: this._centre(place),
            text: this.rows.number[place],
            className: "label-plot label-plot-" + state,
            size: 11,
            weight: state === "free" ? 600 : 400,
            room: { width: high.x, height: high.y },
            first: state === "free" ? 0 : 1,
          });
        }
      }
      return items.sort(function (a, b) {
        return a.first - b.first;
      });
    },

    _boundsAt: function (place) {
      this._bounds = this._bounds || [];
      this._bounds[place] = this._bounds[place] || this.boundsOf(place);
      return this._bounds[place];
    },

    _centre: function (place) {
      return this.rows.at ? GZ.unpack(this.rows.at[place])[0] : this._boundsAt(place).getCenter();
    },
  });

  GZ.plotsLayer = function (map, id, options) {
    const layer = new GZ.PlotsLayer(GZ.data(id), options);
    layer.addTo(map);
    GZ.map = map;
    GZ.plots = layer;
    return layer;
  };
})();
