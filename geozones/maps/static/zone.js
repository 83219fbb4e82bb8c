/* The page of one zone: its map, the table of its plots, and the card of the plot that is chosen. */
(function () {
  "use strict";

  const GZ = window.GZ;
  const L = window.L;

  /** More lines below the state of a plot in the table. */
  GZ.rowMore = [];
  /** More lines below the answer on a network in the table: each gives a text or "" for a network and a place. */
  GZ.networkMore = [];

  function answerCell(name, place) {
    const answer = GZ.NEAR[GZ.plots.rows.near[name][place]];
    const network = GZ.page.networks[name];
    const metres = network.metres ? network.metres[place] : null;
    const text = network.klass
      ? GZ.distanceClass(network.klass[place])
      : metres === null
        ? ""
        : metres
          ? GZ.metres(metres)
          : GZ.t("at the boundary");
    const cell = GZ.el(
      "span",
      { class: "answer-" + answer },
      GZ.el("span", { class: "sign", "aria-hidden": "true" }, GZ.SIGNS[answer]),
      GZ.el("span", { class: "sr" }, GZ.answerWords(answer)),
      text ? " " + text : "",
    );
    GZ.networkMore.forEach(function (more) {
      const words = more(name, place);
      if (words) {
        cell.append(GZ.el("span", { class: "row-more" }, words));
      }
    });
    return cell;
  }

  function networkColumn(name) {
    return {
      key: name,
      className: "nowrap",
      label: function () {
        return GZ.networkWords(name);
      },
      value: function (place) {
        const network = GZ.page.networks[name];
        return (network.metres || network.klass)[place];
      },
      cell: function (place) {
        return answerCell(name, place);
      },
    };
  }

  function stateCell(place) {
    const passed = GZ.plots.rows.passed && GZ.plots.rows.passed[place];
    const state = GZ.plots.stateOf(place);
    const cell = GZ.el("span", { class: "state-cell state-" + state }, GZ.swatch(state, passed), GZ.stateWords(state));
    (GZ.plots.today ? [] : GZ.rowMore).forEach(function (more) {
      const text = more(place);
      if (text) {
        cell.append(GZ.el("span", { class: "row-more" }, GZ.name(text)));
      }
    });
    return cell;
  }

  const number = {
    key: "number",
    label: function () {
      return "№";
    },
    value: function (place) {
      return GZ.plots.rows.number[place] || GZ.plots.rows.id[place];
    },
    cell: function (place) {
      const name = GZ.plots.rows.number[place] || GZ.plots.rows.id[place];
      const button = GZ.el("button", { type: "button", class: "row-button" }, GZ.name(name));
      button.addEventListener("click", function () {
        choose(place);
      });
      return button;
    },
  };
  const state = {
    key: "state",
    label: function () {
      return GZ.t("State");
    },
    value: function (place) {
      return GZ.STATES.length - GZ.plots.rows.state[place];
    },
    cell: stateCell,
  };
  const hectares = {
    key: "ha",
    number: true,
    label: function () {
      return GZ.t("ha");
    },
    value: function (place) {
      return GZ.plots.rows.ha[place];
    },
    cell: function (place) {
      return GZ.hectaresCell(place);
    },
  };

  GZ.plotColumns = { number: number, state: state, hectares: hectares };

  let table = null;
  let links = null;
  let opener = null;

  function choose(place) {
    opener = document.activeElement;
    GZ.setView({ plot: GZ.plots.rows.id[place] });
    const card = document.getElementById("card");
    card.focus({ preventScroll: true });
    const top = card.getBoundingClientRect().top;
    if (top < 0 || top > window.innerHeight - 120) {
      card.scrollIntoView({ block: "start" });
    }
  }

  function close() {
    GZ.setView({ plot: null });
    if (opener && opener.isConnected) {
      opener.focus();
    }
  }

  /* From the plot to the nearest connection point of each network, else to its nearest line. */
  function drawLinks(place) {
    if (links) {
      links.remove();
      links = null;
    }
    if (place < 0) {
      return;
    }
    GZ.pane(GZ.map, "links", 450);
    links = L.layerGroup().addTo(GZ.map);
    GZ.NETWORKS.forEach(function (name) {
      const near = GZ.page.networks[name].existing;
      const link = near && near.link ? near.link[place] : null;
      if (link) {
        const line = GZ.unpack(link);
        L.polyline(line, { pane: "links", className: "link-halo", interactive: false }).addTo(links);
        L.polyline(line, { pane: "links", className: "link link-" + name, interactive: false }).addTo(links);
        L.circleMarker(line[line.length - 1], {
          pane: "links",
          radius: 4,
          className: "link-end link-" + name,
          interactive: false,
        }).addTo(links);
      }
    });
  }

  function showPlot() {
    const card = document.getElementById("card");
    const list = document.getElementById("plot-list");
    const place = GZ.view.plot ? GZ.plots.indexOf(GZ.view.plot) : -1;
    GZ.plots.choose(place);
    drawLinks(place);
    card.hidden = place < 0;
    list.hidden = place >= 0;
    if (place >= 0) {
      if (!GZ.drawCompared(card)) {
        GZ.drawCard(card, place, close);
      }
      card.setAttribute("aria-labelledby", "card-title");
      const bounds = GZ.plots.boundsOf(place);
      if (!GZ.map.getBounds().contains(bounds)) {
        GZ.map.panTo(bounds.getCenter(), { animate: false });
      }
    }
  }

  function drawZone() {
    const zone = GZ.page.zone;
    GZ.pane(GZ.map, "zone-ground", 300);
    GZ.pane(GZ.map, "zone-edge", 405);
    const shape = GZ.unpackPolygons(zone.shape);
    L.polygon(shape, { pane: "zone-ground", className: "zone-ground", interactive: false }).addTo(GZ.map);
    const rest = GZ.unpackPolygons(zone.undivided);
    if (rest.length) {
      L.polygon(rest, {
        pane: "zone-ground",
        className: "undivided",
        fillColor: "url(#gz-undivided)",
        interactive: false,
      }).addTo(GZ.map);
    }
    L.polygon(shape, { pane: "zone-edge", className: "zone-edge", interactive: false }).addTo(GZ.map);
    GZ.wholeBounds = L.latLngBounds(shape.flat(2));
  }

  function describe(place) {
    const rows = GZ.plots.rows;
    const name = "№ " + (rows.number[place] || rows.id[place]);
    const words = GZ.stateWords(GZ.plots.stateOf(place));
    return [name + " · " + GZ.plotHectares(rows.ha[place]) + " " + GZ.t("ha"), words];
  }

  GZ.onStart(function () {
    GZ.page = GZ.data("page-data");
    if (GZ.page.kind !== "zone") {
      return;
    }
    GZ.page.networks = GZ.page.networks || GZ.plots.data.networks;
    GZ.page.land = GZ.page.land || (GZ.plots.data || {}).land || null;
    drawZone();
    GZ.plots.options.onChoose = choose;
    GZ.plots.options.describe = describe;
    GZ.map.on("click", function () {
      GZ.setView({ plot: null });
    });
    const box = document.getElementById("plot-table");
    if (box) {
      table = GZ.table(box, {
        columns: [number, state, hectares].concat(GZ.NETWORKS.map(networkColumn)),
        rows: GZ.kept,
        sort: "",
        limit: 200,
        empty: function () {
          return GZ.t("No plot answers this filter. Choose “all”, or tick a state in the legend.");
        },
        rowClass: function (place) {
          return GZ.plots.rows.passed && GZ.plots.rows.passed[place] ? "is-passed" : null;
        },
        onSort: function (sort) {
          GZ.setView({ sort: sort });
        },
        onOpen: choose,
      });
    }
    window.addEventListener("beforeprint", drawPrintRows);
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && GZ.view.plot && event.target.id !== "search") {
        close();
      }
    });
    GZ.fitAll();
    GZ.onLanguage(drawAll);
    GZ.onView(function (view, changed) {
      if (changed.includes("plot") || changed.includes("with")) {
        showPlot();
      }
      if (GZ.changesRows(changed)) {
        drawTable();
      }
    });
  });

  function drawTable() {
    if (table) {
      table.setSort(GZ.view.sort);
      table.draw();
      document.getElementById("plot-sum").textContent = GZ.sumWords(GZ.kept());
    }
  }

  /* On paper: the plots that the filter keeps, else the free ones, in as many columns as the paper has room for. */
  function drawPrintRows() {
    const box = document.getElementById("print-rows");
    const filtered = GZ.isFiltered();
    const rows = GZ.places().filter(function (place) {
      return filtered ? GZ.keepsPlot(place) : GZ.plots.stateOf(place) === "free";
    });
    const several = rows.some(function (place) {
      return GZ.plots.stateOf(place) !== "free";
    });
    const most = GZ.PAPERS[GZ.paper()].columns - (several ? 1 : 0);
    const share = Math.ceil(rows.length / Math.max(1, most));
    const columns = GZ.el("div", { class: "print-columns" });
    for (let start = 0; start < rows.length; start += share) {
      const holder = GZ.el("div", {});
      columns.append(holder);
      GZ.table(holder, {
        columns: [plain(number), several ? state : null, hectares].filter(Boolean).concat(GZ.NETWORKS.map(networkColumn)),
        rows: function () {
          return rows.slice(start, start + share);
        },
        limit: Infinity,
        empty: String,
      }).draw();
    }
    const title = filtered ? GZ.t("Plots of the filter") : GZ.t("Free plots");
    box.replaceChildren(GZ.el("h2", {}, title + ": " + GZ.sumWords(rows)), columns);
  }

  function plain(column) {
    return Object.assign({}, column, {
      cell: function (place) {
        return GZ.name(column.value(place));
      },
    });
  }

  function drawAll() {
    drawTable();
    showPlot();
  }
})();
