/* The ruler: lengths and areas on the ellipsoid, by clicks or from the middle of the map by keys. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const SQUARE = 10000;

  let on = false;
  let points = [];
  let drawn = null;

  function panel() {
    return document.getElementById("measure");
  }

  function lengthOf(line) {
    let sum = 0;
    for (let i = 1; i < line.length; i += 1) {
      sum += GZ.geodesic.distance(line[i - 1], line[i]);
    }
    return sum;
  }

  function exactMetres(metres) {
    return metres < 10000 ? GZ.number(Math.round(metres * 10) / 10) + "\u00a0" + GZ.t("m") : GZ.metres(metres);
  }

  function words() {
    if (points.length < 2) {
      return GZ.t("Click along a line on the map; or move the map by arrow keys and press Enter");
    }
    const parts = [GZ.t("length {far}", { far: exactMetres(lengthOf(points)) })];
    if (points.length > 2) {
      const hectares = GZ.number(Math.round((GZ.geodesic.area(points) / SQUARE) * 1000) / 1000);
      parts.push(GZ.t("closed: {area} ha, around {far}", {
        area: hectares,
        far: exactMetres(lengthOf(points.concat([points[0]]))),
      }));
    }
    return parts.join(" · ");
  }

  function draw() {
    const box = panel();
    if (drawn) {
      drawn.remove();
      drawn = null;
    }
    box.hidden = !on;
    document.body.classList.toggle("is-measuring", on);
    document.querySelector("[data-measure]").setAttribute("aria-pressed", String(on));
    if (!on) {
      return;
    }
    GZ.pane(GZ.map, "measure", 545);
    drawn = L.layerGroup().addTo(GZ.map);
    if (points.length > 2) {
      L.polygon(points, { pane: "measure", className: "measure-area", interactive: false }).addTo(drawn);
    }
    L.polyline(points, { pane: "measure", className: "measure-line", interactive: false }).addTo(drawn);
    points.forEach(function (at) {
      L.circleMarker(at, { pane: "measure", className: "measure-point", radius: 4, interactive: false }).addTo(drawn);
    });
    box.querySelector(".measure-words").textContent = words();
    box.querySelector("[data-measure-undo]").disabled = !points.length;
  }

  function add(at) {
    points = points.concat([[at.lat, at.lng]]);
    draw();
  }

  function turn(wanted) {
    on = wanted;
    points = [];
    draw();
  }

  /** What the ruler shows: metres along the line, and square metres when it is closed. */
  GZ.measured = function () {
    return { points: points, metres: lengthOf(points), area: points.length > 2 ? GZ.geodesic.area(points) : 0 };
  };

  /* While measuring, a click on the map sets a point, whatever lies there. */
  function bindMap(map) {
    const box = map.getContainer();
    box.addEventListener(
      "click",
      function (event) {
        if (on && !event.target.closest("button, a, .legend")) {
          event.stopPropagation();
          add(map.mouseEventToLatLng(event));
        }
      },
      true,
    );
    box.addEventListener("keydown", function (event) {
      if (!on) {
        return;
      }
      if (event.key === "Enter") {
        event.preventDefault();
        add(map.getCenter());
      } else if (event.key === "Backspace") {
        points = points.slice(0, -1);
        draw();
      } else if (event.key === "Escape") {
        event.stopPropagation();
        turn(false);
      }
    });
  }

  function drawPanel() {
    const undo = GZ.el("button", { type: "button", class: "chip", "data-measure-undo": "" }, GZ.t("Undo the point"));
    undo.addEventListener("click", function () {
      points = points.slice(0, -1);
      draw();
    });
    const close = GZ.el("button", { type: "button", class: "chip" }, GZ.t("Close the ruler"));
    close.addEventListener("click", function () {
      turn(false);
      document.querySelector("[data-measure]").focus();
    });
    panel().replaceChildren(GZ.el("span", { class: "measure-words", role: "status" }), undo, close);
    draw();
  }

  GZ.onStart(function () {
    const button = document.querySelector("[data-measure]");
    if (!GZ.map || !button) {
      return;
    }
    bindMap(GZ.map);
    drawPanel();
    GZ.onLanguage(drawPanel);
    button.addEventListener("click", function () {
      turn(!on);
      if (on) {
        GZ.map.getContainer().focus();
      }
    });
  });
})();
