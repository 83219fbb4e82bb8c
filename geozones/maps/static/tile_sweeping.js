/* Browsers collect late what tiles, labels and scripts leave behind: on a machine with room, at hundreds of megabytes.
   They look sooner when a page asks for much memory. What is asked for is never written, so it takes none. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const MOST_LEFT = 12e6;
  const ASKED = 256e6;
  const AFTER_MS = 500;

  let left = 0;

  /** Give the memory of a buffer back at once where browsers know how. */
  GZ.giveBack = function (buffer) {
    const transfer = buffer["transfer"];
    if (transfer) {
      transfer.call(buffer, 0);
    }
  };

  function sweep() {
    try {
      GZ.giveBack(new ArrayBuffer(ASKED));
    } catch {
      // where there is no such room, browsers collect soon anyway
    }
  }

  /** Say that something left about so many bytes behind. */
  GZ.leave = function (bytes) {
    left += bytes;
    if (left > MOST_LEFT) {
      left = 0;
      window.setTimeout(sweep, AFTER_MS);
    }
  };
})();
