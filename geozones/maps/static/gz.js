/* The ground of all pages: languages, numbers, safe elements, and the view that stands in the address. */
(function () {
  "use strict";

  const LANGUAGES = ["kk", "ru", "en"];
  const STATES = ["operating", "allocated", "reserved", "releasing", "free"];
  const NETWORKS = ["gas", "power", "water"];
  const NBSP = "\u00a0";
  const root = document.documentElement;
  const listeners = { language: [], view: [] };
  const ready = [];

  const GZ = (window.GZ = {
    LANGUAGES: LANGUAGES,
    STATES: STATES,
    NETWORKS: NETWORKS,
    dictionary: {},
    onlyChoices: ["free", "no-gas", "no-power", "no-water"],
    view: {},
  });

  /* ---- memory that may be switched off ---- */

  GZ.remember = function (key, value) {
    try {
      window.localStorage.setItem("geozones." + key, value);
      return true;
    } catch (error) {
      return error === null;
    }
  };

  GZ.recall = function (key) {
    try {
      return window.localStorage.getItem("geozones." + key);
    } catch (error) {
      return error === null ? "" : null;
    }
  };

  /* ---- languages ---- */

  GZ.language = function () {
    return LANGUAGES.includes(root.lang) ? root.lang : "en";
  };

  GZ.setLanguage = function (language) {
    if (!LANGUAGES.includes(language)) {
      return;
    }
    root.lang = language;
    const place = LANGUAGES.indexOf(language);
    document.querySelectorAll("[data-words]").forEach(function (node) {
      node.dataset.words.split(" ").forEach(function (name) {
        node.setAttribute(name, JSON.parse(node.getAttribute("data-" + name + "-words"))[place]);
      });
    });
    const title = JSON.parse(root.dataset.titles || "[]")[place];
    if (title) {
      document.title = title;
    }
    document.querySelectorAll("[data-language]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    });
    listeners.language.forEach(function (listener) {
      listener(language);
    });
  };

  GZ.onLanguage = function (listener) {
    listeners.language.push(listener);
  };

  function pluralForm(n, language) {
    if (language !== "ru") {
      return n === 1 ? 0 : 1;
    }
    const ten = n % 10;
    const hundred = n % 100;
    if (ten === 1 && hundred !== 11) {
      return 0;
    }
    return ten >= 2 && ten <= 4 && (hundred < 10 || hundred >= 20) ? 1 : 2;
  }

  function fill(text, fields) {
    return text.replace(/\{(\w+)\}/g, function (whole, name) {
      return fields && name in fields ? String(fields[name]) : whole;
    });
  }

  GZ.isPublic = function () {
    return root.dataset.audience === "public";
  };

  /** Take in the texts of a bundle of scripts: by language, by English text. */
  GZ.learnWords = function (words) {
    Object.keys(words).forEach(function (language) {
      GZ.dictionary[language] = Object.assign(GZ.dictionary[language] || {}, words[language]);
    });
  };

  /** Translate an English text and fill its fields in. */
  GZ.t = function (text, fields) {
    const found = (GZ.dictionary[GZ.language()] || {})[text];
    return fill(typeof found === "string" ? found : text, fields);
  };

  /** Translate a text whose form depends on the number n. */
  GZ.tn = function (singular, plural, n, fields) {
    const found = (GZ.dictionary[GZ.language()] || {})[singular + "\u0004" + plural];
    const forms = Array.isArray(found) ? found : [singular, plural];
    const form = forms[Math.min(pluralForm(n, found ? GZ.language() : "en"), forms.length - 1)];
    return fill(form, Object.assign({ n: GZ.number(n) }, fields));
  };

  /** Take the page's language out of a text that stands in the data: one text, or one a language. */
  GZ.say = function (words) {
    return Array.isArray(words) ? words[LANGUAGES.indexOf(GZ.language())] : words === null ? "" : String(words);
  };

  /* ---- numbers and dates ---- */

  GZ.number = function (value, decimals) {
    const english = GZ.language() === "en";
    const written = decimals === undefined ? String(Math.round(value * 1000) / 1000) : value.toFixed(decimals);
    const parts = written.split(".");
    const whole = parts[0].replace(/\B(?=(\d{3})+$)/g, english ? "," : NBSP);
    return parts.length > 1 ? whole + (english ? "." : ",") + parts[1] : whole;
  };

  GZ.hectares = function (value) {
    const tenths = Math.round(value * 10) / 10;
    return GZ.number(tenths, tenths % 1 !== 0 && tenths < 100 ? 1 : 0);
  };

  /** Hectares of one plot: as exact as the document gives them, up to two decimals. */
  GZ.plotHectares = function (value) {
    return Number.isFinite(value) ? GZ.number(value, 2) : "?";
  };

  GZ.metres = function (metres) {
    if (metres < 1000) {
      return GZ.number(metres) + NBSP + GZ.t("m");
    }
    return GZ.number(metres / 1000, metres < 10000 && metres % 1000 !== 0 ? 1 : 0) + NBSP + GZ.t("km");
  };

  GZ.date = function (iso) {
    const parts = iso.split("-");
    if (GZ.language() !== "en") {
      return parts[2] + "." + parts[1] + "." + parts[0];
    }
    const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    return Number(parts[2]) + " " + months[Number(parts[1]) - 1] + " " + parts[0];
  };

  GZ.tenge = function (value) {
    if (value >= 1e9) {
      return GZ.number(Math.round(value / 1e8) / 10) + NBSP + GZ.t("bn ₸");
    }
    return GZ.number(Math.round(value / 1e5) / 10) + NBSP + GZ.t("m ₸");
  };

  /* ---- elements: text goes in as text, never as markup ---- */

  GZ.el = function (tag, attributes) {
    const node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      const value = attributes[name];
      if (name.startsWith("on")) {
        node.addEventListener(name.slice(2), value);
      } else if (value !== null && value !== undefined && value !== false) {
        node.setAttribute(name, value === true ? "" : String(value));
      }
    });
    for (let i = 2; i < arguments.length; i += 1) {
      const child = arguments[i];
      if (child !== null && child !== undefined && child !== "") {
        node.append(child);
      }
    }
    return node;
  };

  /** A name out of the data, kept from turning the text around it when it runs from right to left. */
  GZ.name = function (text) {
    return GZ.el("bdi", {}, GZ.say(text));
  };

  GZ.svg = function (tag, attributes) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes || {}).forEach(function (name) {
      node.setAttribute(name, String(attributes[name]));
    });
    for (let i = 2; i < arguments.length; i += 1) {
      node.append(arguments[i]);
    }
    return node;
  };

  const read = new Map();

  /** Data of the page by the id of its element, read once. */
  GZ.data = function (id) {
    const node = document.getElementById(id);
    if (node && !read.has(id)) {
      read.set(id, JSON.parse(node.textContent));
    }
    return node ? read.get(id) : null;
  };

  /* ---- the view: what stands behind # in the address, read as data only ---- */

  const KEYS = {
    plot: /^[^\u0000-\u001f]{1,120}$/,
    zone: /^[^\u0000-\u001f]{1,120}$/,
    only: /^[a-z-]{1,20}$/,
    hide: /^[a-z,]{1,80}$/,
    show: /^[a-z]{1,20}$/,
    sort: /^-?[a-z]{1,20}$/,
    ha: /^(\d{1,6}(\.\d{1,2})?)?-(\d{1,6}(\.\d{1,2})?)?$/,
    hazard: /^(I|II|III|IV|V)$/,
    district: /^[^\u0000-\u001f]{1,40}$/,
    sector: /^[^\u0000-\u001f]{1,160}$/,
    gas: /^(near|capable|allowed|none)?(,m\d{1,6})?(,n\d{1,9})?$/,
    power: /^(near|capable|allowed|none)?(,m\d{1,6})?(,n\d{1,9})?$/,
    water: /^(near|capable|allowed|none)?(,m\d{1,6})?(,n\d{1,9})?$/,
    firm: /^1$/,
    with: /^[^\u0000-\u001f]{1,120}$/,
    on: /^\d{4}-\d\d-\d\d$/,
    lang: /^(kk|ru|en)$/,
  };

  function readView() {
    const view = {};
    let parameters;
    try {
      parameters = new URLSearchParams(window.location.hash.slice(1, 2000));
    } catch (error) {
      return error ? view : view;
    }
    Object.keys(KEYS).forEach(function (key) {
      const value = parameters.get(key);
      if (value !== null && KEYS[key].test(value)) {
        view[key] = value;
      }
    });
    if (!GZ.onlyChoices.includes(view.only)) {
      delete view.only;
    }
    return view;
  }

  GZ.hashOf = function (view) {
    const parameters = new URLSearchParams();
    Object.keys(KEYS).forEach(function (key) {
      if (view[key]) {
        parameters.set(key, view[key]);
      }
    });
    const written = parameters.toString();
    return written ? "#" + written : "";
  };

  function tell(changed) {
    listeners.view.forEach(function (listener) {
      listener(GZ.view, changed);
    });
  }

  /** Change the view; a value of null takes a key out. */
  GZ.setView = function (patch) {
    const before = GZ.view;
    const next = Object.assign({}, before, patch);
    const changed = Object.keys(patch).filter(function (key) {
      return (before[key] || null) !== (patch[key] || null);
    });
    Object.keys(next).forEach(function (key) {
      if (next[key] === null || next[key] === "") {
        delete next[key];
      }
    });
    GZ.view = next;
    const address = window.location.pathname + window.location.search + GZ.hashOf(next);
    try {
      window.history.replaceState(null, "", address);
    } catch (error) {
      window.location.hash = error ? GZ.hashOf(next) : "";
    }
    if (changed.length) {
      tell(changed);
    }
  };

  GZ.onView = function (listener) {
    listeners.view.push(listener);
  };

  /** Hear of a change of the view before all others do. */
  GZ.beforeView = function (listener) {
    listeners.view.unshift(listener);
  };

  GZ.hidden = function () {
    const hidden = (GZ.view.hide || "").split(",");
    return new Set(
      STATES.filter(function (state) {
        return hidden.includes(state);
      }),
    );
  };

  /* ---- start ---- */

  GZ.onStart = function (work) {
    ready.push(work);
  };

  /** Say whether the page is one file, which can lead nowhere but to itself. */
  GZ.isSingle = function () {
    return "single" in root.dataset;
  };

  /** Address of the page of a zone; a hash with a plot may follow. */
  GZ.zonePage = function (stem) {
    return GZ.isSingle() ? "" : (root.dataset.zones || "zones/") + stem + ".html";
  };

  function startLanguage() {
    const wanted = GZ.view.lang || GZ.recall("language");
    GZ.setLanguage(LANGUAGES.includes(wanted) ? wanted : GZ.language());
    document.querySelectorAll("[data-language]").forEach(function (button) {
      button.addEventListener("click", function () {
        GZ.remember("language", button.dataset.language);
        GZ.setLanguage(button.dataset.language);
        GZ.setView({ lang: button.dataset.language });
      });
    });
    document.addEventListener("click", carryLanguage, true);
  }

  /* A browser may keep no memory for files: a language that was chosen goes along with the links. */
  function carryLanguage(event) {
    const link = event.target.closest ? event.target.closest("a[href]") : null;
    const href = link ? link.getAttribute("href") : "";
    if (!GZ.view.lang || !/^[^#?:]*\.html(#|$)/.test(href)) {
      return;
    }
    const parts = href.split("#");
    const parameters = new URLSearchParams(parts[1] || "");
    parameters.set("lang", GZ.view.lang);
    link.setAttribute("href", parts[0] + "#" + parameters.toString());
  }

  const awaited = [];

  /** Let the page start only when this promise is settled. */
  GZ.waitFor = function (promise) {
    awaited.push(promise);
  };

  /* A page that is one file has no neighbours: what would lead to one becomes plain text. */
  function cutLinks() {
    document.querySelectorAll('a[href]:not([href^="#"])').forEach(function (link) {
      if (link.getAttribute("href")) {
        link.replaceWith.apply(link, Array.from(link.childNodes));
      }
    });
  }

  GZ.start = function () {
    if (awaited.length) {
      Promise.allSettled(awaited.splice(0)).then(begin);
    } else {
      begin();
    }
  };

  function begin() {
    GZ.view = readView();
    startLanguage();
    ready.forEach(function (work) {
      work();
    });
    tell(Object.keys(KEYS));
    window.addEventListener("hashchange", function () {
      GZ.view = readView();
      if (GZ.view.lang) {
        GZ.setLanguage(GZ.view.lang);
      }
      tell(Object.keys(KEYS));
    });
    document.querySelectorAll("[data-view]").forEach(function (link) {
      link.addEventListener("click", function (event) {
        event.preventDefault();
        const empty = {};
        Object.keys(KEYS).forEach(function (key) {
          if (key !== "lang" && key !== "on") {
            empty[key] = null;
          }
        });
        GZ.setView(Object.assign(empty, JSON.parse(link.dataset.view)));
        const target = document.getElementById(link.getAttribute("href").slice(1));
        if (target) {
          target.scrollIntoView({ block: "start" });
          target.focus({ preventScroll: true });
        }
      });
    });
    if (GZ.isSingle()) {
      cutLinks();
    }
    root.classList.add("is-ready");
  }
})();
