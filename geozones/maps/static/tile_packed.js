/* Scripts loaded last, as their deflated bytes end to end in one buffer. Loading a script leaves far more behind than
   it holds (its text, its code, its answer, its element), and browsers collect that late. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const MOST = 40e6;
  const BEYOND = 16;

  const spans = new Map();
  let bytes = null;
  let head = 0;

  /* Forget what stands between two positions: these are the oldest, for the buffer is written round and round. */
  function clear(start, end) {
    for (const [name, span] of spans) {
      if (span.start >= end || span.start + span.count <= start) {
        return;
      }
      spans.delete(name);
    }
  }

  /** Keep the letters of a script; the buffer takes memory only as far as it was written. */
  GZ.packTile = function (name, letters) {
    bytes = bytes || new Uint8Array(MOST + BEYOND);
    const most = (letters.length / 4) * 3;
    if (head + most > MOST) {
      clear(head, MOST);
      head = 0;
    }
    clear(head, head + most);
    spans.set(name, { start: head, count: GZ.readLetters(letters, bytes, head) });
    head += most;
  };

  /** Give the bytes in a script that is kept, a view of what the next call writes anew; else null. */
  GZ.unpackTile = function (name) {
    const span = spans.get(name);
    return span ? GZ.inflateBytes(bytes, span.start, span.count) : null;
  };
})();
