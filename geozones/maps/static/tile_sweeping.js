/* Browsers collect late what tiles, labels and scripts leave behind: on a machine with room, at hundreds of megabytes.
   They look sooner when a page asks for much memory. What is asked for takes a range of addresses and is never written;
   it is given back at once, and where browsers cannot do that, or have no such range, nothing is asked for. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const MOST_LEFT = 12e6;
  const ASKED = 256e6;
  const AFTER_MS = 500;

  let left = 0;
  let waiting = false;
  let asks = "transfer" in ArrayBuffer.prototype;

  /** Give the memory of a buffer back at once where browsers know how. */
  GZ.giveBack = function (buffer) {
    const transfer = buffer["transfer"];
    if (transfer) {
      transfer.call(buffer, 0);
    }
  };

  function sweep() {
    waiting = false;
    left = 0;
    try {
      GZ.giveBack(new ArrayBuffer(ASKED));
    } catch {
      asks = false;
    }
  }

  /** Say that something left about so many bytes behind. */
  GZ.leave = function (bytes) {
    left += bytes;
    if (asks && !waiting && left > MOST_LEFT) {
      waiting = true;
      window.setTimeout(sweep, AFTER_MS);
    }
  };
})();
