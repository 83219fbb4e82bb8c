/* The yellow line on the index of the served run: a newer rebuild was held back, and why. The notice lies beside the
   doors, outside the run, which never changes; it is for the run that it names and no other. */
(function () {
  "use strict";

  GZ.onStart(function () {
    const notice = window.geozonesNotice;
    const line = document.getElementById("held-back");
    if (!line || !notice || !notice.words || !window.location.pathname.includes("/" + notice.run + "/")) {
      return;
    }
    const show = function () {
      line.textContent = notice.words[GZ.language()] || "";
    };
    GZ.onLanguage(show);
    show();
    line.hidden = false;
  });
})();
