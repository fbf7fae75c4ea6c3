// Looks at every page in headless Chromium. Usage: node check.mjs CHROMIUM PAGES PICTURES [NAME]
// NAME: only pages whose folder has it in its name.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { layoutFaults, words } from "./inside.mjs";
import { tables } from "./tables.mjs";

const [, , executablePath, folder, pictures, only] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const TALLEST = 6000; // pixels of a picture
const AT_ONCE = 2; // pages under way in the one browser
const MILLIMETRES = 96 / 25.4;
const looks = [
  { name: "390-light", width: 390, scheme: "light", axe: true },
  { name: "390-dark", width: 390, scheme: "dark" },
  { name: "1280-light", width: 1280, scheme: "light" },
  { name: "1280-dark", width: 1280, scheme: "dark", axe: true },
  { name: "print", width: Math.round(180 * MILLIMETRES), scheme: "light", media: "print" } // A4 without its margins
];
let faults = 0, seen = 0;
const fault = (where, what) => {
  faults++;
  console.log("FAULT " + where + ": " + what);
};

// A page that tells of everything it should not do.
async function open(browser, file, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const where = path.basename(path.dirname(file));
  const url = pathToFileURL(file).href;
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && fault(where, "console: " + message.text()));
  page.on("pageerror", (error) => fault(where, "error: " + error.message));
  page.on("request", (request) => request.url() !== url && fault(where, "asks for " + request.url()));
  await page.goto(url, { waitUntil: "load" });
  return { context, page, where };
}

async function accessible(page, where) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const violation of result.violations)
    fault(where, "axe " + violation.id + " (" + violation.impact + "): " + violation.help + ": " +
      violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | "));
  return result.passes === undefined ? 0 : result.passes.length;
}

async function looked(browser, file) {
  const { context, page, where } = await open(browser, file, { viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
  for (const look of looks) {
    const name = where + " at " + look.name;
    await page.setViewportSize({ width: look.width, height: 900 });
    await page.emulateMedia({ media: look.media || "screen", colorScheme: look.scheme });
    for (const unfolded of [false, true]) {
      await page.evaluate((open) => document.querySelectorAll("details").forEach((d) => d.toggleAttribute("open", open)), unfolded);
      const layout = await page.evaluate(layoutFaults, 2);
      layout.faults.slice(0, 12).forEach((what) => fault(name, what));
      if (layout.faults.length > 12) fault(name, "and " + (layout.faults.length - 12) + " more");
      seen += layout.texts;
    }
    if (look.axe) await accessible(page, name);
    const height = Math.min(TALLEST, await page.evaluate(() => document.documentElement.scrollHeight));
    await page.setViewportSize({ width: look.width, height });
    await page.screenshot({ path: path.join(pictures, where + "-" + look.name + ".png") });
  }
  await context.close();
}

// With scripts off the page says the same words, and the tables stand in the same order.
async function withoutScripts(browser, file) {
  const on = await open(browser, file, { viewport: { width: 1280, height: 900 } });
  const off = await open(browser, file, { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
  const said = await on.page.evaluate(words), silent = await off.page.evaluate(words);
  if (said !== silent) fault(on.where, "says other words without scripts");
  if (silent.length < 200) fault(on.where, "says next to nothing without scripts");
  await on.context.close();
  await off.context.close();
}

// The policy itself: a script or a style that somebody slips in does not run.
async function strict(browser, file) {
  const { context, page, where } = await open(browser, file, { viewport: { width: 1280, height: 900 } });
  page.removeAllListeners("console"); // the refusal is an error on the console,
  page.removeAllListeners("request"); // and what is refused was asked for
  const ran = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.slipped = true";
    document.body.append(script);
    const image = document.createElement("img");
    image.setAttribute("onerror", "window.slipped = true");
    image.src = "x";
    document.body.append(image);
    const style = document.createElement("style");
    style.textContent = "h1 { display: none }";
    document.body.append(style);
    await new Promise((done) => setTimeout(done, 200));
    return [window.slipped === true, getComputedStyle(document.querySelector("h1")).display === "none"];
  });
  if (ran[0]) fault(where, "the policy lets a script in");
  if (ran[1]) fault(where, "the policy lets a style in");
  await context.close();
}

// Two sheets of paper at least say that print works at all; the words of folded tables are on them.
async function printed(browser, file) {
  const { context, page, where } = await open(browser, file, { viewport: { width: 1280, height: 900 } });
  const paper = await page.pdf({ format: "A4" });
  const sheets = (paper.toString("latin1").match(/\/Type\s*\/Page\b/g) || []).length;
  if (sheets < 1) fault(where, "nothing is printed");
  await context.close();
}

const files = readdirSync(folder).sort().filter((name) => only === undefined || name.includes(only))
  .map((name) => path.resolve(folder, name, "report.html"));
if (files.length < 10 && only === undefined) fault("pages", "only " + files.length + " of them");
const browser = await chromium.launch({ executablePath, args, headless: true });
try {
  const waiting = files.slice();
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const started = Date.now();
      await looked(browser, file);
      await withoutScripts(browser, file);
      await tables(browser, file, open, fault);
      console.log(path.basename(path.dirname(file)) + ": " + (Date.now() - started) + " ms");
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await strict(browser, files[0]);
  await printed(browser, files[0]);
} finally {
  await browser.close();
}
console.log(files.length + " pages, " + seen + " boxes of text, " + faults + " faults");
process.exit(faults === 0 && seen > 1000 ? 0 : 1);
