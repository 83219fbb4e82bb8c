/* The return queue: chips that show one group, kept in the address as show=… */
(function () {
  "use strict";

  const GZ = window.GZ;

  function groups() {
    return Array.from(document.querySelectorAll("[data-group-rows]"));
  }

  function draw() {
    const known = groups().some(function (body) {
      return body.dataset.groupRows === GZ.view.show;
    });
    const chosen = known ? GZ.view.show : "";
    groups().forEach(function (body) {
      body.hidden = Boolean(chosen) && body.dataset.groupRows !== chosen;
    });
    document.querySelectorAll("button[data-queue]").forEach(function (chip) {
      chip.setAttribute("aria-pressed", String(chip.dataset.queue === chosen));
    });
  }

  GZ.onStart(function () {
    if (!document.querySelector(".queue-box")) {
      return;
    }
    /* Seven columns need landscape, whatever paper was chosen on another page. */
    document.head.append(GZ.el("style", {}, "@page{size:A4 landscape;margin:10mm}"));
    document.querySelectorAll("[data-queue]").forEach(function (node) {
      node.addEventListener("click", function (event) {
        event.preventDefault();
        GZ.setView({ show: node.dataset.queue || null });
      });
    });
    GZ.onView(draw);
  });
})();
