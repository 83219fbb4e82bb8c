/* Plots on canvas tiles: true outlines where a plot is larger than a pixel, density where it is smaller. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const SIDE = 256;
  const PASSED_FROM = 6;
  const BORDER_FROM = 5;
  const HATCH_FROM = 7;
  const AT_ONCE = 1500;

  const cover = new Float32Array(SIDE * SIDE);
  const tones = [new Float32Array(SIDE * SIDE), new Float32Array(SIDE * SIDE), new Float32Array(SIDE * SIDE)];
  let dots = null;
  let image = null;

  function token(name) {
    return window.getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function rgb(colour) {
    const found = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour);
    return found
      ? found.slice(1).map(function (part) {
          return parseInt(part, 16);
        })
      : [128, 128, 128];
  }

  function drawn(side, draw) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side * 4;
    const pen = canvas.getContext("2d");
    pen.scale(4, 4);
    draw(pen);
    return pen.createPattern(canvas, "repeat");
  }

  let inks = null;

  /** Colours and hatchings, as the tokens and the patterns of the page have them. */
  function makeInks() {
    const reserved = [token("reserved"), token("reserved-mark")];
    const releasing = [token("releasing"), token("releasing-mark")];
    inks = {
      plain: GZ.STATES.map(function (state) {
        return token(state) || "#999999";
      }),
      hatch: {
        reserved: {
          turn: 45,
          pattern: drawn(6, function (pen) {
            pen.fillStyle = reserved[0];
            pen.fillRect(0, 0, 6, 6);
            pen.fillStyle = reserved[1];
            pen.fillRect(0, 0, 1.6, 6);
          }),
        },
        releasing: {
          turn: 0,
          pattern: drawn(6, function (pen) {
            pen.fillStyle = releasing[0];
            pen.fillRect(0, 0, 6, 6);
            pen.fillStyle = releasing[1];
            [1.5, 4.5].forEach(function (at) {
              pen.beginPath();
              pen.arc(at, at, 1, 0, 7);
              pen.fill();
            });
          }),
        },
      },
      passed: token("passed"),
      line: token("line-strong"),
    };
    inks.tones = inks.plain.map(rgb);
    return inks;
  }

  /** Add the outline of plot `each` of a part to a path; `s` is pixels a unit. */
  function trace(pen, part, each, s, left, top) {
    for (let ring = part.rings[each]; ring < part.rings[each + 1]; ring += 1) {
      let at = part.ends[ring];
      const end = part.ends[ring + 1];
      pen.moveTo(part.xy[at] * s - left, part.xy[at + 1] * s - top);
      for (at += 2; at < end; at += 2) {
        pen.lineTo(part.xy[at] * s - left, part.xy[at + 1] * s - top);
      }
      pen.closePath();
    }
  }

  /* Plots of a tile to paint in one way: used anew for every tile, for lists of their own are garbage by the megabyte. */
  function Pile() {
    this.parts = new Uint16Array(1024);
    this.eaches = new Uint32Array(1024);
    this.count = 0;
  }

  Pile.prototype.add = function (part, each) {
    if (this.count === this.parts.length) {
      ["parts", "eaches"].forEach(function (name) {
        const larger = new this[name].constructor(2 * this.count);
        larger.set(this[name]);
        this[name] = larger;
      }, this);
    }
    this.parts[this.count] = part;
    this.eaches[this.count] = each;
    this.count += 1;
  };

  function makePiles() {
    return GZ.STATES.map(function () {
      return new Pile();
    });
  }

  let piles = null;
  let rims = null;

  function Brush(pen, tile, parts) {
    this.pen = pen;
    this.tile = tile;
    this.parts = parts;
  }

  Brush.prototype.hatchOf = function (state) {
    const hatch = inks.hatch[GZ.STATES[state]];
    if (!hatch) {
      return null;
    }
    const matrix = new DOMMatrix().translate(-this.tile.left, -this.tile.top).rotate(hatch.turn).scale(0.25);
    hatch.pattern.setTransform(matrix);
    return hatch.pattern;
  };

  /* Make a path of some plots of a pile. */
  Brush.prototype.outline = function (pile, from, to) {
    const tile = this.tile;
    this.pen.beginPath();
    for (let i = from; i < to; i += 1) {
      trace(this.pen, this.parts[pile.parts[i]], pile.eaches[i], tile.s, tile.left, tile.top);
    }
  };

  /** Fill and border the plots of one state. */
  Brush.prototype.fill = function (state, pile, hatched, shown) {
    const pen = this.pen;
    const tile = this.tile;
    for (let from = 0; from < pile.count; from += AT_ONCE) {
      this.outline(pile, from, Math.min(pile.count, from + AT_ONCE));
      pen.globalAlpha = shown ? 1 : 0.12;
      pen.fillStyle = (hatched && this.hatchOf(state)) || inks.plain[state];
      pen.fill();
      pen.globalAlpha = 1;
      if (tile.bordered) {
        pen.strokeStyle = shown ? "#ffffff" : inks.line;
        pen.lineWidth = tile.bordered;
        pen.stroke();
      }
    }
  };

  Brush.prototype.rim = function (pile, width) {
    const pen = this.pen;
    pen.strokeStyle = inks.passed;
    pen.lineWidth = width;
    this.outline(pile, 0, pile.count);
    pen.stroke();
  };

  /**
   * Paint the outlines of a tile.
   * tile: { s (pixels a unit), left, top (pixels), zoom, lower (places below a pixel are left out) }
   * look: { first, count, size, state, shown (or null), passed (or null) }
   */
  GZ.paintOutlines = function (pen, tile, parts, look) {
    piles = piles || [makePiles(), makePiles()];
    rims = rims || new Pile();
    piles.flat().concat(rims).forEach(function (pile) {
      pile.count = 0;
    });
    const margin = 4;
    parts.forEach(function (part, number) {
      const boxes = part.boxes;
      for (let each = 0; each < part.places.length; each += 1) {
        const place = part.places[each] - look.first;
        const b = 4 * each;
        if (
          boxes[b] * tile.s - tile.left <= SIDE + margin &&
          boxes[b + 2] * tile.s - tile.left >= -margin &&
          boxes[b + 1] * tile.s - tile.top <= SIDE + margin &&
          boxes[b + 3] * tile.s - tile.top >= -margin &&
          place >= 0 &&
          place < look.count &&
          look.size[place] <= tile.zoom
        ) {
          const shown = !look.shown || look.shown[place] === 1;
          piles[shown ? 1 : 0][look.state[place]].add(number, each);
          if (shown && look.passed && look.passed[place]) {
            rims.add(number, each);
          }
        }
      }
    });
    const typical = typicalWidth(parts, tile);
    tile.bordered = typical >= BORDER_FROM ? Math.min(1, typical / 16) : 0;
    const brush = new Brush(pen, tile, parts);
    piles.forEach(function (states, shown) {
      states.forEach(function (pile, state) {
        brush.fill(state, pile, typical >= HATCH_FROM, Boolean(shown));
      });
    });
    if (rims.count) {
      brush.rim(rims, typical >= PASSED_FROM ? Math.min(3, typical / 5) : 1);
    }
  };

  /* How wide plots are here: a mean over some of them decides on borders and hatching. */
  function typicalWidth(parts, tile) {
    let sum = 0;
    let count = 0;
    piles.flat().forEach(function (pile) {
      const step = Math.max(1, Math.floor(pile.count / 200));
      for (let i = 0; i < pile.count; i += step) {
        const boxes = parts[pile.parts[i]].boxes;
        const b = 4 * pile.eaches[i];
        sum += Math.max(boxes[b + 2] - boxes[b], boxes[b + 3] - boxes[b + 1]);
        count += 1;
      }
    });
    return count ? (sum / count) * tile.s : 0;
  }

  /**
   * Paint the plots that are smaller than a pixel, and those of missing files, as density.
   * blocks: [{start, end, box}] of places that may lie in the tile; lost(place): whether its outline is missing.
   */
  GZ.paintDensity = function (pen, tile, blocks, look, lost) {
    const s = Math.pow(2, tile.zoom - look.pointZoom);
    const squares = [];
    const shares = new Float64Array(256);
    for (let size = 0; size < 256; size += 1) {
      const side = Math.pow(2, tile.zoom - size) * 1.3;
      shares[size] = Math.max(0.12, Math.min(1, side * side));
    }
    let any = false;
    blocks.forEach(function (block) {
      for (let place = block.start; place < block.end; place += 1) {
        const x = look.x[place] * s - tile.left;
        const y = look.y[place] * s - tile.top;
        if (x >= 0 && y >= 0 && x < SIDE && y < SIDE && (!look.shown || look.shown[place])) {
          if (look.size[place] > tile.zoom) {
            const at = (y | 0) * SIDE + (x | 0);
            const share = shares[look.size[place]];
            const tone = inks.tones[look.state[place]];
            cover[at] += share;
            tones[0][at] += share * tone[0];
            tones[1][at] += share * tone[1];
            tones[2][at] += share * tone[2];
            any = true;
          } else if (lost && lost(place)) {
            squares.push(place, x, y);
          }
        }
      }
    });
    for (let i = 0; i < squares.length; i += 3) {
      const side = Math.max(1, Math.pow(2, tile.zoom - look.size[squares[i]]));
      pen.fillStyle = inks.plain[look.state[squares[i]]];
      pen.fillRect(squares[i + 1] - side / 2, squares[i + 2] - side / 2, side, side);
    }
    if (any) {
      putDots(pen);
    }
  };

  function putDots(pen) {
    if (!dots) {
      dots = document.createElement("canvas");
      dots.width = dots.height = SIDE;
    }
    const dotPen = dots.getContext("2d");
    image = image || dotPen.createImageData(SIDE, SIDE);
    image.data.fill(0);
    for (let at = 0; at < cover.length; at += 1) {
      if (cover[at] > 0) {
        image.data[4 * at] = tones[0][at] / cover[at];
        image.data[4 * at + 1] = tones[1][at] / cover[at];
        image.data[4 * at + 2] = tones[2][at] / cover[at];
        image.data[4 * at + 3] = 255 * (0.45 + 0.55 * Math.min(1, cover[at]));
      }
    }
    cover.fill(0);
    tones.forEach(function (tone) {
      tone.fill(0);
    });
    dotPen.putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(dots, 0, 0);
  }

  GZ.plotInks = function () {
    return inks || makeInks();
  };
})();
