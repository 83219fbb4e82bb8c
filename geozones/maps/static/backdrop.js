/* A map of the intranet under our own: dropped for good as soon as it fails, and the page says so. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const MOST_FAILURES = 3;

  function say(note) {
    note.textContent = GZ.t("The background of the intranet cannot be reached; the map works without it.");
    note.hidden = false;
  }

  GZ.onStart(function () {
    const address = GZ.page ? GZ.page.tiles : null;
    const note = document.getElementById("backdrop-note");
    if (!address || !GZ.map || !note) {
      return;
    }
    let failed = 0;
    let came = 0;
    GZ.pane(GZ.map, "backdrop", 205);
    const layer = L.tileLayer(address, { pane: "backdrop", maxZoom: 19, opacity: 0.6 });
    layer.on("tileload", function () {
      came += 1;
    });
    layer.on("tileerror", function () {
      failed += 1;
      if (failed >= MOST_FAILURES && failed > came) {
        layer.remove();
        say(note);
        GZ.onLanguage(say.bind(null, note));
      }
    });
    layer.addTo(GZ.map);
    GZ.backdrop = layer;
  });
})();
