/* Tables made in the page: sorted by their headings, walked through by keys, their sums in the caption. */
(function () {
  "use strict";

  const GZ = window.GZ;

  /** A menu that opens below its button: closed by Escape and by a click elsewhere. */
  GZ.bindMenu = function (menu) {
    menu.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.open) {
        event.stopPropagation();
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", function (event) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  };

  const FIRST_ROWS = 100;
  const MANY = 20000;
  const MOST_AT_ONCE = 2000;
  const STEP = 200;

  function compare(a, b) {
    if (a === null || a === undefined || a === "") {
      return b === null || b === undefined || b === "" ? 0 : 1;
    }
    if (b === null || b === undefined || b === "") {
      return -1;
    }
    if (typeof a === "number" && typeof b === "number") {
      return a - b;
    }
    return String(a).localeCompare(String(b), GZ.language(), { numeric: true });
  }

  /* Of many rows only numbers are sorted by, in typed arrays; what is missing goes to the end. */
  function sortedNumbers(rows, column, turn) {
    const keys = new Float64Array(rows.length);
    const order = new Uint32Array(rows.length);
    for (let place = 0; place < rows.length; place += 1) {
      const value = (column.rank || column.value)(rows[place]);
      keys[place] = typeof value === "number" && Number.isFinite(value) ? turn * value : Infinity;
      order[place] = place;
    }
    order.sort(function (a, b) {
      return keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b;
    });
    return Array.from(order, function (place) {
      return rows[place];
    });
  }

  /**
   * Fill `box` with a table.
   * options: columns [{key, label(), value(row), cell(row), number, wide}], rows(), sort, caption(rows),
   * empty(), onSort(sort), rowClass(row), onOpen(row), limit, learn(rows) (a promise where the words of some rows
   * are still to come); of a column also rank(row), its number to sort many rows by.
   */
  GZ.table = function (box, options) {
    let sort = options.sort || "";
    let limit = options.limit || FIRST_ROWS;

    function sorted() {
      const key = sort.replace(/^-/, "");
      const column = options.columns.find(function (each) {
        return each.key === key;
      });
      const rows = options.rows().slice();
      if (!column) {
        return rows;
      }
      const turn = sort.startsWith("-") ? -1 : 1;
      if (rows.length > MANY) {
        return sortedNumbers(rows, column, turn);
      }
      return rows
        .map(function (row, place) {
          return { row: row, value: column.value(row), place: place };
        })
        .sort(function (a, b) {
          const missing = compare(a.value, b.value);
          const blank = a.value === null || a.value === undefined || b.value === null || b.value === undefined;
          return (blank ? missing : turn * missing) || a.place - b.place;
        })
        .map(function (each) {
          return each.row;
        });
    }

    function heading(column) {
      const now = sort.replace(/^-/, "") === column.key;
      const down = sort.startsWith("-");
      const button = GZ.el(
        "button",
        {
          type: "button",
          class: "sort",
          onclick: function () {
            const first = column.number ? "-" : "";
            sort = now ? (down ? "" : "-") + column.key : first + column.key;
            if (options.onSort) {
              options.onSort(sort);
            }
            draw();
            const again = box.querySelector('th[data-key="' + column.key + '"] button');
            if (again) {
              again.focus();
            }
          },
        },
        column.label(),
        GZ.el("span", { class: "sort-mark", "aria-hidden": "true" }, now ? (down ? "▼" : "▲") : "↕"),
      );
      if (column.isPlain) {
        return GZ.el("th", { scope: "col", class: column.className || null }, column.label());
      }
      return GZ.el(
        "th",
        {
          scope: "col",
          "data-key": column.key,
          class: column.number ? "num" : null,
          "aria-sort": now ? (down ? "descending" : "ascending") : null,
        },
        column.fixed ? column.label() : button,
      );
    }

    function line(row) {
      const node = GZ.el("tr", { class: options.rowClass ? options.rowClass(row) : null });
      options.columns.forEach(function (column, place) {
        const cell = column.cell(row);
        const tag = place === 0 ? "th" : "td";
        node.append(
          GZ.el(
            tag,
            {
              scope: place === 0 ? "row" : null,
              class: (column.number ? "num " : "") + (column.className || ""),
              "data-label": column.label(),
            },
            cell,
          ),
        );
      });
      if (options.onOpen) {
        node.addEventListener("click", function (event) {
          if (!event.target.closest("a, button")) {
            options.onOpen(row);
          }
        });
      }
      return node;
    }

    function draw() {
      const rows = sorted();
      const shown = rows.slice(0, limit);
      const head = GZ.el("tr", {});
      options.columns.forEach(function (column) {
        head.append(heading(column));
      });
      const coming = options.learn ? options.learn(shown) : null;
      if (coming) {
        coming.then(draw);
      }
      const body = GZ.el("tbody", {});
      shown.forEach(function (row) {
        body.append(line(row));
      });
      const caption = options.caption ? GZ.el("caption", {}, options.caption(rows)) : null;
      const table = GZ.el("table", { class: "rows" }, caption, GZ.el("thead", {}, head), body);
      box.replaceChildren(table);
      if (!rows.length) {
        box.append(GZ.el("p", { class: "empty" }, options.empty()));
      }
      if (rows.length > shown.length) {
        box.append(
          GZ.el(
            "button",
            {
              type: "button",
              class: "button more",
              onclick: function () {
                limit = rows.length > MOST_AT_ONCE ? limit + STEP : Infinity;
                draw();
              },
            },
            rows.length > MOST_AT_ONCE
              ? GZ.t("Show {n} more", { n: GZ.number(Math.min(STEP, rows.length - limit)) })
              : GZ.t("Show all {n}", { n: GZ.number(rows.length) }),
          ),
        );
      }
    }

    box.addEventListener("keydown", function (event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const row = step && event.target.closest ? event.target.closest("tbody tr") : null;
      const next = row ? (step > 0 ? row.nextElementSibling : row.previousElementSibling) : null;
      const target = next ? next.querySelector("a, button") : null;
      if (target) {
        event.preventDefault();
        target.focus();
      }
    });

    return {
      draw: draw,
      setSort: function (wanted) {
        const known = options.columns.some(function (column) {
          return column.key === (wanted || "").replace(/^-/, "");
        });
        sort = known ? wanted : options.sort || "";
      },
      setLimit: function (wanted) {
        limit = wanted;
      },
    };
  };
})();
