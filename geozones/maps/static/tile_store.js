/* Bytes out of scripts: loaded by script tags, which work from a file where nothing else may be read. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const AT_ONCE = 12;
  const LARGE = 400000;
  const MOST_LETTERS = 32e6;
  const EMPTY_AFTER_MS = 20;

  /** So much of what scripts made is kept, the newest: outlines and words together. */
  GZ.mostTileBytes = 16e6;

  const inside = new Map();
  const lately = new Map();
  const called = new Map();
  const manifests = new Map();
  const underway = new Map();
  const lost = new Set();
  const queue = [];
  let loading = 0;
  let atHand = 0;

  /* Letters stand in the comment of a function, or as they are in scripts of earlier versions. */
  function lettersOf(given) {
    if (typeof given === "string") {
      return given;
    }
    const text = String(given);
    return text.slice(text.indexOf("/*") + 2, text.lastIndexOf("*/"));
  }

  /* Browsers hold the text of scripts loaded lately anyway, and loading one leaves an element, an answer and code
     behind: the last ones stay at hand. */
  function keepAtHand(name, given, count) {
    if (count > LARGE) {
      return;
    }
    lately.set(name, { given: given, count: count });
    atHand += count;
    for (const [oldest, script] of lately) {
      if (atHand <= MOST_LETTERS) {
        return;
      }
      lately.delete(oldest);
      atHand -= script.count;
    }
  }

  /** Called by every script of bytes: its name, and its content deflated and written as letters. */
  GZ.take = function (name, given) {
    const taker = called.get(name);
    if (taker) {
      called.delete(name);
      taker(given);
    } else {
      inside.set(name, given);
    }
  };

  /** Called by the script that lists all others; they lie beside it. */
  GZ.takePlots = function (name, manifest) {
    const own = document.currentScript ? document.currentScript.src : "";
    manifests.set(name, new TileStore(manifest, own ? own.replace(/[^/]*$/, "") : ""));
  };

  GZ.plotStore = function (name) {
    return manifests.get(name) || null;
  };

  /* Streams unpack large scripts sooner, and beside the page's own work. */
  function inflate(letters, make) {
    const text = window.atob(letters);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) {
      bytes[i] = text.charCodeAt(i);
    }
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).arrayBuffer().then(function (buffer) {
      GZ.leave(2 * buffer.byteLength);
      return make(new Uint8Array(buffer));
    });
  }

  function next() {
    while (loading < AT_ONCE && queue.length) {
      loading += 1;
      loadScript(queue.pop());
    }
  }

  function loadScript(wanted) {
    const script = document.createElement("script");
    function done(work, value) {
      loading -= 1;
      called.delete(wanted.name);
      script.remove();
      work(value);
      next();
    }
    called.set(wanted.name, function (given) {
      const letters = lettersOf(given);
      keepAtHand(wanted.name, given, letters.length);
      GZ.leave(2 * letters.length);
      done(wanted.resolve, letters);
    });
    script.onload = function () {
      if (called.has(wanted.name)) {
        done(wanted.reject, new Error(wanted.name));
      }
    };
    script.onerror = function () {
      done(wanted.reject, new Error(wanted.name));
    };
    script.src = wanted.source;
    document.head.append(script);
  }

  /** Scripts of one set of plots. */
  function TileStore(manifest, base) {
    this.manifest = manifest;
    this._base = base;
    this._coming = new Map();
    this._kept = new Map();
    this._weight = 0;
  }

  /**
   * Give what `make` makes of the bytes of a script, which are its own no longer than it works; rejected, and said on
   * the page, where the file is missing.
   */
  TileStore.prototype.use = function (name, make) {
    return this._letters(name).then(function (letters) {
      return letters.length > LARGE ? inflate(letters, make) : make(GZ.inflateNow(letters));
    });
  };

  TileStore.prototype._letters = function (name) {
    if (inside.has(name)) {
      return Promise.resolve(lettersOf(inside.get(name)));
    }
    const script = lately.get(name);
    if (script) {
      lately.delete(name);
      lately.set(name, script);
      return Promise.resolve(lettersOf(script.given));
    }
    if (!underway.has(name)) {
      underway.set(name, this._fetch(name));
    }
    return underway.get(name);
  };

  TileStore.prototype._fetch = function (name) {
    const source = this._base + name + ".js";
    return new Promise(function (resolve, reject) {
      queue.push({ name: name, source: source, resolve: resolve, reject: reject });
      next();
    }).then(
      function (letters) {
        underway.delete(name);
        return letters;
      },
      function (error) {
        underway.delete(name);
        sayLost(name);
        throw error;
      },
    );
  };

  TileStore.prototype.json = function (name) {
    return this.use(name, function (bytes) {
      return JSON.parse(new TextDecoder().decode(bytes));
    });
  };

  /**
   * Give something made of a script, kept until others are wanted more: `make(bytes)` gives {weight, …};
   * `giveUp(made)` is called when it is given up, and its `array` is emptied as soon as nobody has it `held`.
   */
  TileStore.prototype.keep = function (name, make, giveUp) {
    const store = this;
    const made = this.peek(name);
    if (made) {
      return Promise.resolve(made);
    }
    if (!this._coming.has(name)) {
      const coming = this.use(name, make).then(function (made) {
        store._coming.delete(name);
        store._kept.set(name, { made: made, giveUp: giveUp });
        store._weight += made.weight;
        store._shed(name);
        return made;
      });
      coming.catch(function () {
        store._coming.delete(name);
      });
      this._coming.set(name, coming);
    }
    return this._coming.get(name);
  };

  /** Give what `keep` has at hand, else null; what is asked for stays longer. */
  TileStore.prototype.peek = function (name) {
    const kept = this._kept.get(name);
    if (!kept) {
      return null;
    }
    this._kept.delete(name);
    this._kept.set(name, kept);
    return kept.made;
  };

  /* Who was given it before has used it by now, or holds it. */
  function emptyLater(made) {
    window.setTimeout(function () {
      if (made.held) {
        emptyLater(made);
      } else {
        GZ.giveBack(made.array.buffer);
      }
    }, EMPTY_AFTER_MS);
  }

  TileStore.prototype._shed = function (newest) {
    for (const [name, kept] of this._kept) {
      if (this._weight <= GZ.mostTileBytes || name === newest) {
        return;
      }
      this._kept.delete(name);
      this._weight -= kept.made.weight;
      if (kept.giveUp) {
        kept.giveUp(kept.made);
      }
      if (kept.made.array) {
        emptyLater(kept.made);
      }
    }
  };

  /* ---- what did not load is said once, with the name of the file ---- */

  function sayLost(name) {
    if (name) {
      lost.add(name + ".js");
    }
    const box = GZ.map ? GZ.map.getContainer() : document.body;
    const note = document.getElementById("plots-lost") || GZ.el("p", { id: "plots-lost", role: "alert" });
    note.textContent = GZ.tn(
      "{n} file of the map is missing ({name}); what it holds is not shown. Copy the whole folder again.",
      "{n} files of the map are missing ({name} …); what they hold is not shown. Copy the whole folder again.",
      lost.size,
      { name: Array.from(lost)[0] },
    );
    note.className = "plots-lost";
    if (!note.isConnected) {
      box.append(note);
    }
  }

  GZ.sayLost = sayLost;

  GZ.onLanguage(function () {
    if (lost.size) {
      sayLost();
    }
  });
})();
