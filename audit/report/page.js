// report/page.js - what a page can do beside being read: sort and filter tables, say what a column means, and switch
// numbers between plain words, rounded and exact. Everything it shows stands in the page already; it computes nothing,
// stores nothing and asks for nothing. Without it the page says the same.
(() => {
  "use strict";
  const LONG = 8; // rows from which a table can be filtered
  const TIP_DELAY = 120; // ms in which the pointer may move over to the tip
  const root = document.documentElement;

  const make = (name, attributes, ...children) => {
    const node = document.createElement(name);
    for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key]);
    node.append(...children);
    return node;
  };
  const all = (selector, inside) => Array.from((inside || document).querySelectorAll(selector));
  const bodyRows = (table) => all("tbody tr", table).filter((row) => !row.classList.contains("foot"));

  // ---- sorting: by number where there are numbers, by severity for verdicts, else by text ----

  const none = 0 / 0; // of a cell without a number
  const number = (text) => (text === "Inf" ? 1 / 0 : text === "-Inf" ? -1 / 0 : parseFloat(text));
  const key = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.m) return { known: true, number: number(cell.dataset.m), text: "" };
    const data = cell.querySelector("data");
    if (data) return { known: true, number: number(data.value), text: "" };
    return { known: !cell.classList.contains("na"), number: none, text: cell.textContent.trim() };
  };
  const compare = (a, b) => {
    if (!isNaN(a.number) && !isNaN(b.number)) return a.number - b.number;
    if (!isNaN(a.number) || !isNaN(b.number)) return isNaN(a.number) ? 1 : -1;
    return a.text.localeCompare(b.text, "en", { numeric: true });
  };

  // What cannot be had comes last either way; excluded and unknown groups stay at the foot.
  const sortTable = (table, original, column, direction) => {
    const keyed = original.map((row, place) => ({ row, place, key: key(row, column) }));
    if (direction !== 0)
      keyed.sort((a, b) => {
        if (a.key.known !== b.key.known) return a.key.known ? -1 : 1;
        return direction * compare(a.key, b.key) || a.place - b.place;
      });
    table.tBodies[0].prepend(...keyed.map((entry) => entry.row));
  };

  const makeSortable = (table) => {
    const original = bodyRows(table);
    if (original.length < 2) return;
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      if (head.classList.contains("p")) return;
      const button = make("button", { type: "button", class: "sort" }, ...Array.from(head.childNodes));
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const after = before === "none" ? "ascending" : before === "ascending" ? "descending" : "none";
        heads.forEach((other) => other.hasAttribute("aria-sort") && other.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", after);
        sortTable(table, original, column, after === "none" ? 0 : after === "ascending" ? 1 : -1);
      });
    });
  };

  // ---- filtering ----

  const filters = new Map(); // table -> function that shows all rows again

  const makeFilter = (table) => {
    const rows = all("tbody tr", table).filter((row) => row.cells.length > 1);
    if (rows.length < LONG) return;
    const texts = new Map(rows.map((row) => {
      const titles = all("[title]", row).map((node) => node.title);
      return [row, [row.textContent, ...titles].join(" ").toLowerCase()];
    }));
    const verdicts = new Map();
    rows.forEach((row) => all("td[data-m]", row).forEach((cell) => {
      verdicts.set(cell.dataset.m, cell.querySelector(".k").textContent.trim());
    }));
    const input = make("input", { type: "search", autocomplete: "off", spellcheck: "false" });
    const status = make("span", { role: "status" });
    const tools = make("p", { class: "tools" }, make("label", {}, "Filter rows ", input));
    const select = make("select", {}, make("option", { value: "" }, "all"));
    Array.from(verdicts).sort((a, b) => a[0] - b[0]).forEach(([mark, word]) => {
      select.append(make("option", { value: mark }, word));
    });
    if (verdicts.size > 1) tools.append(make("label", {}, "Verdict ", select));
    tools.append(status);
    const apply = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
      let shown = 0;
      rows.forEach((row) => {
        const text = texts.get(row);
        const fits = words.every((word) => text.includes(word)) &&
          (select.value === "" || row.querySelector("td[data-m='" + select.value + "']") !== null);
        row.hidden = !fits;
        shown += fits;
      });
      status.textContent = shown === rows.length ? "" : shown + " of " + rows.length + " rows";
    };
    input.addEventListener("input", apply);
    select.addEventListener("input", apply);
    table.closest(".scroll").before(tools);
    filters.set(table, () => {
      input.value = select.value = "";
      apply();
    });
  };

  // ---- plain words, rounded, exact ----

  const makeSwitch = () => {
    const originals = new Map();
    const swap = (node, text) => {
      if (!originals.has(node)) originals.set(node, Array.from(node.childNodes));
      if (text === undefined || text === "") node.replaceChildren(...originals.get(node));
      else node.textContent = text;
    };
    const names = all("tbody th[title]");
    const fulls = new Map(names.map((node) => [node, node.title]));
    const show = (mode) => {
      root.dataset.numbers = mode;
      all("td data").forEach((node) => swap(node, mode === "exact" ? node.value : mode === "words" ? node.parentElement.dataset.w : ""));
      all("td .ci[data-x]").forEach((node) => swap(node, mode === "exact" ? node.dataset.x : ""));
      names.forEach((node) => swap(node, mode === "exact" ? fulls.get(node) : ""));
    };
    const choices = [["words", "plain words"], ["rounded", "rounded"], ["exact", "exact"]];
    const set = make("fieldset", { class: "numbers" }, make("legend", {}, "Numbers"));
    choices.forEach(([mode, word]) => {
      const radio = make("input", { type: "radio", name: "numbers", value: mode });
      radio.checked = mode === "rounded";
      radio.addEventListener("change", () => show(mode));
      set.append(make("label", {}, radio, " " + word));
    });
    document.querySelector("header").append(set);
    root.dataset.numbers = "rounded";
  };

  // ---- tips: what a column means, the whole of a name that was cut ----

  const makeTips = () => {
    const tip = make("div", { role: "tooltip", id: "tip", class: "tip" });
    let owner = null, timer = 0;
    tip.hidden = true;
    document.body.append(tip);
    const hide = () => {
      if (owner !== null) owner.removeAttribute("aria-describedby");
      owner = null;
      tip.hidden = true;
    };
    const show = (place, described) => {
      clearTimeout(timer);
      if (described === owner) return;
      hide();
      owner = described;
      owner.setAttribute("aria-describedby", "tip");
      tip.textContent = place.dataset.tip;
      tip.hidden = false;
      const box = place.getBoundingClientRect(), width = root.clientWidth;
      const left = Math.max(8, Math.min(box.left, width - tip.offsetWidth - 8));
      const above = box.top - tip.offsetHeight - 6;
      tip.style.left = left + window.scrollX + "px";
      tip.style.top = (above > 0 ? above : box.bottom + 6) + window.scrollY + "px";
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(hide, TIP_DELAY);
    };
    tip.addEventListener("pointerenter", () => clearTimeout(timer));
    tip.addEventListener("pointerleave", later);
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
    all("table [title]").forEach((place) => {
      place.dataset.tip = place.title;
      place.removeAttribute("title");
      const described = place.querySelector("button") || place;
      place.addEventListener("pointerenter", () => show(place, described));
      place.addEventListener("pointerleave", later);
      place.addEventListener("focusin", () => show(place, described));
      place.addEventListener("focusout", hide);
    });
  };

  // ---- small things ----

  // Only what scrolls needs a stop for the keyboard.
  const stops = () => all(".scroll").forEach((frame) => {
    const scrolls = frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight;
    if (scrolls) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  });

  // A link to a row that a filter hides shows the row.
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let e = target; e !== null; e = e.parentElement) if (e.tagName === "DETAILS") e.setAttribute("open", "");
    const table = target === null ? null : target.closest("table");
    if (table !== null && target.hidden && filters.has(table)) filters.get(table)();
  };

  const printing = () => {
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = all("details:not([open])");
      closed.forEach((details) => details.setAttribute("open", ""));
    });
    addEventListener("afterprint", () => closed.forEach((details) => details.removeAttribute("open")));
  };

  root.classList.add("js");
  all("main table").forEach((table) => {
    makeSortable(table);
    makeFilter(table);
  });
  makeSwitch();
  makeTips();
  printing();
  stops();
  addEventListener("resize", stops);
  document.addEventListener("toggle", stops, true);
  addEventListener("hashchange", follow);
  follow();
})();
