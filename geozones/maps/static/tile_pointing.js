/* Pointing at plots on tiles: by pointer, by finger, and by keys with a cross in the middle of the map. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const ABOVE = ".leaflet-control, .leaflet-popup, .leaflet-marker-icon, button, a, summary, input, label";

  /** The outline of one plot of a part as Leaflet takes it: polygons of rings. */
  GZ.outlineOf = function (part, each, zoom) {
    const polygons = [];
    for (let ring = part.rings[each]; ring < part.rings[each + 1]; ring += 1) {
      const points = [];
      let area = 0;
      for (let at = part.ends[ring]; at < part.ends[ring + 1]; at += 2) {
        const after = at + 2 < part.ends[ring + 1] ? at + 2 : part.ends[ring];
        area += part.xy[at] * part.xy[after + 1] - part.xy[after] * part.xy[at + 1];
        points.push(L.CRS.EPSG3857.pointToLatLng(L.point(part.xy[at], part.xy[at + 1]), zoom));
      }
      if (area < 0 && polygons.length) {
        polygons[polygons.length - 1].push(points);
      } else {
        polygons.push([points]);
      }
    }
    return polygons;
  };

  function isInside(part, each, x, y) {
    let inside = false;
    for (let ring = part.rings[each]; ring < part.rings[each + 1]; ring += 1) {
      const start = part.ends[ring];
      const end = part.ends[ring + 1];
      let before = end - 2;
      for (let at = start; at < end; at += 2) {
        const y1 = part.xy[at + 1];
        const y2 = part.xy[before + 1];
        if (y1 > y !== y2 > y && x < ((part.xy[before] - part.xy[at]) * (y - y1)) / (y2 - y1) + part.xy[at]) {
          inside = !inside;
        }
        before = at;
      }
    }
    return inside;
  }

  /** Place (in the whole store) of the plot of a part that holds a point, or -1; the one drawn last wins. */
  GZ.plotIn = function (part, x, y) {
    const boxes = part.boxes;
    for (let each = part.places.length - 1; each >= 0; each -= 1) {
      const b = 4 * each;
      if (
        boxes[b] <= x && boxes[b + 2] >= x && boxes[b + 1] <= y && boxes[b + 3] >= y && isInside(part, each, x, y)
      ) {
        return part.places[each];
      }
    }
    return -1;
  };

  /* Is something that answers itself drawn over the plots here? */
  function isCovered(map, target) {
    if (!target.closest || target.closest(ABOVE)) {
      return true;
    }
    if (!target.classList.contains("leaflet-interactive")) {
      return false;
    }
    const pane = target.closest(".leaflet-pane");
    const above = Number(pane ? window.getComputedStyle(pane).zIndex : 0);
    return above > Number(map.getPane("plots").style.zIndex);
  }

  GZ.TiledLayer.include({
    _listen: function (map, on) {
      const box = map.getContainer();
      this._hands = this._hands || {
        click: this._onClick.bind(this),
        mousemove: this._onPointer.bind(this),
        mouseleave: this._showHover.bind(this, -1),
        keydown: this._onKey.bind(this),
        focus: this._onFocus.bind(this),
        blur: this._onBlur.bind(this),
      };
      Object.keys(this._hands).forEach(function (name) {
        box[on ? "addEventListener" : "removeEventListener"](name, this._hands[name], name === "click");
      }, this);
      map[on ? "on" : "off"]("moveend", this._aim, this);
      map[on ? "on" : "off"]("movestart zoomstart", this._leave, this);
    },

    _placeOf: function (event, again) {
      const map = this._map;
      return isCovered(map, event.target) ? -1 : this.plotAt(map.mouseEventToLatLng(event), again);
    },

    /* What is chosen at a position whose parts had to be loaded again. */
    _pickAt: function (latlng) {
      const place = this.plotAt(latlng);
      if (place >= 0) {
        this._pick(place);
      }
    },

    _onClick: function (event) {
      const map = this._map;
      if (map.dragging && map.dragging.moved()) {
        return;
      }
      const again = event.detail < 2 ? this._pickAt.bind(this, map.mouseEventToLatLng(event)) : null;
      const place = this._placeOf(event, again);
      if (place >= 0 && event.detail < 2) {
        event.stopPropagation();
        map.getContainer().focus({ preventScroll: true });
        this._pick(place);
      }
    },

    _pick: function (place) {
      const layer = this;
      this.know([place]).then(function () {
        if (layer.options.onChoose) {
          layer.options.onChoose(place);
        } else {
          layer.choose(place);
        }
      });
    },

    _onPointer: function (event) {
      if (this._moving || event.buttons) {
        return;
      }
      const layer = this;
      this._moving = window.requestAnimationFrame(function () {
        layer._moving = 0;
        if (layer._map) {
          layer._showHover(layer._placeOf(event), layer._map.mouseEventToLatLng(event));
        }
      });
    },

    _leave: function () {
      this._showHover(-1);
    },

    _showHover: function (place, at) {
      const layer = this;
      const map = this._map;
      if (typeof place !== "number") {
        place = -1;
      }
      if (map) {
        map.getContainer().classList.toggle("over-plot", place >= 0);
      }
      if (place === this._hovered) {
        if (place >= 0 && this._tip) {
          this._tip.setLatLng(at);
        }
        return;
      }
      this._hovered = place;
      [this._hoverRim, this._tip].forEach(function (shown) {
        if (shown) {
          shown.remove();
        }
      });
      this._hoverRim = this._tip = null;
      if (place < 0) {
        return;
      }
      this.outline(place).then(function (outline) {
        if (layer._hovered === place && layer._map && outline && !layer._hoverRim) {
          layer._hoverRim = layer._drawRim(outline, "plot-hovered");
        }
      });
      this.know([place]).then(function () {
        if (layer._hovered === place && layer._map && !layer._tip) {
          layer._tip = L.tooltip({ direction: "top", offset: [0, -6], opacity: 1, className: "plot-tip" })
            .setLatLng(at)
            .setContent(layer._words(place))
            .addTo(layer._map);
        }
      });
    },

    _words: function (place) {
      const node = GZ.el("div", { class: "tip" });
      const rows = this.rows;
      const words = this.options.describe
        ? this.options.describe(place)
        : [
            "№ " + (rows.number[place] || rows.id[place]),
            rows.ha[place] >= 0 ? GZ.plotHectares(rows.ha[place]) + " " + GZ.t("ha") : "",
          ];
      words.forEach(function (line, number) {
        if (line) {
          node.append(GZ.el("div", { class: number ? "tip-more" : "tip-name" }, line));
        }
      });
      return node;
    },

    /* ---- keys: arrows move the map below the cross, Enter chooses ---- */

    _onFocus: function () {
      const map = this._map;
      if (!map.getContainer().matches(":focus-visible")) {
        return;
      }
      if (!this._cross) {
        this._cross = GZ.el("div", { class: "map-cross" });
        this._voice = GZ.el("div", { class: "sr", "aria-live": "polite" });
      }
      map.getContainer().append(this._cross, this._voice);
      this._aim();
    },

    _onBlur: function () {
      if (this._cross) {
        this._cross.remove();
        this._voice.remove();
      }
    },

    _aim: function () {
      if (!this._cross || !this._cross.isConnected) {
        return;
      }
      const layer = this;
      const place = this.plotAt(this._map.getCenter(), this._aim.bind(this));
      this._showHover(place, this._map.getCenter());
      if (place < 0) {
        this._voice.textContent = "";
        return;
      }
      this.know([place]).then(function () {
        layer._voice.textContent = layer._words(place).textContent + ". " + GZ.t("Enter opens the plot");
      });
    },

    _onKey: function (event) {
      if (event.key !== "Enter" || event.target !== this._map.getContainer()) {
        return;
      }
      const center = this._map.getCenter();
      const place = this.plotAt(center, this._pickAt.bind(this, center));
      if (place >= 0) {
        event.preventDefault();
        this._pick(place);
      }
    },
  });
})();
