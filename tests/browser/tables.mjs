// Sorting, filtering, the switch of numbers, tips and the keyboard, on every table of a page.

const FILTERED = 4; // tables of a page whose filter is tried

const rowsOf = (table) => table.evaluate((node) => Array.from(node.tBodies[0].rows)
  .filter((row) => !row.hidden)
  .map((row) => ({ foot: row.classList.contains("foot"), cells: Array.from(row.cells).map((cell) => ({
    value: cell.querySelector("data") ? cell.querySelector("data").value : null,
    mark: cell.dataset.m || null,
    text: cell.textContent.trim(),
    missing: cell.classList.contains("na") })) })));

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Runs in the page: presses every column's button three times and looks at the rows after each. Returns how many
// orders were looked at, and what was wrong.
function sortedInside(table) {
  const faults = [];
  const number = (text) => (text === "Inf" ? Infinity : text === "-Inf" ? -Infinity : Number(text));
  const rows = () => Array.from(table.tBodies[0].rows);
  const words = (list) => list.map((row) => row.textContent).join("\n");
  const before = rows(), foot = before.filter((row) => row.classList.contains("foot"));
  const first = words(before), people = before.slice(0, before.length - foot.length);
  if (people.length < 2) return { orders: 0, faults };
  let orders = 0;
  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    const button = head.querySelector("button.sort");
    if (button === null) return;
    for (const direction of [1, -1]) {
      button.click();
      const now = rows(), judged = now.slice(0, people.length);
      const state = head.getAttribute("aria-sort");
      if (state !== (direction === 1 ? "ascending" : "descending")) faults.push("aria-sort is " + state);
      if (words(now.slice(people.length)) !== words(foot)) faults.push("sorting moved the foot of a table");
      const known = judged.map((row) => row.cells[column])
        .map((cell) => cell.dataset.m || (cell.querySelector("data") ? cell.querySelector("data").value : null))
        .filter((value) => value !== null).map(number);
      const wrong = known.findIndex((value, i) => i > 0 && direction * (value - known[i - 1]) < 0);
      if (wrong > 0) faults.push("column " + column + " is not sorted: " + known.slice(wrong - 1, wrong + 1));
      if (new Set(judged).size !== people.length || judged.some((row) => !people.includes(row)))
        faults.push("sorting lost a row");
      orders++;
    }
    button.click();
    if (words(rows()) !== first) faults.push("the third press does not bring the first order back");
  });
  return { orders, faults };
}

async function sorting(table, fault) {
  const { orders, faults } = await table.evaluate(sortedInside);
  faults.forEach(fault);
  return orders;
}

// The same with the keyboard, on one column.
async function sortingByKeys(table, fault) {
  const button = table.locator("thead button.sort").first(), head = table.locator("thead th[aria-sort]").first();
  for (const [key, wanted] of [["Enter", "ascending"], ["Space", "descending"], ["Enter", "none"]]) {
    await button.press(key);
    const state = await head.getAttribute("aria-sort");
    if (state !== wanted) fault(key + " on a column's button makes its order " + state);
  }
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
  for (let i = 0; i < count; i++) {
    const table = page.locator("main table").nth(i);
    const orders = await sorting(table, fault);
    if (orders > 0 && sorted === 0) await sortingByKeys(table, fault);
    if (filtered < FILTERED) filtered += await filtering(page, table, fault);
    sorted += orders;
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
    if (time[0] > 2000 || time[1] > 10000) fault("500 groups are slow: " + time); // a busy machine takes a second
  }
  await context.close();
}
