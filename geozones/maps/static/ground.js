/* What lies under and around the zones: districts, water, roads, settlements, networks, gaps in the data. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const SCALE = 1e-6;
  const MARK_EVERY = 150;
  const DASHES = { planned: "6 4", building: "9 3 2 3", unknown: "2 4" };

  /* ---- shapes out of integer steps ---- */

  function unpack(steps) {
    const line = [];
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      line.push([lat * SCALE, lon * SCALE]);
    }
    return line;
  }

  GZ.unpack = unpack;
  GZ.unpackLines = function (lines) {
    return lines.map(unpack);
  };
  GZ.unpackPolygons = function (polygons) {
    return polygons.map(function (rings) {
      return rings.map(unpack);
    });
  };

  /* ---- tooltips: always an element with text, never markup ---- */

  GZ.tip = function (layer, write) {
    layer.bindTooltip(
      function () {
        const node = GZ.el("div", { class: "tip" });
        write().forEach(function (line, number) {
          if (line) {
            node.append(GZ.el("div", { class: number ? "tip-more" : "tip-name" }, line));
          }
        });
        return node;
      },
      { sticky: true, direction: "top", offset: [0, -6], opacity: 1 },
    );
    return layer;
  };

  GZ.pane = function (map, name, zIndex, events) {
    const pane = map.getPane(name) || map.createPane(name);
    pane.style.zIndex = String(zIndex);
    if (!events) {
      pane.style.pointerEvents = "none";
    }
    return name;
  };

  /* Most paths are out of view: one that was empty and still is would be laid out anew all the same. */
  L.SVG.include({
    _setPath: function (layer, path) {
      const node = layer._path;
      const empty = path === "M0 0";
      if (!empty || !node.isEmpty) {
        node.setAttribute("d", path);
      }
      node.isEmpty = empty;
    },
  });

  /* ---- the ground ---- */

  const GroundLayer = L.Layer.extend({
    initialize: function (data) {
      this._data = data;
      this._groups = {};
    },

    onAdd: function (map) {
      this._makePanes(map);
      this._addArea("districts", "ground-land", this._data.districts, "land");
      this._addArea("lakes", "ground-water", this._data.lakes, "lake");
      this._addLines("rivers", "ground-water", this._data.rivers, "river");
      this._addSettlements();
      this._addLines("railways", "ground-ways", this._data.railways, "rail");
      this._addLines("roads", "ground-ways", this._data.roads, "road");
      this._addArea("borders", "ground-ways", this._data.districts, "border");
      this._addGaps();
      GZ.NETWORKS.forEach(this._addNetwork, this);
      this._labels = new GZ.LabelLayer(this._labelItems.bind(this));
        this._labels.addTo(map);
      map.on("zoomend", this._zoomed, this);
      map.on("zoomend moveend resize", this._drawMarks, this);
      map.on("zoomstart", this._clearMarks, this);
      this._zoomed();
      this._drawMarks();
    },

    onRemove: function (map) {
      Object.values(this._groups).forEach(function (group) {
        group.remove();
      });
      this._labels.remove();
      map.off("zoomend", this._zoomed, this);
      map.off("zoomend moveend resize", this._drawMarks, this);
      map.off("zoomstart", this._clearMarks, this);
    },

    _makePanes: function (map) {
      GZ.pane(map, "ground-land", 201);
      GZ.pane(map, "ground-water", 202);
      GZ.pane(map, "ground-places", 203);
      GZ.pane(map, "ground-ways", 204);
      GZ.pane(map, "gaps", 240);
      GZ.pane(map, "networks", 420, true);
      GZ.pane(map, "marks", 430);
      GZ.pane(map, "points", 440, true);
      GZ.pane(map, "labels", 520);
      map.getPane("labels").classList.add("labels");
    },

    group: function (name) {
      if (!this._groups[name]) {
        this._groups[name] = L.layerGroup().addTo(this._map);
      }
      return this._groups[name];
    },

    /** Add labels of the page itself, before those of the ground, and boxes that no label may cover. */
    setLabels: function (labels, taken) {
      this._data.labels = labels;
      this._labels.options = { taken: taken };
      this._labels.redraw();
    },

    redrawLabels: function () {
      this._labels.redraw();
    },

    /** Show or hide one part: a network, its gaps. */
    toggle: function (name, shown) {
      const group = this._groups[name];
      if (group && shown) {
        group.addTo(this._map);
      } else if (group) {
        group.remove();
      }
      this._drawMarks();
      this._labels.redraw();
    },

    _addArea: function (name, pane, rows, className) {
      const group = this.group(name);
      (rows || []).forEach(function (row) {
        if (row.shape) {
          L.polygon(GZ.unpackPolygons(row.shape), {
            pane: pane,
            className: className,
            interactive: false,
            smoothFactor: 1,
          }).addTo(group);
        }
      });
    },

    _addLines: function (name, pane, rows, className) {
      const group = this.group(name);
      (rows || []).forEach(function (row) {
        const options = { pane: pane, interactive: false, smoothFactor: 1.2 };
        const line = GZ.unpackLines(row.lines);
        const kind = className + " " + className + "-" + (row.kind || "other").replace(/[^a-z]/g, "");
        L.polyline(line, Object.assign({ className: kind }, options)).addTo(group);
        if (className === "rail") {
          L.polyline(line, Object.assign({ className: "rail-ties" }, options)).addTo(group);
        }
      });
    },

    _addSettlements: function () {
      const group = this.group("settlements");
      (this._data.settlements || []).forEach(function (place) {
        if (place.shape) {
          L.polygon(GZ.unpackPolygons(place.shape), {
            pane: "ground-places",
            className: "settlement",
            interactive: false,
          }).addTo(group);
        }
        L.circleMarker(unpack(place.at)[0], {
          pane: "ground-places",
          className: "settlement-dot",
          radius: place.rank === 0 ? 4 : place.rank === 1 ? 3 : 2,
          interactive: false,
        }).addTo(group);
      });
    },

    _addGaps: function () {
      const gaps = this._data.gaps || {};
      GZ.NETWORKS.forEach(function (network) {
        if (gaps[network]) {
          L.polygon(GZ.unpackPolygons(gaps[network]), {
            pane: "gaps",
            className: "gap gap-" + network,
            fillColor: "url(#gz-gap-" + network + ")",
            interactive: false,
          }).addTo(this.group("gap-" + network));
        }
      }, this);
    },

    _addNetwork: function (network) {
      const group = this.group(network);
      (this._data.networks[network] || []).forEach(function (line) {
        const path = GZ.unpackLines(line.lines);
        const options = { pane: "networks", interactive: false, smoothFactor: 1 };
        const base = "network network-" + network;
        if (line.transit) {
          const name = base + " network-transit";
          L.polyline(path, Object.assign({ className: name }, options)).addTo(group);
          L.polyline(path, Object.assign({ className: "network-core" }, options)).addTo(group);
        } else {
          const dash = DASHES[line.state] || null;
          L.polyline(path, Object.assign({ className: base, dashArray: dash }, options)).addTo(group);
        }
        const hit = L.polyline(path, { pane: "networks", className: "network-hit" }).addTo(group);
        GZ.tip(hit, function () {
          return [GZ.say(line.name), GZ.say(line.about)];
        });
      });
      (this._data.points || []).forEach(function (point) {
        if (point.network === network) {
          this._addPoint(point, group);
        }
      }, this);
    },

    _addPoint: function (point, group) {
      const icon = L.divIcon({
        className: "point point-" + point.network + (point.state === "existing" ? "" : " point-planned"),
        html: mark(point.network),
        iconSize: [18, 18],
      });
      const marker = L.marker(unpack(point.at)[0], { icon: icon, pane: "points", keyboard: false });
      GZ.tip(marker, function () {
        return [GZ.say(point.name), GZ.say(point.about)];
      });
      marker.addTo(group);
    },

    /* Small marks along the lines, so that a network is known without its colour. */
    _drawMarks: function () {
      this._clearMarks();
      const map = this._map;
      const holder = map.getPane("marks");
      const zoom = map.getZoom();
      const view = map.getPixelBounds();
      const origin = map.getPixelOrigin();
      const taken = new Set();
      GZ.NETWORKS.forEach(function (network) {
        if (!map.hasLayer(this._groups[network])) {
          return;
        }
        (this._data.networks[network] || []).forEach(function (line) {
          line.lines.forEach(function (steps) {
            placesAlong(unpack(steps), map, zoom).forEach(function (place) {
              const cell = Math.round(place.x / 40) + "/" + Math.round(place.y / 40);
              if (view.contains(place) && !taken.has(cell)) {
                taken.add(cell);
                const node = GZ.el("span", { class: "mark mark-" + network }, mark(network));
                const at = place.subtract(origin);
                node.style.transform = "translate(" + Math.round(at.x - 6) + "px," + Math.round(at.y - 6) + "px)";
                holder.append(node);
              }
            });
          });
        });
      }, this);
    },

    _clearMarks: function () {
      this._map.getPane("marks").replaceChildren();
    },

    _zoomed: function () {
      const zoom = this._map.getZoom();
      const box = this._map.getContainer().classList;
      box.toggle("zoom-far", zoom < 9);
      box.toggle("zoom-near", zoom >= 12);
    },

    _labelItems: function (map) {
      const zoom = map.getZoom();
      const items = [];
      const more = this._data.labels ? this._data.labels(map) : [];
      (this._data.settlements || []).forEach(function (place) {
        const minZoom = [0, 6.25, 9.5, 11][place.rank];
        items.push({
          at: unpack(place.at)[0],
          text: GZ.say(place.name),
          className: "label-place label-rank-" + place.rank,
          size: place.rank === 0 ? 13 : place.rank === 1 ? 12 : 11,
          weight: place.rank === 0 ? 600 : 400,
          minZoom: minZoom,
          around: 7,
        });
      });
      (this._data.districts || []).forEach(function (district) {
        if (district.at) {
          items.push({
            at: unpack(district.at)[0],
            text: GZ.say(district.name),
            className: "label-district",
            size: 11,
            minZoom: 6.25,
            maxZoom: 10.5,
          });
        }
      });
      if (zoom >= 9) {
        ["lakes", "rivers"].forEach(function (part) {
          (this._data[part] || []).forEach(function (row) {
            if (row.at && row.name) {
              items.push({ at: unpack(row.at)[0], text: GZ.say(row.name), className: "label-water", size: 11 });
            }
          });
        }, this);
      }
      return more.concat(items);
    },
  });

  function mark(network) {
    const use = GZ.svg("use", { href: "#gz-mark-" + network });
    return GZ.svg("svg", { width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": "true" }, use);
  }

  GZ.mark = mark;

  /* Places a fixed number of pixels apart along a line; one in the middle of a short one. */
  function placesAlong(line, map, zoom) {
    const points = line.map(function (at) {
      return map.project(at, zoom);
    });
    const places = [];
    let next = MARK_EVERY / 2;
    let walked = 0;
    for (let i = 1; i < points.length && places.length < 200; i += 1) {
      const span = points[i].distanceTo(points[i - 1]);
      while (next <= walked + span && places.length < 200) {
        const share = (next - walked) / span;
        places.push(points[i - 1].add(points[i].subtract(points[i - 1]).multiplyBy(share)));
        next += MARK_EVERY;
      }
      walked += span;
    }
    return places;
  }

  GZ.groundLayer = function (map, id) {
    const layer = new GroundLayer(GZ.data(id));
    layer.addTo(map);
    GZ.map = map;
    GZ.ground = layer;
    return layer;
  };
})();
