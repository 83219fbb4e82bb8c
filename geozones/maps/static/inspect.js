/* The form for the field: choose a plot, say what was seen, add photos, save one file, or print the sheet. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const KEPT = "inspection";
  const MB = 1e6;
  const TYPES = ["image/jpeg", "image/png", "image/webp"];
  let form = null;
  let photos = [];

  function field(name) {
    return form.elements.namedItem(name);
  }

  function node(id) {
    return document.getElementById(id);
  }

  function say(words, kind) {
    const line = node("said");
    line.textContent = words;
    line.className = "inspect-said" + (kind ? " is-" + kind : "");
    if (kind === "bad") {
      line.scrollIntoView({ block: "nearest" });
    }
  }

  /* ---- the plot ---- */

  function plotId() {
    return GZ.view.plot || "";
  }

  function placeOf(id) {
    return GZ.index.plots.id.indexOf(id);
  }

  function title(id) {
    const place = placeOf(id);
    return place < 0 ? id : GZ.plotName(place);
  }

  function about(id) {
    const place = placeOf(id);
    const known = GZ.page.waiting[id] || [];
    return [
      place < 0 ? "" : GZ.index.plots.cadastral[place],
      known[0],
      known[1] ? GZ.t("contract {no}", { no: known[1] }) : "",
      known[2] ? GZ.t("start due {day}", { day: GZ.date(known[2]) }) : "",
    ].filter(Boolean);
  }

  function showPlot() {
    const id = plotId();
    const isKnown = placeOf(id) >= 0 || (id && GZ.page.isPart);
    const box = node("chosen");
    box.hidden = !isKnown;
    node("find").hidden = Boolean(isKnown);
    if (id && !isKnown) {
      say(GZ.t("Plot {plot} is not among the plots of this form. Take the form of a newer build.", { plot: id }), "bad");
    }
    if (!isKnown) {
      return;
    }
    const change = GZ.el("button", { type: "button", class: "button", id: "change" }, GZ.t("Change"));
    change.addEventListener("click", function () {
      GZ.setView({ plot: null });
      node("plot-find").focus();
    });
    const words = GZ.el("div", {}, GZ.el("b", {}, GZ.name(title(id))));
    about(id).forEach(function (line) {
      words.append(GZ.el("p", { class: "unit" }, GZ.name(line)));
    });
    box.replaceChildren(words, change);
  }

  function choose(id) {
    node("plot-find").value = "";
    node("plot-found").replaceChildren();
    say("");
    GZ.setView({ plot: id });
  }

  function found() {
    const typed = node("plot-find").value.trim();
    const rows = GZ.find(typed).filter(function (row) {
      return row.href.includes("plot=");
    });
    const items = rows.slice(0, 8).map(function (row) {
      const id = new URLSearchParams(row.href.split("#")[1]).get("plot");
      return item(id, row.label, row.about);
    });
    if (typed && !items.length && GZ.page.isPart) {
      items.push(item(typed, typed, GZ.t("take this as the id of the plot")));
    }
    if (typed && !items.length) {
      items.push(GZ.el("li", { class: "unit" }, GZ.t("No such plot here. Write a zone and a number, or a cadastral number.")));
    }
    const list = node("plot-found");
    list.replaceChildren.apply(list, items);
  }

  function item(id, label, more) {
    const button = GZ.el("button", { type: "button", class: "button", "data-plot": id }, GZ.name(label));
    if (more) {
      button.append(GZ.el("span", { class: "unit" }, GZ.name(more)));
    }
    button.addEventListener("click", choose.bind(null, id));
    return GZ.el("li", {}, button);
  }

  /* ---- when and where ---- */

  function two(number) {
    return String(number).padStart(2, "0");
  }

  function dayOf(moment) {
    return moment.getFullYear() + "-" + two(moment.getMonth() + 1) + "-" + two(moment.getDate());
  }

  function timeOf(moment) {
    return two(moment.getHours()) + ":" + two(moment.getMinutes());
  }

  function setNow() {
    const now = new Date();
    field("date").value = dayOf(now);
    field("time").value = timeOf(now);
  }

  let accuracy = null;

  function located(words) {
    node("located").textContent = words;
  }

  function locate() {
    if (!navigator.geolocation) {
      located(GZ.t("this device gives no position; type it, or leave it out"));
      return;
    }
    located(GZ.t("looking for the position…"));
    navigator.geolocation.getCurrentPosition(
      function (found) {
        field("lat").value = found.coords.latitude.toFixed(6);
        field("lon").value = found.coords.longitude.toFixed(6);
        accuracy = Math.round(found.coords.accuracy);
        located(GZ.t("taken, ± {m} m", { m: GZ.number(accuracy) }));
        keep();
      },
      function () {
        located(GZ.t("no position was given; type it, or leave it out"));
      },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  }

  function number(name) {
    const typed = field(name).value.trim().replace(",", ".");
    return typed === "" ? null : Number(typed);
  }

  /* ---- photos ---- */

  function hex(buffer) {
    return Array.from(new Uint8Array(buffer), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  function hashOf(file) {
    if (!window.crypto || !window.crypto.subtle) {
      return Promise.resolve("");
    }
    return file
      .arrayBuffer()
      .then(function (bytes) {
        return window.crypto.subtle.digest("SHA-256", bytes);
      })
      .then(hex);
  }

  function megabytes(size) {
    return GZ.number(Math.max(0.1, Math.round(size / 1e5) / 10));
  }

  function total(more) {
    return photos.reduce(function (sum, photo) {
      return sum + photo.file.size;
    }, more);
  }

  function wrongWith(file) {
    const limits = GZ.page.limits;
    const words = { name: file.name, size: megabytes(file.size) };
    if (!TYPES.includes(file.type)) {
      return GZ.t("{name}: no JPEG, PNG or WebP photo; it is not added.", words);
    }
    if (file.size > limits.photoMB * MB) {
      return GZ.t("{name}: {size} MB, more than {limit} MB; take it with a lower resolution.",
        Object.assign(words, { limit: limits.photoMB }));
    }
    if (photos.length >= limits.photos) {
      return GZ.t("{name}: there are {limit} photos already; it is not added.", Object.assign(words, { limit: limits.photos }));
    }
    if (total(file.size) > limits.allMB * MB) {
      return GZ.t("{name}: all photos together would have more than {limit} MB; save this file and begin another.",
        Object.assign(words, { limit: limits.allMB }));
    }
    return "";
  }

  function addPhotos(files) {
    const complaints = [];
    const added = files.map(function (file) {
      const wrong = wrongWith(file);
      if (wrong) {
        complaints.push(wrong);
        return null;
      }
      const taken = new Date(file.lastModified);
      const photo = { file: file, taken: dayOf(taken) + "T" + timeOf(taken), hash: "", view: URL.createObjectURL(file) };
      photos.push(photo);
      return hashOf(file).then(function (hash) {
        photo.hash = hash;
      });
    });
    say(complaints.join(" "), complaints.length ? "bad" : "");
    return Promise.all(added).then(showPhotos);
  }

  function showPhotos() {
    const list = node("photo-list");
    node("photo-sum").textContent = photos.length ? photos.length + " · " + megabytes(total(0)) + " MB" : "";
    list.replaceChildren.apply(
      list,
      photos.map(function (photo, place) {
        const words = GZ.el("span", {}, GZ.name(photo.file.name));
        const more = GZ.el("span", { class: "unit" }, photoLine(photo));
        const away = GZ.el("button", { type: "button", class: "button" }, GZ.t("Remove"));
        away.addEventListener("click", function () {
          URL.revokeObjectURL(photo.view);
          photos.splice(place, 1);
          showPhotos();
        });
        return GZ.el("li", {}, GZ.el("img", { src: photo.view, alt: "" }), GZ.el("div", {}, words, more), away);
      }),
    );
  }

  function photoLine(photo) {
    const parts = [GZ.date(photo.taken.slice(0, 10)) + ", " + photo.taken.slice(11), megabytes(photo.file.size) + " MB"];
    return parts.concat(photo.hash ? ["SHA-256 " + photo.hash.slice(0, 12) + "…"] : []).join(" · ");
  }

  function readText(file) {
    return new Promise(function (resolve, reject) {
      const reader = new FileReader();
      reader.onload = function () {
        resolve(String(reader.result).split(",")[1] || "");
      };
      reader.onerror = function () {
        reject(new Error(file.name));
      };
      reader.readAsDataURL(file);
    });
  }

  /* ---- the file ---- */

  function chosen(name) {
    const checked = form.querySelector('input[name="' + name + '"]:checked');
    return checked ? checked.value : "";
  }

  function problem() {
    const lat = number("lat");
    const lon = number("lon");
    const share = number("greening");
    if (!plotId()) {
      return [GZ.t("Choose the plot first."), "plot-find"];
    }
    if (!field("date").value) {
      return [GZ.t("Give the day of the inspection."), null, "date"];
    }
    if (field("date").value > dayOf(new Date())) {
      return [GZ.t("The day lies in the future."), null, "date"];
    }
    if ((lat === null) !== (lon === null)) {
      return [GZ.t("A position needs both latitude and longitude, or neither."), null, "lat"];
    }
    if (lat !== null && !(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) {
      return [GZ.t("Latitude and longitude are degrees, like 42.3417 and 69.5901."), null, "lat"];
    }
    if (!chosen("started")) {
      return [GZ.t("Say whether work has started."), null, "started"];
    }
    if (share !== null && !(share >= 0 && share <= 100)) {
      return [GZ.t("Greenery is a number from 0 to 100, or empty."), null, "greening"];
    }
    return null;
  }

  function record() {
    const share = number("greening");
    return {
      plot_id: plotId(),
      date: field("date").value,
      time: field("time").value || null,
      started: chosen("started"),
      stage: field("stage").value || null,
      tidiness: chosen("tidiness") || null,
      greening_share: share === null ? null : Math.round(share * 10) / 1000,
      note: field("note").value.trim() || null,
      lon: number("lon"),
      lat: number("lat"),
      accuracy_m: number("lat") === null ? null : accuracy,
    };
  }

  function save() {
    const wrong = problem();
    if (wrong) {
      say(wrong[0], "bad");
      const target = wrong[1] ? node(wrong[1]) : form.querySelector('[name="' + wrong[2] + '"]');
      target.focus();
      return;
    }
    Promise.all(
      photos.map(function (photo) {
        return readText(photo.file);
      }),
    ).then(download, function (error) {
      say(GZ.t("The photo {name} cannot be read; remove it and add it again.", { name: error.message }), "bad");
    });
  }

  function download(texts) {
    const inspection = Object.assign(record(), {
      photos: photos.map(function (photo, place) {
        return {
          name: photo.file.name,
          type: photo.file.type,
          bytes: photo.file.size,
          sha256: photo.hash || null,
          taken: photo.taken,
          data: texts[place],
        };
      }),
    });
    const content = { inspections: [inspection], version: 1, by: field("by").value.trim() };
    const blob = new Blob([JSON.stringify(content)], { type: "application/json" });
    const stem = (inspection.plot_id.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 40) || "plot") + "-" + inspection.date;
    const link = GZ.el("a", { href: URL.createObjectURL(blob), download: "inspection-" + stem + ".json" });
    document.body.append(link);
    link.click();
    window.setTimeout(function () {
      URL.revokeObjectURL(link.href);
      link.remove();
    }, 5000);
    GZ.remember(KEPT, "");
    say(GZ.t("Saved as {file}. Send it to the department.", { file: link.download }), "done");
  }

  /* ---- the draft, without photos ---- */

  function keep() {
    const draft = Object.assign(record(), { by: field("by").value, greening: field("greening").value });
    GZ.remember(KEPT, JSON.stringify(draft));
    GZ.remember("inspector", field("by").value);
  }

  function recall() {
    setNow();
    field("by").value = GZ.recall("inspector") || "";
    try {
      const draft = JSON.parse(GZ.recall(KEPT) || "null");
      if (draft && draft.date && (!plotId() || draft.plot_id === plotId())) {
        fill(draft);
      }
    } catch (error) {
      say(GZ.t("The draft of last time cannot be read: {reason}", { reason: error.message }), "bad");
    }
  }

  function fill(draft) {
    if (!plotId() && draft.plot_id) {
      GZ.setView({ plot: String(draft.plot_id) });
    }
    ["date", "time", "stage", "note", "greening", "lat", "lon"].forEach(function (name) {
      if (draft[name] !== null && draft[name] !== undefined && draft[name] !== "") {
        field(name).value = String(draft[name]);
      }
    });
    ["started", "tidiness"].forEach(function (name) {
      form.querySelectorAll('input[name="' + name + '"]').forEach(function (input) {
        input.checked = input.value === (draft[name] || "");
      });
    });
  }

  function another() {
    const by = field("by").value;
    form.reset();
    photos.forEach(function (photo) {
      URL.revokeObjectURL(photo.view);
    });
    photos = [];
    accuracy = null;
    field("by").value = by;
    located("");
    say("");
    showPhotos();
    setNow();
    GZ.remember(KEPT, "");
    GZ.setView({ plot: null });
    node("plot-find").focus();
  }

  /* ---- the sheet of paper: what is filled in, boxes and lines for the rest ---- */

  function boxes(options, value) {
    const cell = GZ.el("td", {});
    options.forEach(function (option) {
      cell.append(GZ.el("span", { class: "box" }, (option[0] === value ? "☒ " : "☐ ") + option[1]));
    });
    return cell;
  }

  function row(label, cell) {
    return GZ.el("tr", {}, GZ.el("th", { scope: "row" }, label), typeof cell === "string" ? GZ.el("td", {}, cell) : cell);
  }

  function drawSheet() {
    const seen = record();
    const id = plotId();
    const where = seen.lat === null ? "" : seen.lat + ", " + seen.lon + (accuracy === null ? "" : " (± " + accuracy + " " + GZ.t("m") + ")");
    const stages = Object.keys(GZ.page.stages).map(function (name) {
      return [name, GZ.say(GZ.page.stages[name])];
    });
    const started = [["yes", GZ.t("work seen")], ["no", GZ.t("no work seen")], ["unknown", GZ.t("could not be told")]];
    const order = [["good", GZ.t("good")], ["fair", GZ.t("with remarks")], ["poor", GZ.t("poor")]];
    const isBlank = !seen.started;
    const when = isBlank ? "" : GZ.date(seen.date) + (seen.time ? ", " + seen.time : "");
    const table = GZ.el("table", {}, GZ.el("tbody", {},
      row(GZ.t("Date and time"), when),
      row(GZ.t("Position"), where),
      row(GZ.t("Work started?"), boxes(started, seen.started)),
      row(GZ.t("Stage"), boxes(stages, seen.stage)),
      row(GZ.t("Order on the plot"), boxes(order, seen.tidiness)),
      row(GZ.t("Greenery, % of the plot"), field("greening").value),
      row(GZ.t("Note"), GZ.el("td", { class: "lines" }, seen.note || "")),
      row(GZ.t("Photos"), photos.map(photoLine).join("; ")),
    ));
    const head = [GZ.el("h2", {}, GZ.t("Inspection of plot: {plot}", { plot: id ? title(id) : "____________________" }))];
    if (about(id).length) {
      head.push(GZ.el("p", { class: "unit" }, GZ.name(about(id).join(" · "))));
    }
    const by = field("by").value.trim() || "____________________";
    const sheet = node("sheet");
    sheet.replaceChildren.apply(sheet, head.concat([
      table,
      GZ.el("p", { class: "sign" }, GZ.t("Inspected by: {name}    Signature: ____________________", { name: by })),
      GZ.el("p", { class: "sign" }, GZ.t("Holder or witness: ____________________    Signature: ____________________")),
      GZ.el("p", { class: "unit" }, GZ.t("State on {day}", { day: GZ.date(GZ.page.asOf) })),
    ]));
  }

  GZ.onStart(function () {
    form = node("inspection");
    if (!form) {
      return;
    }
    GZ.page = GZ.data("page-data");
    form.addEventListener("submit", function (event) {
      event.preventDefault();
    });
    node("plot-find").addEventListener("input", found);
    node("plot-find").addEventListener("keydown", function (event) {
      const first = node("plot-found").querySelector("button");
      if (event.key === "Enter" && first) {
        event.preventDefault();
        first.click();
      }
    });
    node("locate").addEventListener("click", locate);
    node("photos").addEventListener("change", function (event) {
      const files = Array.from(event.target.files);
      event.target.value = "";
      addPhotos(files);
    });
    node("save").addEventListener("click", save);
    node("another").addEventListener("click", another);
    node("print").addEventListener("click", function () {
      drawSheet();
      window.print();
    });
    window.addEventListener("beforeprint", drawSheet);
    form.addEventListener("input", keep);
    ["lat", "lon"].forEach(function (name) {
      field(name).addEventListener("input", function () {
        accuracy = null;
      });
    });
    recall();
    GZ.onView(function (view, changed) {
      if (changed.includes("plot")) {
        showPlot();
      }
    });
    GZ.onLanguage(function () {
      showPlot();
      showPhotos();
    });
  });
})();
