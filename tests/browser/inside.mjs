// What runs inside a page: boxes of every text that can be seen, what overlaps, what is cut, how tables behave.

// Texts that overlap another or are cut off, as lines of words. tolerance: pixels of line boxes that may touch.
export function layoutFaults(tolerance) {
  const faults = [], boxes = [];
  // What is asked of an element again and again, looked up once: boxes and styles of a page that stands still.
  const known = new Map();
  const about = (element) => {
    if (known.has(element)) return known.get(element);
    const style = getComputedStyle(element), over = [style.overflowX, style.overflowY], parent = element.parentElement;
    const one = { frame: element.getBoundingClientRect(),
      clips: over.some((value) => value === "hidden" || value === "clip"),
      scrolls: over.some((value) => value === "auto" || value === "scroll"),
      visible: style.display !== "none" && style.visibility !== "hidden" && !element.classList.contains("vh") &&
        !element.classList.contains("skip") && (parent === null || about(parent).visible) };
    known.set(element, one);
    return one;
  };
  const visible = (node) => about(node).visible && (node.checkVisibility === undefined || node.checkVisibility());
  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 60);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
    const parent = text.parentElement;
    if (text.data.trim() === "" || ["SCRIPT", "STYLE", "TITLE", "DESC", "OPTION", "title", "desc"].includes(parent.tagName)) continue;
    if (!visible(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const svg = parent.closest("svg");
    for (const rect of svg === null ? range.getClientRects() : [parent.getBoundingClientRect()]) {
      if (rect.width < 1 || rect.height < 1) continue;
      const box = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom, node: text, text: short(text.data) };
      let inFrame = false;
      for (let e = parent; e !== null && e !== document.documentElement; e = e.parentElement) {
        const { frame, clips, scrolls } = about(e);
        if (scrolls) {
          inFrame = true; // the rest can be scrolled to; only what shows counts
          box.left = Math.max(box.left, frame.left);
          box.right = Math.min(box.right, frame.right);
          box.top = Math.max(box.top, frame.top);
          box.bottom = Math.min(box.bottom, frame.bottom);
        } else if (clips && e.tagName !== "svg" && !inFrame &&
            (box.right > frame.right + tolerance || box.left < frame.left - tolerance || box.bottom > frame.bottom + tolerance)) {
          faults.push("cut by its <" + e.tagName + ">: " + box.text);
        }
      }
      if (svg !== null) {
        const frame = about(svg).frame;
        if (rect.left < frame.left - tolerance || rect.right > frame.right + tolerance ||
            rect.top < frame.top - tolerance || rect.bottom > frame.bottom + tolerance)
          faults.push("cut by its chart: " + box.text);
      }
      if (!inFrame && (box.right > document.documentElement.clientWidth + 1 || box.left < -1))
        faults.push("beyond the edge of the page: " + box.text);
      if (box.right - box.left > 1 && box.bottom - box.top > 1) boxes.push(box);
    }
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
    faults.push("the page is wider than its window: " + document.documentElement.scrollWidth);
  boxes.sort((a, b) => a.top - b.top);
  for (let i = 0; i < boxes.length; i++) {
    const a = boxes[i];
    for (let k = i + 1; k < boxes.length && boxes[k].top < a.bottom - tolerance; k++) {
      const b = boxes[k];
      if (a.node === b.node) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > tolerance && high > tolerance) faults.push("overlap: \"" + a.text + "\" and \"" + b.text + "\"");
    }
  }
  return { faults, texts: boxes.length };
}

// The words of the page without what scripts add, for comparing with and without them.
export function words() {
  const copy = document.querySelector("body").cloneNode(true);
  copy.querySelectorAll("script,.numbers,.tools,.tip").forEach((node) => node.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}
