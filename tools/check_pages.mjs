/* Check scripts, styles and the inline parts of pages against eslint.config.mjs.

   node tools/check_pages.mjs [FILE or FOLDER …]      without names: our own scripts, styles and templates

What lies outside this folder (a generated run, a planted file) is checked as if it stood among our own files. */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, extname, join, relative, resolve } from "node:path";
import { ESLint } from "eslint";

const OWN = ["geozones/maps/static", "geozones/maps/templates"];
const KINDS = new Set([".js", ".css", ".html"]);
const root = resolve(import.meta.dirname ?? ".", "..");

function findFiles(place) {
  if (!statSync(place).isDirectory()) {
    return [place];
  }
  return readdirSync(place, { recursive: true })
    .map((name) => join(place, name))
    .filter((file) => KINDS.has(extname(file)) && !file.includes("vendor"))
    .sort();
}

/** Replace what a template fills in, keeping every line at its number. */
function withoutJinja(text) {
  const blank = (found, value) => value + found.replace(/[^\n]/g, "");
  return text
    .replace(/\{#[\s\S]*?#\}/g, (found) => blank(found, ""))
    .replace(/\{%[\s\S]*?%\}/g, (found) => blank(found, ""))
    .replace(/\{\{[\s\S]*?\}\}/g, (found) => blank(found, "0"));
}

/** Take the inline scripts and styles out of a page, each behind as many line ends as stood before it. */
function inlineParts(page) {
  const parts = [];
  for (const found of page.matchAll(/<(script|style)\b([^>]*)>([\s\S]*?)<\/\1>/g)) {
    const [, tag, attributes, content] = found;
    const isData = /\bsrc=|type="application\/(ld\+)?json"/.test(attributes);
    if (!isData && content.trim()) {
      const before = page.slice(0, found.index + `<${tag}${attributes}>`.length).replace(/[^\n]/g, "");
      parts.push([tag === "style" ? ".css" : ".js", before + content]);
    }
  }
  return parts;
}

async function checkFile(eslint, file) {
  const text = readFileSync(file, "utf8");
  const inside = relative(root, file);
  const shown = inside.startsWith("..") ? join(OWN[0], basename(file)) : inside;
  const parts = extname(file) === ".html" ? inlineParts(withoutJinja(text)) : [[extname(file), text]];
  const results = [];
  for (const [kind, content] of parts) {
    const filePath = resolve(root, extname(file) === kind ? shown : `${shown}${kind}`);
    results.push(...(await eslint.lintText(content, { filePath, warnIgnored: true })));
  }
  return results;
}

const named = process.argv.slice(2).map((name) => resolve(name));
process.chdir(root);
process.env.BROWSERSLIST_IGNORE_OLD_DATA = "1";
const places = named.length ? named : OWN.map((place) => resolve(place)).filter((place) => existsSync(place));
const eslint = new ESLint({ cwd: root });
const files = places.flatMap(findFiles);
const results = (await Promise.all(files.map((file) => checkFile(eslint, file)))).flat();
const found = results.reduce((sum, result) => sum + result.errorCount + result.warningCount, 0);
const formatter = await eslint.loadFormatter("stylish");
process.stdout.write(await formatter.format(results));
if (!files.length) {
  console.error(`No scripts, styles or pages in ${places.join(", ") || OWN.join(", ")}.`);
} else if (!found) {
  console.log(`Pages: ${files.length} files work in Chrome 109 and Firefox ESR 115.`);
}
process.exitCode = found || !files.length ? 1 : 0;
