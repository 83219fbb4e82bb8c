/* The page on which a district proposes a site: draw or load it, see what speaks against it, save one file, print. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;
  const SIGNS = { block: "✗", warn: "!", unknown: "?", pass: "✓" };
  const KEPT = "proposal";
  let drawing = null;
  let form = null;
  let read = "";

  GZ.proposeData = function (data) {
    GZ.propose = data;
  };

  function field(name) {
    return form.elements.namedItem(name);
  }

  function parts() {
    return Array.from(form.querySelectorAll("[data-part]"));
  }

  function missing() {
    return parts().filter(function (node) {
      return !node.value.trim();
    }).length;
  }

  /* ---- what is drawn from the corners ---- */

  function cornerText() {
    return drawing.corners
      .map(function (corner) {
        return corner[0].toFixed(6) + " " + corner[1].toFixed(6);
      })
      .join("\n");
  }

  function showCorners() {
    const box = document.getElementById("corners");
    if (document.activeElement !== box) {
      box.value = cornerText();
    }
  }

  function showCheck() {
    const box = document.getElementById("check-lines");
    const verdict = document.getElementById("check-verdict");
    const area = document.getElementById("live-area");
    const district = document.getElementById("live-district");
    if (drawing.corners.length < 3) {
      area.textContent = "–";
      district.textContent = "–";
      verdict.className = "verdict";
      verdict.textContent = GZ.t("Draw the site, load a file or paste coordinates.");
      box.replaceChildren();
      return;
    }
    const found = GZ.checkSite({
      corners: drawing.corners,
      kind: field("kind").value,
      district: field("district").value,
      missing: missing(),
    });
    area.textContent = GZ.number(found.ha, 2) + " " + GZ.t("ha");
    area.dataset.value = found.ha.toFixed(4);
    const known = found.districts && found.districts.length ? found.districts[0].row : null;
    district.textContent = known ? GZ.say(known.name) : "–";
    if (known && !field("district").value) {
      field("district").value = known.code;
    }
    const words = GZ.verdictWords(found.lines);
    verdict.className = "verdict verdict-" + words[0];
    verdict.dataset.verdict = words[0];
    verdict.textContent = GZ.t("Approximately: {verdict}", { verdict: words[1] });
    box.replaceChildren.apply(
      box,
      found.lines.map(function (line) {
        return GZ.el(
          "li",
          { class: "site-line site-line-" + line[0] },
          GZ.el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[line[0]]),
          GZ.el("span", {}, line[1]),
        );
      }),
    );
  }

  let waiting = 0;

  function changed() {
    showCorners();
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      showCheck();
      keep();
    }, 60);
  }

  function say(words, isBad) {
    const line = document.getElementById("said");
    line.textContent = words;
    line.classList.toggle("is-bad", Boolean(isBad));
  }

  function take(found, where) {
    if (found.problem) {
      say(found.problem, true);
      return;
    }
    setDrawing(false);
    drawing.set(found.corners);
    read = found.system;
    GZ.map.fitBounds(drawing.bounds(), { animate: false, padding: [60, 60], maxZoom: 16 });
    say(GZ.t("{where}: {n} corners, read as {system}. Look at the map whether it is right.", {
      where: where,
      n: found.corners.length,
      system: read,
    }));
    if (found.properties) {
      fillForm(found.properties);
    }
    changed();
  }

  /* ---- the form ---- */

  function proposal() {
    const texts = {};
    parts().forEach(function (node) {
      if (node.value.trim()) {
        texts[node.dataset.part] = node.value.trim();
      }
    });
    const needs = {};
    ["need_power_kw", "need_gas_m3h", "need_water_m3d"].forEach(function (name) {
      const value = Number(field(name).value.replace(",", "."));
      if (field(name).value.trim() && Number.isFinite(value) && value >= 0) {
        needs[name] = value;
      }
    });
    const name = field("name").value.trim();
    return Object.assign(
      {
        site_id: GZ.asciiName(name) || "site",
        name_ru: name,
        name_kk: field("name_kk").value.trim() || name,
        district_code: field("district").value || null,
        kind: field("kind").value,
      },
      { form: Object.assign({ parts: texts, applicant: field("applicant").value.trim() }, needs) },
    );
  }

  const LETTERS = {
    а: "a", ә: "a", б: "b", в: "v", г: "g", ғ: "g", д: "d", е: "e", ё: "e", ж: "zh", з: "z", и: "i", й: "i", к: "k",
    қ: "k", л: "l", м: "m", н: "n", ң: "n", о: "o", ө: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ұ: "u", ү: "u",
    ф: "f", х: "kh", һ: "h", ц: "ts", ч: "ch", ш: "sh", щ: "sch", ы: "y", і: "i", э: "e", ю: "yu", я: "ya",
  };

  GZ.asciiName = function (name) {
    return Array.from(name.toLowerCase())
      .map(function (letter) {
        return letter in LETTERS ? LETTERS[letter] : letter;
      })
      .join("")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 40);
  };

  function text(value) {
    return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  }

  function fillForm(properties) {
    const known = properties.form && typeof properties.form === "object" ? properties.form : {};
    const texts = known.parts && typeof known.parts === "object" ? known.parts : {};
    const fields = {
      name: text(properties.name_ru),
      name_kk: text(properties.name_kk) === text(properties.name_ru) ? "" : text(properties.name_kk),
      applicant: text(known.applicant),
      need_power_kw: text(known.need_power_kw),
      need_gas_m3h: text(known.need_gas_m3h),
      need_water_m3d: text(known.need_water_m3d),
    };
    Object.keys(fields).forEach(function (name) {
      if (fields[name]) {
        field(name).value = fields[name];
      }
    });
    const district = text(properties.district_code);
    if (GZ.propose.districts.some((row) => row.code === district)) {
      field("district").value = district;
    }
    if (properties.kind === "private" || properties.kind === "regional") {
      field("kind").value = properties.kind;
    }
    parts().forEach(function (node) {
      const value = text(texts[node.dataset.part]);
      if (value) {
        node.value = value;
      }
    });
  }

  function feature() {
    const ring = drawing.corners.map(function (corner) {
      return [Number(corner[1].toFixed(7)), Number(corner[0].toFixed(7))];
    });
    const plane = GZ.planeAt(drawing.corners[0][0], drawing.corners[0][1]);
    if (GZ.ringArea(drawing.corners.map(plane)) < 0) {
      ring.reverse();
    }
    ring.push(ring[0]);
    return { type: "Feature", properties: proposal(), geometry: { type: "Polygon", coordinates: [ring] } };
  }

  function keep() {
    const state = { corners: drawing.corners, properties: proposal() };
    GZ.remember(KEPT, JSON.stringify(state));
  }

  function recall() {
    try {
      const state = JSON.parse(GZ.recall(KEPT) || "null");
      if (state && Array.isArray(state.corners)) {
        drawing.set(state.corners);
        fillForm(state.properties || {});
        if (state.corners.length > 2) {
          GZ.map.fitBounds(drawing.bounds(), { animate: false, padding: [60, 60], maxZoom: 16 });
        }
      }
    } catch (error) {
      say(GZ.t("The draft of last time cannot be read: {reason}", { reason: error.message }), true);
    }
  }

  function isReady() {
    if (drawing.corners.length < 3) {
      say(GZ.t("Draw the site first: three corners at least."), true);
      return false;
    }
    if (!field("name").value.trim()) {
      say(GZ.t("Give the site a name."), true);
      field("name").focus();
      return false;
    }
    return true;
  }

  function save() {
    if (!isReady()) {
      return;
    }
    const content = JSON.stringify({ type: "FeatureCollection", features: [feature()] }, null, 1);
    const blob = new Blob([content], { type: "application/geo+json" });
    const link = GZ.el("a", { href: URL.createObjectURL(blob), download: proposal().site_id + ".geojson" });
    document.body.append(link);
    link.click();
    window.setTimeout(function () {
      URL.revokeObjectURL(link.href);
      link.remove();
    }, 1000);
    say(GZ.t("Saved. Send the file to the region; the next build screens it."));
  }

  /* ---- the coordinate sheet ---- */

  function drawSheet() {
    const sheet = document.getElementById("sheet");
    const utm = GZ.utm(GZ.propose.utmZone);
    const rows = drawing.corners.map(function (corner, place) {
      const metres = GZ.toMetres(corner[0], corner[1], utm);
      const cells = [String(place + 1), corner[0].toFixed(6), corner[1].toFixed(6), metres[0].toFixed(2), metres[1].toFixed(2)];
      return GZ.el.apply(
        null,
        ["tr", {}].concat(
          cells.map(function (cell) {
            return GZ.el("td", { class: "num" }, cell);
          }),
        ),
      );
    });
    const heads = ["№", GZ.t("Latitude"), GZ.t("Longitude"), "N, " + utm.name, "E, " + utm.name].map(function (head) {
      return GZ.el("th", { scope: "col", class: "num" }, head);
    });
    const head = GZ.el("thead", {}, GZ.el.apply(null, ["tr", {}].concat(heads)));
    const body = GZ.el.apply(null, ["tbody", {}].concat(rows));
    const title = field("name").value.trim() || GZ.t("Site without a name");
    const about = [
      GZ.t("Area: {ha}", { ha: document.getElementById("live-area").textContent }),
      GZ.t("District: {name}", { name: document.getElementById("live-district").textContent }),
      GZ.t("Applicant: {name}", { name: field("applicant").value.trim() || "–" }),
    ].join(" · ");
    sheet.replaceChildren(
      GZ.el("h2", {}, GZ.t("Coordinate sheet"), ": ", GZ.name(title)),
      GZ.el("p", {}, about),
      GZ.el("table", { class: "rows" }, head, body),
      GZ.el("p", { class: "sheet-signed" }, GZ.t("Signed: ____________________    Date: ____________")),
    );
  }

  /* ---- start ---- */

  function setDrawing(on) {
    drawing.setDrawing(on);
    const button = document.getElementById("draw");
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? GZ.t("Finish drawing") : GZ.t("Draw");
  }

  function bindTools() {
    const act = {
      draw: function () {
        const on = !drawing.isDrawing();
        setDrawing(on);
        say(on ? GZ.t("Set corners by clicking the map; then press “Finish drawing”.") : "");
      },
      undo: function () {
        drawing.undo();
      },
      clear: function () {
        drawing.set([]);
        setDrawing(false);
        say("");
      },
      "read-corners": function () {
        take(GZ.readCorners(document.getElementById("corners").value), GZ.t("Coordinates"));
      },
      save: save,
      print: function () {
        drawSheet();
        window.print();
      },
    };
    Object.keys(act).forEach(function (id) {
      document.getElementById(id).addEventListener("click", act[id]);
    });
    document.getElementById("file").addEventListener("change", function (event) {
      const file = event.target.files[0];
      event.target.value = "";
      if (!file) {
        return;
      }
      if (file.size > 5e6) {
        say(GZ.t("The file is too big for this page."), true);
        return;
      }
      file.text().then(function (content) {
        take(GZ.readSiteFile(content), file.name);
      });
    });
    form.addEventListener("input", changed);
    window.addEventListener("beforeprint", drawSheet);
  }

  function drawGround() {
    const map = GZ.map;
    GZ.pane(map, "site-land", 380, true);
    const canvas = L.canvas({ pane: "site-land" });
    const colour = window.getComputedStyle(document.documentElement).getPropertyValue("--block").trim();
    const granted = {
      pane: "site-land",
      renderer: canvas,
      color: colour,
      weight: 0.8,
      fillColor: colour,
      fillOpacity: 0.14,
      interactive: false,
    };
    const parcels = L.layerGroup(
      GZ.propose.parcels
        .filter(function (row) {
          return row.granted;
        })
        .map(function (row) {
          return L.polygon(GZ.unpackPolygons(row.shape), granted);
        }),
    );
    const showParcels = function () {
      const isNear = map.getZoom() >= 12;
      if (isNear && !map.hasLayer(parcels)) {
        parcels.addTo(map);
      } else if (!isNear && map.hasLayer(parcels)) {
        parcels.remove();
      }
    };
    map.on("zoomend", showParcels);
    showParcels();
    GZ.pane(map, "zone-edge", 405);
    GZ.propose.zones.forEach(function (zone) {
      L.polygon(GZ.unpackPolygons(zone.shape), { pane: "zone-edge", className: "zone-area", interactive: false }).addTo(map);
    });
  }

  GZ.onStart(function () {
    form = document.getElementById("proposal");
    if (!form) {
      return;
    }
    GZ.page = GZ.data("page-data");
    GZ.propose.districts.forEach(function (row) {
      field("district").append(GZ.el("option", { value: row.code, "data-code": row.code }, GZ.say(row.name)));
    });
    drawing = new GZ.SiteDrawing(GZ.map, changed);
    GZ.drawing = drawing;
    GZ.wholeBounds = L.latLngBounds(GZ.page.bounds);
    GZ.fitAll();
    drawGround();
    bindTools();
    recall();
    const speak = function () {
      Array.from(field("district").options).forEach(function (option) {
        const row = GZ.propose.districts.find((each) => each.code === option.value);
        if (row) {
          option.textContent = GZ.say(row.name);
        }
      });
      setDrawing(drawing.isDrawing());
      showCheck();
    };
    GZ.onLanguage(speak);
    speak();
    changed();
  });
})();
