// Sorting, filtering, the switch of numbers, tips and the keyboard, on every table of a page.

const rowsOf = (table) => table.evaluate((node) => Array.from(node.tBodies[0].rows)
  .filter((row) => !row.hidden)
  .map((row) => ({ foot: row.classList.contains("foot"), cells: Array.from(row.cells).map((cell) => ({
    value: cell.querySelector("data") ? cell.querySelector("data").value : null,
    mark: cell.dataset.m || null,
    text: cell.textContent.trim(),
    missing: cell.classList.contains("na") })) })));

const number = (text) => (text === "Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

async function sorting(page, table, fault) {
  const before = await rowsOf(table);
  const heads = await table.evaluate((node) => Array.from(node.tHead.rows[0].cells)
    .map((head) => head.querySelector("button.sort") !== null));
  if (before.filter((row) => !row.foot).length < 2) return 0;
  let sorted = 0;
  for (let column = 0; column < heads.length; column++) {
    if (!heads[column]) continue;
    const button = table.locator("thead th").nth(column).locator("button.sort");
    for (const direction of [1, -1]) {
      await button.press("Enter");
      const rows = await rowsOf(table), judged = rows.filter((row) => !row.foot);
      const state = await table.locator("thead th").nth(column).getAttribute("aria-sort");
      if (state !== (direction === 1 ? "ascending" : "descending")) fault("aria-sort is " + state);
      if (!same(rows.slice(judged.length), before.slice(judged.length))) fault("sorting moved the foot of a table");
      const known = judged.map((row) => row.cells[column])
        .filter((cell) => cell.value !== null || cell.mark !== null)
        .map((cell) => number(cell.mark !== null ? cell.mark : cell.value));
      for (let i = 1; i < known.length; i++)
        if (direction * (known[i] - known[i - 1]) < 0) {
          fault("column " + column + " is not sorted: " + known.slice(i - 1, i + 1));
          break;
        }
      const words = (list) => list.map((row) => JSON.stringify(row.cells)).sort();
      if (!same(words(judged), words(before.filter((row) => !row.foot)))) fault("sorting lost a row");
      sorted++;
    }
    await button.press("Space");
    if (!same(await rowsOf(table), before)) fault("the third press does not bring the first order back");
  }
  return sorted;
}

async function filtering(page, table, fault) {
  const tools = table.locator("xpath=ancestor::div[contains(@class,'scroll')][1]/preceding-sibling::*[1][contains(@class,'tools')]");
  if ((await tools.count()) === 0) return 0;
  const before = await rowsOf(table);
  const wanted = before[Math.floor(before.length / 2)].cells[0].text;
  const input = tools.locator("input");
  await input.fill(wanted.toUpperCase());
  const shown = await rowsOf(table);
  if (shown.length === 0 || shown.length > before.length) fault("the filter shows " + shown.length + " rows");
  if (!shown.some((row) => row.cells[0].text === wanted)) fault("the filter hides the row it was asked for");
  await input.fill("no row has these words in it");
  if ((await rowsOf(table)).some((row) => row.cells.length > 1)) fault("the filter shows rows that do not fit");
  if (!(await tools.locator("[role=status]").textContent()).startsWith("0 of")) fault("the filter does not say what it hides");
  await input.fill("");
  if (!same(await rowsOf(table), before)) fault("an empty filter does not show all rows");
  const select = tools.locator("select");
  if ((await select.count()) > 0) {
    const marks = await select.locator("option").evaluateAll((options) => options.map((option) => option.value));
    for (const mark of marks.slice(1)) {
      await select.selectOption(mark);
      const rows = (await rowsOf(table)).filter((row) => row.cells.length > 1);
      if (rows.length === 0 || !rows.every((row) => row.cells.some((cell) => cell.mark === mark)))
        fault("the choice of a verdict shows other rows");
    }
    await select.selectOption("");
  }
  return 1;
}

async function switching(page, fault) {
  const texts = () => page.evaluate(() => Array.from(document.querySelectorAll("td data"))
    .map((node) => [node.value, node.parentElement.dataset.w || null, node.textContent]));
  const rounded = await texts();
  await page.getByLabel("exact", { exact: true }).check();
  const wrong = (await texts()).filter(([value, , text]) => text !== value);
  if (wrong.length > 0) fault("exact numbers are not exact: " + wrong[0]);
  await page.getByLabel("plain words", { exact: true }).check();
  const words = (await texts()).filter(([, plain]) => plain !== null);
  if (words.some(([, plain, text]) => text !== plain)) fault("plain words are not shown");
  const technical = await page.evaluate(() => Array.from(document.querySelectorAll(".x"))
    .filter((node) => getComputedStyle(node).display !== "none").length);
  if (technical > 0) fault("plain words leave technical columns");
  await page.getByLabel("rounded", { exact: true }).check();
  if (!same(await texts(), rounded)) fault("rounded numbers do not come back");
  return words.length;
}

async function tips(page, fault) {
  const place = page.locator("thead th[data-tip] button.sort").first();
  if ((await place.count()) === 0) return;
  const tip = page.locator("#tip");
  await place.focus();
  if (!(await tip.isVisible()) || (await tip.textContent()).length < 10) fault("no tip for a column that has the focus");
  if ((await place.getAttribute("aria-describedby")) !== "tip") fault("the tip does not belong to its column");
  await page.keyboard.press("Escape");
  if (await tip.isVisible()) fault("Escape does not hide a tip");
  await place.locator("xpath=..").hover();
  if (!(await tip.isVisible())) fault("no tip under the pointer");
}

async function keyboard(page, fault) {
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.className);
  if (first !== "skip") fault("the first stop is not the link that skips to the findings");
  const dead = await page.evaluate(() => Array.from(document.querySelectorAll("a[href^='#']"))
    .map((link) => link.getAttribute("href").slice(1)).filter((id) => document.getElementById(decodeURIComponent(id)) === null));
  if (dead.length > 0) fault("links that lead nowhere: " + dead.slice(0, 5));
  const twice = await page.evaluate(() => {
    const ids = Array.from(document.querySelectorAll("[id]")).map((node) => node.id);
    return ids.filter((id, i) => ids.indexOf(id) !== i);
  });
  if (twice.length > 0) fault("ids that stand twice: " + twice.slice(0, 5));
  const nameless = await page.evaluate(() => Array.from(document.querySelectorAll("svg[role=img]"))
    .filter((svg) => svg.getAttribute("aria-labelledby").split(" ").some((id) => !(document.getElementById(id)?.textContent)))
    .length);
  if (nameless > 0) fault(nameless + " charts without words");
}

export async function tables(browser, file, open, faultAt) {
  const { context, page, where } = await open(browser, file, { viewport: { width: 1280, height: 900 } });
  const fault = (what) => faultAt(where, what);
  await keyboard(page, fault);
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => details.setAttribute("open", "")));
  const count = await page.locator("main table").count();
  let sorted = 0, filtered = 0;
  for (let i = 0; i < Math.min(count, 14); i++) {
    const table = page.locator("main table").nth(i);
    sorted += await sorting(page, table, fault);
    filtered += await filtering(page, table, fault);
  }
  const plain = await switching(page, fault);
  await tips(page, fault);
  if (where === "many") {
    if (sorted < 6 || filtered < 1 || plain < 400) fault("too little was tried: " + [sorted, filtered, plain]);
    const time = await page.evaluate(() => {
      const started = performance.now();
      document.querySelector("th[aria-sort] button").click();
      return [performance.now() - started, performance.getEntriesByType("navigation")[0].loadEventEnd];
    });
    console.log("many: sorted in " + Math.round(time[0]) + " ms, ready after " + Math.round(time[1]) + " ms");
    if (time[0] > 1000 || time[1] > 5000) fault("500 groups are slow: " + time);
  }
  await context.close();
}
