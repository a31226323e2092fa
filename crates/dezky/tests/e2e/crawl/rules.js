// What holds for each page as it stands. Gives a list of sentences, one for each thing that is wrong.
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && !el.closest("[aria-hidden=true]");
const words = (el) => {
  if (el.nodeType === 3) return el.data;
  if (el.nodeType !== 1 || el.getAttribute("aria-hidden") === "true" || el.tagName === "SCRIPT" || el.tagName === "STYLE") return "";
  if (el.tagName === "IMG") return el.alt;
  if (!el.checkVisibility()) return "";
  return [...el.childNodes].map(words).join(" ");
};
const tidy = (text) => text.replace(/\s+/g, " ").trim();
const named = (el) => {
  const by = el.getAttribute("aria-labelledby");
  if (by) return tidy(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" "));
  const label = tidy(el.getAttribute("aria-label") ?? "");
  if (label) return label;
  if (el.labels?.length) return tidy([...el.labels].map((one) => one.textContent).join(" "));
  return tidy(words(el)) || tidy(el.title ?? "");
};
// Also what a sheet paints before it, and what only eyes see.
const seenWords = (el) => tidy([...el.querySelectorAll("*")].map((one) => one.checkVisibility() && one.getAttribute("aria-hidden") === "true" && one.tagName !== "svg" ? one.textContent : "").join(" ") + " " + words(el));
const shown = (el) => tidy(el.cloneNode(false).outerHTML).slice(0, 160);
const wrong = [];
const say = (what) => { if (!wrong.includes(what)) wrong.push(what); };

if (!/^(en|da|de)$/.test(document.documentElement.lang)) say(`the page's language is “${document.documentElement.lang}”`);
if (!document.title.trim()) say("the page has no title");
const heads = $$("h1").filter(seen);
if (heads.length !== 1) say(`there are ${heads.length} main headings`);
if ($$("main").filter(seen).length !== 1) say("there is not one main part");
const ids = new Set();
for (const el of $$("[id]")) { if (ids.has(el.id)) say(`two elements are “${el.id}”`); ids.add(el.id); }
for (const el of $$("[aria-labelledby], [aria-describedby], [aria-controls], label[for], [commandfor], [popovertarget]"))
  for (const kind of ["aria-labelledby", "aria-describedby", "aria-controls", "for", "commandfor", "popovertarget"])
    for (const id of (el.getAttribute(kind) ?? "").split(/\s+/).filter(Boolean))
      if (!ids.has(id)) say(`${kind} names nothing: ${shown(el)}`);
for (const el of $$("a[href], button, summary, [role=button], [role=option], [role=tab]").filter(seen)) {
  const name = named(el), text = seenWords(el);
  if (!name) say(`a control has no name: ${shown(el)}`);
  else if (text && el.hasAttribute("aria-label") && !name.toLowerCase().includes(text.toLowerCase())) say(`a control is called otherwise than it reads (“${text}”): ${shown(el)}`);
}
for (const el of $$("input:not([type=hidden], [type=submit]), select, textarea").filter(seen)) if (!named(el)) say(`a field has no label: ${shown(el)}`);
for (const el of $$("dialog, [role=dialog]")) if (!named(el)) say(`a dialog has no name: ${shown(el)}`);
for (const el of $$("img, svg[role=img]").filter(seen)) if (!named(el) && el.getAttribute("alt") === null) say(`a picture has no words: ${shown(el)}`);
for (const el of $$("table").filter(seen)) for (const head of $$("thead th", el)) if (!tidy(head.textContent) && !named(head) && !head.querySelector("input")) say(`a column has no head: ${named(el)}`);
const marks = new Map();
const role = (el) => el.getAttribute("role") ?? { NAV: "navigation", ASIDE: "complementary", SECTION: named(el) && (el.hasAttribute("aria-label") || el.hasAttribute("aria-labelledby")) ? "region" : "", MAIN: "main" }[el.tagName] ?? "";
for (const el of $$("nav, aside, main, section, [role=navigation], [role=region], [role=search]").filter(seen)) {
  const kind = role(el);
  if (!kind) continue;
  const key = `${kind} “${kind === "main" ? "" : el.hasAttribute("aria-label") || el.hasAttribute("aria-labelledby") ? named(el) : ""}”`;
  if (marks.has(key)) say(`two landmarks are the ${key}`);
  marks.set(key, el);
}

// A row of tiles that isn't full has nothing in its last places, so nothing is painted there.
for (const grid of $$(".tiles").filter(seen)) {
  const tile = $$(".tile:not(:hover)", grid)[0];
  const painted = (el) => getComputedStyle(el).backgroundColor;
  if (tile && painted(tile) !== painted(grid)) say(`an empty place among tiles is painted: ${shown(grid)}`);
}

// Contrast, of what is painted: colours may be of any space, so a canvas says what they are.
const paint = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
const colours = new Map();
const colour = (text) => {
  if (!colours.has(text)) {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = text;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
    colours.set(text, [r, g, b, a / 255]);
  }
  return colours.get(text);
};
const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
const ground = (el) => {
  const layers = [];
  for (let at = el; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== "none") return null;
    layers.push(colour(style.backgroundColor));
    if (layers.at(-1)[3] === 1) break;
    if (at.matches(":modal, :popover-open")) break;
  }
  const canvas = colour(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18,18,18)" : "rgb(255,255,255)");
  return layers.reduceRight((below, layer) => over(layer, below), canvas);
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const el = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !el || !seen(el) || el.closest(":disabled, [aria-disabled=true], svg, option, template, .sr, [aria-busy=true]")) continue;
  const style = getComputedStyle(el), size = parseFloat(style.fontSize);
  const below = ground(el);
  if (!below) continue;
  let through = 1;
  for (let at = el; at; at = at.parentElement) through *= parseFloat(getComputedStyle(at).opacity);
  const ink = colour(style.color);
  const above = over([ink[0], ink[1], ink[2], ink[3] * through], below);
  const [a, b] = [light(above), light(below)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05), least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
  if (ratio < least - 0.02) say(`too little contrast (${ratio.toFixed(2)}): ${shown(el)} “${tidy(texts.currentNode.data).slice(0, 30)}”`);
}
return wrong;
