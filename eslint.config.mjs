/* Our scripts and styles have to work in Chrome 109 and Firefox ESR 115, by double click, with no network. */
import css from "@eslint/css";
import compat from "eslint-plugin-compat";
import globals from "globals";
import oldBrowsers from "./tools/old_browsers.mjs";

const usable = { ...globals.browser };
for (const blocked of ["fetch", "XMLHttpRequest", "Worker", "SharedWorker", "EventSource", "WebSocket"]) {
  delete usable[blocked]; // what a page opened from a file may not or shall not use
}

/* Baseline 2022 counts Safari too and is a little older than our oldest browsers: what those have all the same. */
const allowed = {
  allowAtRules: ["container", "counter-style", "page"],
  allowProperties: [
    ..."accent-color backdrop-filter container container-name container-type hyphens outline".split(" "),
    ..."overflow-anchor page print-color-adjust resize scrollbar-gutter".split(" "),
  ],
  allowSelectors: ["selection"],
};

export default [
  { ignores: ["**/vendor/**", "node_modules/**", ".venv/**", "maps_out/**"] },
  {
    files: ["**/*.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "script",
      globals: { ...usable, GZ: "writable", L: "readonly" },
    },
    plugins: { compat, "old-browsers": oldBrowsers },
    settings: { browsers: ["chrome 109", "firefox 115"] },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "compat/compat": "error",
      "old-browsers/methods": "error",
      "no-undef": "error",
      "no-unused-vars": ["error", { args: "none" }],
      "no-invalid-regexp": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Names come from data: make elements and set textContent." },
        { property: "outerHTML", message: "Names come from data: make elements and set textContent." },
        { property: "insertAdjacentHTML", message: "Names come from data: make elements and set textContent." },
        { object: "document", property: "write", message: "Make elements instead." },
      ],
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  {
    files: ["**/*.html.js"], // inline scripts of pages; Folium writes some of them
    rules: { "no-var": "off", "prefer-const": "off", "no-unused-vars": "off", "no-undef": "off" },
  },
  {
    files: ["**/*.css"],
    plugins: { css },
    language: "css/css",
    rules: {
      "css/use-baseline": ["error", { available: 2022, ...allowed }],
      "css/no-duplicate-imports": "error",
      "css/no-invalid-at-rules": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "Function[name=/^(linear|sin|cos|tan|asin|acos|atan|atan2|pow|sqrt|hypot|log|exp|mod|rem|abs|sign)$/]",
          message: "linear() easing and the mathematical functions are newer than Chrome 109.",
        },
        { selector: "Nth > SelectorList", message: ":nth-child(… of …) is newer than Chrome 109." },
        {
          selector: "Function[name=/^(rgba?|hsla?|hwb)$/] > Identifier[name='from']",
          message: "Relative colours are newer than Chrome 109 and Firefox 115.",
        },
        { selector: "Atrule[name='import'], Url[value=/^(https?:)?\\/\\//]", message: "Styles load nothing from outside." },
      ],
    },
  },
];
