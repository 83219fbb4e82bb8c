/* The controls of the map: zoom, scale, layers, the panel of a phone. */
(function () {
  "use strict";

  const GZ = window.GZ;
  /* A pixel of CSS on paper. */
  const PIXEL_M = 0.0254 / 96;

  function drawScale() {
    const bar = document.querySelector(".scale-bar");
    const text = document.querySelector(".scale-text");
    if (!bar || !GZ.map) {
      return;
    }
    const size = GZ.map.getSize();
    if (!size.x) {
      return;
    }
    const middle = size.y / 2;
    const width = GZ.map.distance(
      GZ.map.containerPointToLatLng([0, middle]),
      GZ.map.containerPointToLatLng([100, middle]),
    );
    const power = Math.pow(10, Math.floor(Math.log10(Math.max(width, 1))));
    const nice = [5, 2, 1].find(function (each) {
      return each * power <= width;
    }) * power;
    bar.style.width = Math.round((100 * nice) / width) + "px";
    text.textContent = GZ.metres(nice);
    const ratio = document.querySelector(".scale-ratio");
    const step = Math.pow(10, Math.max(0, Math.floor(Math.log10(width / 100 / PIXEL_M)) - 2));
    if (!ratio) {
      return;
    }
    ratio.textContent = "≈ 1 : " + GZ.number(Math.round(width / 100 / PIXEL_M / step) * step);
  }

  /** Fit the map to the whole, beside the legend where that leaves room. */
  GZ.fitAll = function () {
    const map = GZ.map;
    const legend = document.querySelector(".map .legend");
    const size = map.getSize();
    if (!size.x) {
      return;
    }
    const edge = GZ.fitEdge || 8;
    const beside = legend && legend.open && size.x > 560 ? Math.min(legend.offsetWidth + edge, size.x * 0.42) : edge;
    const bounds = GZ.wholeBounds;
    const options = { animate: false, paddingTopLeft: [edge, edge], paddingBottomRight: [edge, edge] };
    const plain = map.getBoundsZoom(bounds, false, [2 * edge, 2 * edge]);
    const shifted = map.getBoundsZoom(bounds, false, [beside + edge, 2 * edge]);
    if (plain - shifted < 0.6) {
      options.paddingTopLeft = [beside, edge];
    }
    map.fitBounds(bounds, options);
  };

  function bindMap() {
    const map = GZ.map;
    if (!map) {
      return;
    }
    document.querySelectorAll("[data-zoom]").forEach(function (button) {
      button.addEventListener("click", function () {
        if (button.dataset.zoom === "fit") {
          GZ.fitAll();
        } else {
          map.setZoom(map.getZoom() + (button.dataset.zoom === "in" ? 1 : -1));
        }
      });
    });
    document.querySelectorAll("[data-layer]").forEach(function (box) {
      box.addEventListener("change", function () {
        GZ.ground.toggle(box.dataset.layer, box.checked);
      });
    });
    map.on("zoomend moveend resize", drawScale);
    GZ.onLanguage(function () {
      drawScale();
      GZ.ground.redrawLabels();
    });
    if (GZ.map.getContainer().clientWidth < 560) {
      document.querySelector(".map .legend").open = false;
    }
    bindPanel(map);
    drawScale();
  }

  function bindPanel(map) {
    const open = document.querySelector("[data-map-open]");
    const close = document.querySelector("[data-map-close]");
    if (!open) {
      return;
    }
    open.addEventListener("click", function () {
      document.body.classList.add("map-is-open");
      map.invalidateSize({ animate: false });
      GZ.fitAll();
      close.focus();
    });
    close.addEventListener("click", function () {
      document.body.classList.remove("map-is-open");
      open.focus();
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && document.body.classList.contains("map-is-open")) {
        close.click();
      }
    });
  }

  GZ.onStart(bindMap);
})();
