/* Labels that never overlap: texts at places of a map, the more important first, each shown where it has room. */
(function () {
  "use strict";

  const pen = document.createElement("canvas").getContext("2d");
  const FONT = '"Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';

  const LONGEST = 40;

  const widths = new Map();

  /* The sum of its letters': browsers keep long what they found when they measured a text, so every letter is
     measured once. */
  function widthOf(text, size, weight) {
    if (!pen) {
      return text.length * size * 0.6;
    }
    const font = weight + " " + size + "px " + FONT;
    if (!widths.has(font)) {
      widths.set(font, new Map());
    }
    const known = widths.get(font);
    let sum = 0;
    for (const letter of text) {
      if (!known.has(letter)) {
        pen.font = font;
        known.set(letter, pen.measureText(letter).width);
      }
      sum += known.get(letter);
    }
    return sum;
  }

  function overlaps(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }

  /* Where a label may stand: as its item says, or around a point, right of it first. */
  function spotsFor(item, at, width, height) {
    const shift = item.offset || [0, 0];
    const middle = { x: at.x - width / 2 + shift[0], y: at.y - height / 2 + shift[1] };
    let corners = [middle];
    if (item.around) {
      const away = item.around;
      corners = [
        { x: at.x + away, y: middle.y },
        { x: middle.x, y: at.y - height - away + 3 },
        { x: middle.x, y: at.y + away - 3 },
        { x: at.x - width - away, y: middle.y },
      ];
    }
    return corners.map(function (corner) {
      return {
        left: corner.x - 2,
        right: corner.x + width + 2,
        top: corner.y - 1,
        bottom: corner.y + height + 1,
      };
    });
  }

  /**
   * A layer of labels. `items()` gives, in order of importance:
   * { at: [lat, lon], text, className, size, weight, minZoom, offset: [x, y], room: {width, height} | null, solid }
   * `room` is the place in pixels that a text must fit into; `around` lets it stand on any side of its place,
   * that many pixels away.
   */
  window.GZ.LabelLayer = window.L.Layer.extend({
    initialize: function (items) {
      this._items = items;
    },

    onAdd: function (map) {
      if (!map.getPane("labels")) {
        map.createPane("labels").classList.add("labels");
      }
      this._box = map.getPane("labels");
      this._holder = document.createElement("div");
      this._box.append(this._holder);
      map.on("zoomend moveend resize viewreset", this.redraw, this);
      map.on("zoomstart", this._clear, this);
      this.redraw();
    },

    onRemove: function (map) {
      map.off("zoomend moveend resize viewreset", this.redraw, this);
      map.off("zoomstart", this._clear, this);
      this._holder.remove();
    },

    _clear: function () {
      this._holder.replaceChildren();
    },

    redraw: function () {
      const map = this._map;
      if (!map) {
        return;
      }
      const zoom = map.getZoom();
      const view = map.getPixelBounds().pad(0.15);
      const origin = map.getPixelOrigin();
      const taken = (this.options.taken ? this.options.taken(map) : []).slice();
      const drawn = document.createDocumentFragment();
      this._items(map).forEach(function (item) {
        if (zoom < (item.minZoom || 0) || zoom > (item.maxZoom || 99)) {
          return;
        }
        const place = map.project(item.at, zoom);
        if (!view.contains(place)) {
          return;
        }
        const text = item.text.length > LONGEST ? item.text.slice(0, LONGEST - 1) + "…" : item.text;
        const width = widthOf(text, item.size || 12, item.weight || 400);
        const height = (item.size || 12) + 3;
        if (item.room && (item.room.width < width + 3 || item.room.height < height)) {
          return;
        }
        const at = place.subtract(origin);
        const spot = spotsFor(item, at, width, height).find(function (each) {
          return !taken.some(overlaps.bind(null, each));
        });
        if (!spot) {
          return;
        }
        taken.push(spot);
        const left = spot.left + 2;
        const top = spot.top + 1;
        const label = document.createElement("span");
        label.className = "label " + (item.className || "");
        label.textContent = text;
        label.style.transform = "translate(" + Math.round(left) + "px," + Math.round(top) + "px)";
        drawn.append(label);
      });
      this._holder.replaceChildren(drawn);
    },
  });
})();
