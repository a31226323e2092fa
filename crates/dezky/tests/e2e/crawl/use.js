// Uses everything of a page that doesn't leave it, as a person with script would, and gives what went wrong. In a
// narrow window, only what opens over the page.
const [narrow, done] = arguments;
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const wrong = [];
const say = (what) => { if (!wrong.includes(what)) wrong.push(what); };
const sleep = (ms) => new Promise((go) => setTimeout(go, ms));
const until = async (is, most = 3000) => {
  for (const end = performance.now() + most; performance.now() < end; await sleep(15)) if (is()) return true;
  return !!is();
};
const attribute = (el, name) => {
  const all = Object.getOwnPropertyDescriptor(Element.prototype, "attributes").get.call(el);
  return all.getNamedItem(name)?.value ?? null;
};
const seen = (el) => el.checkVisibility({ visibilityProperty: true });
const shown = (el) => el.cloneNode(false).outerHTML.slice(0, 160);
const method = (form) => (attribute(form, "method") ?? "get").toLowerCase();
const fields = (form) => $$("input, select, textarea, button", form);
const senders = (form) => $$("button:not([type=button]):not([type=reset]), input[type=submit]", form);
const target = (form, by) => new URL((by && attribute(by, "formaction")) ?? attribute(form, "action") ?? location.href, location.href);

// A form sends, by script or without, where it says; what is sent is held back.
async function aim(form, by) {
  if (!form.noValidate && !HTMLFormElement.prototype.checkValidity.call(form)) return;
  const to = target(form, by);
  let native = false;
  const last = (e) => { if (!e.defaultPrevented) { native = true; e.preventDefault(); } };
  addEventListener("submit", last);
  window.crawl.held = [];
  try { HTMLFormElement.prototype.requestSubmit.call(form, by ?? undefined); } catch (error) { say(`a form can't be sent: ${shown(form)}: ${error}`); }
  await sleep(0);
  removeEventListener("submit", last);
  const held = window.crawl.held;
  window.crawl.held = null;
  delete form.dataset.sent;
  for (const busy of $$("[aria-busy]")) { busy.removeAttribute("aria-busy"); delete busy.dataset.busy; }
  if (native) return;
  const went = held.map((url) => new URL(url, location.href));
  if (went.length !== 1) return say(`a form sends ${went.length} requests: ${shown(form)}`);
  if (went[0].pathname !== to.pathname) say(`a form goes to ${decodeURIComponent(went[0].pathname)} in place of ${to.pathname}: ${shown(form)}`);
}
// Swaps a region by what `act` does, and checks that it was.
async function swaps(what, region, act) {
  const before = document.getElementById(region);
  if (!before) return say(`${what} swaps “${region}”, which isn't there`);
  act();
  const is = await until(() => { const now = document.getElementById(region); return now && now !== before && !now.hasAttribute("aria-busy"); });
  if (!is) say(`${what} doesn't change “${region}”`);
}
function leave(dialog) {
  for (const must of $$("[data-must]", dialog)) must.checked = true;
  const close = $("header button, button[command=close], .ask button", dialog);
  close ? close.click() : say(`the dialog “${dialog.id}” can't be closed`);
  if (dialog.open) dialog.close();
}
async function dialogs() {
  // What came open with the page, such as the question of a row.
  for (const dialog of $$("dialog:modal").reverse()) leave(dialog);
  // What a menu offers is reached by the menu's button, which gets the focus back.
  const opener = (button) => { const menu = button.closest(".menu[popover]"); return menu && $(`button[popovertarget="${CSS.escape(menu.id)}"]`); };
  const reached = (button) => seen(button) || (opener(button) && seen(opener(button)));
  for (const id of new Set($$("button[commandfor][command=show-modal]").filter(reached).map((b) => b.getAttribute("commandfor")))) {
    const button = $$(`button[commandfor="${CSS.escape(id)}"][command=show-modal]`).find(reached);
    const dialog = document.getElementById(id);
    if (!button || !dialog) { say(`a button opens nothing: ${id}`); continue; }
    const back = seen(button) ? button : opener(button);
    if (back !== button) {
      back.click();
      if (!await until(() => seen(button), 1000)) { say(`a menu doesn't open: ${shown(back)}`); continue; }
    }
    button.focus();
    button.click();
    if (!await until(() => dialog.matches(":modal"))) { say(`the dialog “${id}” doesn't open`); continue; }
    if (!dialog.contains(document.activeElement)) say(`the focus isn't in the dialog “${id}”`);
    const box = dialog.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) say(`the dialog “${id}” is wider than the window`);
    const hit = $("footer button", dialog);
    if (hit) {
      hit.scrollIntoView({ block: "nearest" });
      const at = hit.getBoundingClientRect(), top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
      if (top && !hit.contains(top)) say(`something lies over a button of “${id}”: ${shown(top)}`);
    }
    for (const must of $$("[data-must]", dialog)) must.checked = true;
    const close = $("header button, button[command=close], .ask button", dialog);
    if (!close) { say(`the dialog “${id}” can't be closed`); dialog.close(); continue; }
    close.click();
    if (!await until(() => !dialog.open, 1000)) { say(`the dialog “${id}” doesn't close`); dialog.close(); }
    if (!await until(() => document.activeElement === back, 1000)) say(`the focus doesn't come back from “${id}”`);
  }
}
async function menus() {
  for (const button of $$("button[popovertarget]").filter(seen)) {
    const menu = document.getElementById(button.getAttribute("popovertarget"));
    button.click();
    if (!await until(() => menu?.matches(":popover-open"), 1000)) { say(`a menu doesn't open: ${shown(button)}`); continue; }
    const box = menu.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) say(`a menu reaches out of the window: ${shown(menu)}`);
    menu.hidePopover();
  }
  for (const summary of $$("summary").filter(seen)) {
    const details = summary.parentElement, was = details.open;
    summary.click();
    if (details.open === was) say(`a part doesn't open: ${summary.textContent.trim()}`);
    summary.click();
  }
}
async function copies() {
  for (const button of $$("[data-copy], [data-copy-from]").filter(seen).slice(0, 3)) {
    const said = $("#said");
    said.textContent = "";
    button.click();
    if (!await until(() => said.textContent, 1000)) say(`a copy button says nothing: ${shown(button)}`);
    else if (said.textContent !== document.body.dataset.copied) say(`a copy button doesn't copy: ${shown(button)}`);
  }
}
async function ticks() {
  for (const all of $$("[data-all]").filter(seen)) {
    const card = all.closest(".table-card");
    all.click();
    const on = $$("tbody .pick input", card);
    if (on.some((tick) => !tick.checked)) say("not all rows are ticked");
    const bar = $("[data-picked]", card);
    if (bar && !bar.textContent.includes(on.length)) say("the count of ticked rows is wrong");
    $("[data-unpick]", card)?.click();
    if (on.some((tick) => tick.checked)) { say("ticks stay"); all.click(); }
  }
}
async function palette() {
  const box = $("#palette");
  if (!box) return;
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
  if (!box.open) return say("the palette doesn't open by its keys");
  const field = $("input", box);
  window.crawl.last = null;
  field.value = "a";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  // Both consoles are walked at once, and all that is found is asked of one busy machine.
  const answered = await until(() => window.crawl.last, 5000);
  if (!answered) field.dispatchEvent(new Event("input", { bubbles: true }));
  if (!answered && !await until(() => window.crawl.last, 15000)) say("the palette asks nobody");
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
}
async function live() {
  for (const region of $$("[data-live]")) if (!await until(() => !region.isConnected || region.hasAttribute("data-connected"))) say(`a live part isn't connected: ${region.dataset.live}`);
}
// What asks the server for another state of the same page: filters, sorts, chips, more rows.
async function lists() {
  const here = location.pathname;
  for (const link of $$("a[data-more]").filter(seen).slice(0, 2)) {
    const body = document.getElementById(link.dataset.more), rows = () => $$("tbody > tr", body).length, before = rows();
    link.click();
    if (!await until(() => rows() > before)) say("“Load more” loads nothing");
  }
  const forms = $$("form[data-swap]").filter((form) => method(form) === "get").map((form) => [...form.elements].map((field) => field.name).join());
  for (const names of new Set(forms)) {
    const form = () => $$("form[data-swap]").find((form) => method(form) === "get" && [...form.elements].map((field) => field.name).join() === names);
    for (const name of new Set(names.split(",").filter(Boolean))) {
      const field = form() && fields(form()).find((field) => field.name === name && field.type !== "hidden");
      if (!field || !seen(field)) continue;
      const was = field.value;
      const set = (value) => {
        const now = fields(form()).find((field) => field.name === name && field.type !== "hidden");
        now.value = value;
        now.dispatchEvent(new Event("input", { bubbles: true }));
        if (!form().hasAttribute("data-auto")) HTMLFormElement.prototype.requestSubmit.call(form());
      };
      const other = field.tagName === "SELECT" ? [...field.options].at(-1).value : field.type === "date" ? "2025-01-02" : "acme";
      if (other === was) continue;
      const region = form().dataset.swap;
      await swaps(`the filter “${name}”`, region, () => set(other));
      if (location.pathname !== here) return say(`the filter “${name}” leads to ${decodeURIComponent(location.pathname)}`);
      if (!form()) continue;
      await swaps(`the filter “${name}”`, region, () => set(was));
    }
  }
  const links = new Set($$("a[data-swap]").filter(seen).map((a) => a.textContent.trim() || a.ariaLabel));
  for (const text of [...links].slice(0, 8)) {
    const link = $$("a[data-swap]").filter(seen).find((a) => (a.textContent.trim() || a.ariaLabel) === text);
    if (!link || !document.getElementById(link.dataset.swap)) continue;
    await swaps(`the link “${text}”`, link.dataset.swap, () => link.click());
    if (location.pathname !== here) return say(`the link “${text}” leads to ${location.pathname}`);
  }
}
(async () => {
  await dialogs();
  await menus();
  if (narrow) return done([...wrong, ...window.crawl.said.splice(0)]);
  for (const form of $$("form").filter((form) => method(form) !== "dialog")) {
    if (method(form) === "post" && !fields(form).some((field) => field.name === "csrf") && !location.pathname.startsWith("/invitation/") && !location.pathname.startsWith("/_components")) say(`a form has no token: ${shown(form)}`);
    const by = senders(form);
    for (const button of by.length ? by.slice(0, 4) : [null]) await aim(form, button);
  }
  // A form that goes astray would lead this page away, and what was found with it.
  if (wrong.length) return done([...wrong, ...window.crawl.said.splice(0)]);
  await live();
  await copies();
  await ticks();
  await palette();
  await lists();
  done([...wrong, ...window.crawl.said.splice(0)]);
})().catch((error) => done([...wrong, `the crawl's own script failed: ${error.stack}`]));
