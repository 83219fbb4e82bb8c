/* The outline of a site on the map: corners are set by clicks, dragged, inserted between two, taken away. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;

  GZ.SiteDrawing = L.Class.extend({
    initialize: function (map, changed) {
      this.corners = [];
      this._map = map;
      this._changed = changed;
      this._isDrawing = false;
      GZ.pane(map, "site-shape", 460, true);
      GZ.pane(map, "site-corners", 650, true);
      this._shape = L.polygon([], { pane: "site-shape", className: "propose-shape", interactive: false }).addTo(map);
      this._handles = L.layerGroup().addTo(map);
      map.on("click", this._clicked, this);
    },

    isDrawing: function () {
      return this._isDrawing;
    },

    setDrawing: function (on) {
      this._isDrawing = on;
      this._map.getContainer().classList.toggle("is-drawing", on);
      this.draw();
    },

    set: function (corners) {
      this.corners = corners.map(function (corner) {
        return [corner[0], corner[1]];
      });
      this._tell();
    },

    undo: function () {
      this.corners.pop();
      this._tell();
    },

    /** Move the whole outline by metres east and north. */
    move: function (east, north) {
      if (!this.corners.length) {
        return;
      }
      const dLat = north / 111200;
      const dLon = east / (111320 * Math.cos((this.corners[0][0] * Math.PI) / 180));
      this.set(
        this.corners.map(function (corner) {
          return [corner[0] + dLat, corner[1] + dLon];
        }),
      );
    },

    bounds: function () {
      return L.latLngBounds(this.corners);
    },

    _clicked: function (event) {
      if (this._isDrawing) {
        this.corners.push([event.latlng.lat, event.latlng.lng]);
        this._tell();
      }
    },

    _tell: function () {
      this.draw();
      this._changed();
    },

    draw: function () {
      this._shape.setLatLngs(this.corners);
      this._handles.clearLayers();
      if (this.corners.length > 300) {
        return;
      }
      this.corners.forEach(this._addCorner, this);
      if (this.corners.length > 2 && !this._isDrawing) {
        this.corners.forEach(this._addMiddle, this);
        this._addCentre();
      }
    },

    _handle: function (at, className, text, title) {
      const node = GZ.el("span", { class: "handle-mark" }, text);
      const icon = L.divIcon({ html: node, className: "handle " + className, iconSize: [28, 28] });
      const options = { icon: icon, draggable: true, pane: "site-corners", keyboard: false, title: title };
      return L.marker(at, options).addTo(this._handles);
    },

    _addCorner: function (corner, place) {
      const marker = this._handle(corner, "handle-corner", String(place + 1), GZ.t("Corner {n}", { n: place + 1 }));
      marker.on("drag", this._dragged.bind(this, place));
      marker.on("dragend", this._tell.bind(this));
      marker.on("dblclick contextmenu", this._remove.bind(this, place));
    },

    _dragged: function (place, event) {
      this.corners[place] = [event.latlng.lat, event.latlng.lng];
      this._shape.setLatLngs(this.corners);
      this._changed();
    },

    _remove: function (place, event) {
      L.DomEvent.stop(event);
      if (this.corners.length > 3) {
        this.corners.splice(place, 1);
        this._tell();
      }
    },

    _addMiddle: function (corner, place) {
      const next = this.corners[(place + 1) % this.corners.length];
      const at = [(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2];
      const marker = this._handle(at, "handle-middle", "+", GZ.t("Drag to add a corner"));
      marker.on("dragend", function (event) {
        const where = event.target.getLatLng();
        this.corners.splice(place + 1, 0, [where.lat, where.lng]);
        this._tell();
      }, this);
    },

    _addCentre: function () {
      const centre = this.bounds().getCenter();
      const marker = this._handle(centre, "handle-centre", "✥", GZ.t("Drag to move the whole site"));
      const start = this.corners.slice();
      marker.on("drag", function (event) {
        const dLat = event.latlng.lat - centre.lat;
        const dLon = event.latlng.lng - centre.lng;
        this.corners = start.map(function (corner) {
          return [corner[0] + dLat, corner[1] + dLon];
        });
        this._shape.setLatLngs(this.corners);
        this._changed();
      }, this);
      marker.on("dragend", this._tell.bind(this));
    },
  });
})();
