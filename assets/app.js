// All the script of the consoles. Pages work without it: here are only dialogs by the product's rule, copying, the
// palette, swapping marked regions in place, live updates, keys in tables and small courtesies of forms.
// The words it needs are in data attributes of <body> and in <template>s, in the reader's language.
const inside = (root, how) => (root instanceof Element ? Element.prototype[how] : root[how]).bind(root);
const $ = (selector, root = document) => inside(root, "querySelector")(selector);
const $$ = (selector, root = document) => [...inside(root, "querySelectorAll")(selector)];
const words = document.body.dataset;
const icons = words.icons;
// A field named like a property of its form hides it (`action`, `method`, `reset`), so forms are asked by prototypes.
const attr = (el, name) => Element.prototype.getAttribute.call(el, name);
const setAttr = (el, name, value) => Element.prototype.setAttribute.call(el, name, value);
const dropAttr = (el, name) => Element.prototype.removeAttribute.call(el, name);
const methodOf = (form) => (attr(form, "method") ?? "get").toLowerCase();
const send = (form) => HTMLFormElement.prototype.requestSubmit.call(form);

// --- Dialogs: buttons, Escape, or a press AND a release on the backdrop; what was typed and not sent is asked about.
const modal = "dialog.dialog, dialog.palette";
const dirty = (root) => $$("input, select, textarea", root).some((f) =>
  f.type === "hidden" || f.type === "submit" || f.hasAttribute("data-free") ? false
    : f.type === "checkbox" || f.type === "radio" ? !f.hasAttribute("data-must") && f.checked !== f.defaultChecked
    : f.tagName === "SELECT" ? [...f.options].some((o) => o.selected !== o.defaultSelected) && f.selectedIndex > 0
    : f.value !== f.defaultValue);
const outside = (dialog, e) => {
  const box = dialog.getBoundingClientRect();
  return e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom;
};
// The form of a dialog that was filled in again with what somebody typed before.
const keptIn = (dialog) => {
  const kept = $("form[data-kept]");
  return kept && $$("form", dialog).some((form) => attr(form, "action") === kept.dataset.kept && attr(form, "data-sent") === null) ? kept : null;
};
// What was refused or filled in again was typed too, though the server wrote it.
const unsent = (dialog) => dirty(dialog) || $("[aria-invalid=true], .conflict", dialog) || keptIn(dialog);
function leave(dialog) {
  const must = $("[data-must]", dialog);
  if (must && !must.checked) return insist(must, true);
  if (dialog.id === "ask-leave" || dialog.matches(".palette, .sheet") || !unsent(dialog)) return dialog.close();
  const ask = $("#ask-leave");
  ask.returnValue = "";
  ask.showModal();
  ask.onclose = () => {
    if (ask.returnValue !== "leave") return;
    $$("form", dialog).forEach((form) => HTMLFormElement.prototype.reset.call(form));
    dialog.close();
  };
}
// What is shown once is not closed before somebody says that they have it; why stands at its box.
function insist(must, isMissing) {
  const says = document.getElementById(must.dataset.must);
  if (says) says.textContent = isMissing ? says.dataset.says : "";
  isMissing ? must.setAttribute("aria-invalid", "true") : must.removeAttribute("aria-invalid");
  if (isMissing) must.focus();
}
document.addEventListener("change", (e) => { if (e.target.matches("[data-must]") && e.target.checked) insist(e.target, false); });
// Browsers ask nobody who has not touched the page.
addEventListener("beforeunload", (e) => {
  if (navigator.userActivation?.hasBeenActive !== false && $("dialog:modal [data-must]:not(:checked)")) e.preventDefault();
});
let pressed = null;
document.addEventListener("pointerdown", (e) => {
  pressed = e.target.matches?.(modal) && outside(e.target, e) ? e.target : null;
});
document.addEventListener("pointerup", (e) => {
  if (pressed && outside(pressed, e)) leave(pressed);
  pressed = null;
});
document.addEventListener("cancel", (e) => {
  if (!e.target.matches?.(modal)) return;
  e.preventDefault();
  leave(e.target);
}, true);
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const open = $$("dialog:modal").at(-1);
  // A browser lets only the first Escape be refused, so it isn't left to the browser.
  if (open && !$(":popover-open", open)) { e.preventDefault(); return leave(open); }
  const close = $(".sheet[open] [data-close]");
  if (close && !$(":popover-open")) close.click();
});
function openMarked(root = document) {
  for (const dialog of $$("dialog[data-modal][open]:not(:modal)", root)) {
    dialog.close();
    dialog.showModal();
  }
}
// A dialog that a menu opened gives the focus back to the menu's button: the item is out of sight by then.
document.addEventListener("click", (e) => {
  const item = e.target.closest?.(".menu[popover] [command=show-modal]");
  const dialog = item && document.getElementById(item.getAttribute("commandfor"));
  const opener = dialog && $(`[popovertarget="${CSS.escape(item.closest(".menu").id)}"]`);
  dialog?.addEventListener("close", () => opener?.focus(), { once: true });
});
if (!("commandForElement" in HTMLButtonElement.prototype)) {
  document.addEventListener("click", (e) => {
    const button = e.target.closest("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (dialog && button.getAttribute("command") === "show-modal") dialog.showModal();
    else if (dialog) leave(dialog);
  });
}

// --- Copying
async function copy(button) {
  const from = document.getElementById(button.dataset.copyFrom);
  const text = button.dataset.copy || from?.textContent || "";
  try { await navigator.clipboard.writeText(text); } catch { if (!copyByHand(text)) return select(button, from); }
  button.classList.add("done");
  $("use", button)?.setAttribute("href", `${icons}#check`);
  say(button, words.copied);
  setTimeout(() => { button.classList.remove("done"); $("use", button)?.setAttribute("href", `${icons}#copy`); }, 2000);
}
// Browsers give the clipboard to pages with HTTPS alone; the older way may still be open.
function copyByHand(text) {
  let copied = false;
  const put = (e) => { e.clipboardData.setData("text/plain", text); e.preventDefault(); copied = true; };
  document.addEventListener("copy", put);
  try { document.execCommand("copy"); } catch { /* said below */ }
  document.removeEventListener("copy", put);
  return copied;
}
// What can't be copied is selected, and the page says so.
function select(button, from) {
  const shown = from ?? $(".value", button.closest(".secret") ?? document.createElement("i"))
    ?? button.closest(".copy, .affix, .row")?.querySelector("span, code, pre") ?? button;
  getSelection().selectAllChildren(shown);
  if (!button.closest("dialog:modal")) $("#toasts").replaceChildren($("#t-uncopied").content.cloneNode(true));
  say(button, words.uncopied, true);
}
// Behind an open dialog nothing is read out or seen: it is said in the dialog.
function say(button, text, isSeen = false) {
  const dialog = button.closest("dialog:modal");
  let status = dialog ? $("[data-status]", dialog) : $("#said");
  if (!status) {
    status = document.createElement("p");
    status.dataset.status = "";
    status.setAttribute("role", "status");
    (button.closest(".body, .secret") ?? dialog).append(status);
  }
  if (dialog) status.className = isSeen ? "help" : "sr";
  status.textContent = text;
}
document.addEventListener("click", (e) => {
  const button = e.target.closest?.("[data-copy], [data-copy-from]");
  if (button) return copy(button);
  const gone = e.target.closest?.(".toast [data-dismiss]");
  if (gone) gone.closest(".toast").remove();
});
function fadeToasts() {
  for (const toast of $$(".toast[data-fades]:not([data-timed])")) {
    toast.dataset.timed = "";
    const tick = () => toast.matches(":hover, :focus-within") ? setTimeout(tick, 3000)
      : (toast.dataset.gone = "", setTimeout(() => toast.remove(), 200));
    setTimeout(tick, 8000);
  }
}

// --- Swapping: a region is replaced by the one of the same id; focus, typed text and opened details stay.
const pathTo = (el) => el.id ? `#${CSS.escape(el.id)}` : el.name ? `[name="${CSS.escape(el.name)}"]`
  : el.getAttribute("href") ? `[href="${CSS.escape(el.getAttribute("href"))}"]` : null;
// A card that was folded because all was well is open once the server opens it: what fails is seen.
const unfolds = (old, fresh) => old.dataset.fold === "shut" && fresh.dataset.fold === "open";
function put(fresh) {
  const old = document.getElementById(fresh.id);
  if (!old) return false;
  const at = old.contains(document.activeElement) ? document.activeElement : null;
  const where = at && at !== old ? pathTo(at) : at && `#${CSS.escape(old.id)}`;
  const typing = at?.matches("input, textarea, select") && at.type !== "checkbox";
  const marks = typing && at.selectionStart != null ? [at.selectionStart, at.selectionEnd] : null;
  for (const open of $$("details[id]", old)) {
    const twin = $(`#${CSS.escape(open.id)}`, fresh);
    if (twin && !unfolds(open, twin)) twin.open = open.open;
  }
  carry(old, fresh);
  old.replaceWith(fresh);
  const focus = where && (fresh.matches(where) ? fresh : $(where, fresh));
  if (focus) {
    if (typing && focus.type !== "password") focus.value = at.value;
    focus.focus({ preventScroll: true });
    if (marks) try { focus.setSelectionRange(...marks); } catch { /* number and date fields have no marks */ }
  }
  ready(fresh);
  return true;
}
// What was ticked stays so while one searches, sorts and pages: what is not among the rows any more is kept in the form of
// the bulk bar, and counted there.
function carry(old, fresh) {
  const form = $("form.bulk", fresh);
  for (const tick of $$(".pick input[value][name]:checked, form.bulk [data-carried]", old)) {
    const twin = $(`.pick input[value="${CSS.escape(tick.value)}"]`, fresh);
    if (twin) twin.checked = true;
    else if (form) {
      const kept = Object.assign(document.createElement("input"), { type: "hidden", name: tick.name, value: tick.value });
      kept.dataset.carried = "";
      form.append(kept);
    }
  }
}
async function page(url, init) {
  const answer = await fetch(url, { ...init, headers: { accept: "text/html", "x-swap": "1", ...init?.headers } });
  const kind = answer.headers.get("content-type") ?? "";
  return { answer, html: kind.includes("html") ? new DOMParser().parseFromString(await answer.text(), "text/html") : null };
}
let turn = 0;
async function swap(id, url, { init, keep, quiet } = {}) {
  const mine = ++turn;
  document.getElementById(id)?.setAttribute("aria-busy", "true");
  try {
    const { answer, html } = await page(url, init);
    if (mine !== turn) return;
    // Signed out: what was sent is kept, and the answer says where to sign in.
    const next = answer.status === 401 && answer.headers.get("location");
    if (next) return location.assign(next);
    const fresh = html && $(`#${CSS.escape(id)}`, html);
    if (!fresh) {
      if (init?.method === "post" && !answer.redirected && html) return write(html);
      return location.assign(answer.url || url);
    }
    put(document.adoptNode(fresh));
    if (answer.status >= 400) showRefusal();
    for (const toast of $$("#toasts > *", html)) $("#toasts").append(document.adoptNode(toast));
    fadeToasts();
    document.title = html.title || document.title;
    const to = answer.url.split("#")[0];
    if (quiet || (init?.method === "post" && !answer.redirected)) return;
    history[keep || to === location.href ? "replaceState" : "pushState"](null, "", to);
    here = location.pathname + location.search;
  } catch {
    init ? banner("offline") : location.assign(url);
  } finally {
    document.getElementById(id)?.removeAttribute("aria-busy");
    idle();
  }
}
// An answer without the region, such as a problem page, takes the page's main part.
function write(html) {
  const main = $("#main", html);
  if (main && $("#main")) { $$("dialog:modal").forEach((d) => d.close()); $("#main").replaceWith(document.adoptNode(main)); ready($("#main")); showRefusal(); }
  else document.body.replaceWith(document.adoptNode(html.body));
}
// Back and forward over swapped addresses ask the server again; a jump within the page doesn't.
let swapped = false, here = location.pathname + location.search;
addEventListener("popstate", () => {
  const to = location.pathname + location.search;
  if (swapped && to !== here) location.reload();
  here = to;
});
document.addEventListener("click", (e) => {
  if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  const more = e.target.closest?.("a[data-more]");
  if (more) { e.preventDefault(); return loadMore(more); }
  const link = e.target.closest?.("a[data-swap]");
  if (!link || !document.getElementById(link.dataset.swap)) return;
  e.preventDefault();
  swapped = true;
  swap(link.dataset.swap, link.href);
});
// What was refused comes into view and takes the focus, wherever its form stands: the summary of what is wrong, a banner, or
// the first wrong field. A banner that stands in no form may be of something else, so it comes last.
const refusals = [".wrongs", ".conflict", ".banner.bad", "[aria-invalid=true]", ".field .wrong"];
function refusal(root) {
  const shown = (el) => el.checkVisibility?.() ?? el.offsetParent;
  return $$(`form :is(${refusals})`, root).find(shown) ?? $$(refusals.join(), root).find(shown);
}
function attend(el) {
  if (!el.matches("input, select, textarea, [tabindex]")) el.tabIndex = -1;
  el.focus({ preventScroll: true });
  el.scrollIntoView({ block: "center" });
}
function showRefusal() {
  const wrong = refusal($$("dialog:modal").at(-1) ?? $("#main") ?? document);
  if (wrong) attend(wrong);
}
async function loadMore(link) {
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  try {
    const { html } = await page(link.href);
    const body = $(`#${CSS.escape(link.dataset.more)} tbody`);
    const rows = $$(`#${CSS.escape(link.dataset.more)} tbody > tr`, html);
    if (!rows.length) return location.assign(link.href);
    for (const row of rows) if (!row.matches(".day")) body.append(document.adoptNode(row));
    const foot = $(`#${CSS.escape(link.dataset.more)} > .more`, html);
    const old = link.closest(".more");
    const says = foot && $("[data-shown]", foot);
    if (says) says.textContent = says.dataset.shown.replace("{n}", $$("tr:not(.day)", body).length);
    foot ? old.replaceWith(document.adoptNode(foot)) : old.remove();
    rows.map((row) => $("a", row)).find(Boolean)?.focus({ preventScroll: true });
    ready(body);
    if ($(".day", body)) regroup(body);
  } catch { location.assign(link.href); }
}

// --- Forms: one send only, busy buttons that keep their width, filters that apply themselves, names that propose slugs.
function idle() {
  for (const form of $$("form[data-sent]")) dropAttr(form, "data-sent");
  for (const button of $$("[data-busy]")) { button.removeAttribute("aria-busy"); delete button.dataset.busy; }
}
addEventListener("pageshow", idle);
document.addEventListener("submit", (e) => {
  const form = e.target;
  // A download leaves the page as it is.
  if (methodOf(form) === "dialog" || attr(form, "data-download") !== null) return;
  if (attr(form, "data-sent") !== null) return e.preventDefault();
  const region = attr(form, "data-swap"), isAuto = attr(form, "data-auto") !== null;
  const data = new FormData(form, e.submitter);
  setAttr(form, "data-sent", "");
  if (e.submitter && !isAuto) { e.submitter.setAttribute("aria-busy", "true"); e.submitter.dataset.busy = ""; }
  if (!region || !document.getElementById(region)) return;
  e.preventDefault();
  swapped = true;
  const url = new URL(e.submitter?.getAttribute("formaction") ?? attr(form, "action") ?? "", location.href);
  if (methodOf(form) === "post") return swap(region, url, { init: { method: "post", body: new URLSearchParams(data) } });
  url.search = new URLSearchParams([...data].filter(([, value]) => value !== ""));
  swap(region, url, { keep: isAuto });
});
// A form that was filled in again is forgotten once its dialog is closed without sending it.
document.addEventListener("close", (e) => {
  const kept = !e.target.open && keptIn(e.target);
  if (!kept) return;
  fetch(attr(kept, "action"), { method: "post", keepalive: true, body: new URLSearchParams(new FormData(kept)), headers: { "x-swap": "1" } });
  kept.closest(".banner")?.remove();
}, true);
// A form that says while it is typed what it would do. What it said of what stood there before is out of sight at once: an
// answer that is late changes nothing, and one that fails leaves it unknown.
let previews = 0;
const previewed = (form) => document.getElementById(attr(form, "data-region"));
function outdate(form) {
  previews++;
  previewed(form)?.setAttribute("aria-busy", "true");
}
async function preview(form) {
  if (attr(form, "data-sent") !== null) return;
  const mine = previews, body = new URLSearchParams(new FormData(form));
  const { answer, html } = await page(attr(form, "data-preview"), { method: "post", body }).catch(() => ({}));
  if (mine !== previews) return;
  const old = previewed(form), fresh = answer?.ok && old && html && $(`#${CSS.escape(old.id)}`, html);
  if (fresh) return put(document.adoptNode(fresh));
  if (!old) return;
  old.textContent = old.dataset.unknown ?? "";
  old.removeAttribute("aria-busy");
}
let later;
document.addEventListener("input", (e) => {
  const field = e.target;
  const form = field.closest("form[data-auto]");
  if (form) {
    clearTimeout(later);
    later = setTimeout(() => { dropAttr(form, "data-sent"); send(form); }, field.tagName === "INPUT" ? 250 : 0);
  }
  const told = field.closest("form[data-preview]");
  if (told) { outdate(told); clearTimeout(later); later = setTimeout(() => preview(told), 250); }
  if (field.dataset.proposeSlug) {
    const slug = document.getElementById(field.dataset.proposeSlug);
    if (slug && slug.dataset.own === undefined) slug.value = slugOf(field.value);
  }
  if (field.id && $(`[data-propose-slug="${CSS.escape(field.id)}"]`)) field.dataset.own = "";
  const around = field.closest("form"), named = around && $("[data-confirm-name]", around);
  if (named) confirmable(named);
});
// What is chosen from a list is a line of the text above it, once.
document.addEventListener("change", (e) => {
  const list = e.target.closest?.("[data-adds]"), text = list?.value && document.getElementById(list.dataset.adds);
  if (!text) return;
  const lines = text.value.split("\n").map((line) => line.trim()).filter(Boolean);
  text.value = [...new Set([...lines, list.value])].join("\n");
  list.value = "";
  text.dispatchEvent(new Event("input", { bubbles: true }));
});
// Beside what was typed stands what somebody else saved; a button takes that.
document.addEventListener("click", (e) => {
  const button = e.target.closest?.("[data-take]");
  const at = button && document.getElementById(button.dataset.take);
  const field = at?.matches("input, select, textarea") ? at : at && $$("input[type=radio]", at).find((one) => one.value === button.value);
  if (!field) return;
  if (field.matches("[type=checkbox], [type=radio]")) field.checked = field.type === "radio" || button.value === "on";
  else field.value = button.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
const letters = { æ: "ae", ø: "oe", å: "aa", ä: "ae", ö: "oe", ü: "ue", ß: "ss", ð: "d", þ: "th", ł: "l" };
const slugOf = (name) => name.toLowerCase().replace(/[æøåäöüßðþł]/g, (c) => letters[c]).normalize("NFKD")
  .replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "");
function confirmable(field) {
  const button = $("button[data-sure]", field.form ?? document);
  if (button) button.disabled = field.value.trim() !== field.dataset.confirmName;
}

// --- Ticks in tables: all, the bar, and its count.
document.addEventListener("change", (e) => {
  const card = e.target.closest(".table-card");
  if (!card || !e.target.closest(".pick")) return;
  if (e.target.matches("[data-all]")) for (const tick of $$("tbody .pick input", card)) tick.checked = e.target.checked;
  count(card);
});
document.addEventListener("click", (e) => {
  const card = e.target.closest?.("[data-unpick]")?.closest(".table-card");
  if (!card) return;
  for (const tick of $$(".pick input", card)) tick.checked = false;
  for (const kept of $$("[data-carried]", card)) kept.remove();
  count(card);
});
function count(card) {
  const all = $$("tbody .pick input", card);
  const on = all.filter((tick) => tick.checked).length;
  const head = $("[data-all]", card);
  if (head) { head.checked = on > 0 && on === all.length; head.indeterminate = on > 0 && on < all.length; }
  const says = $("[data-picked]", card);
  if (says) says.textContent = says.dataset.picked.replace("{n}", on + $$("[data-carried]", card).length);
}

// --- Keys: up, down, Enter and Space in tables; arrows in menus; Ctrl or Cmd with K for the palette.
document.addEventListener("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k" && $("#palette")) {
    e.preventDefault();
    return $("#palette").open ? $("#palette").close() : $("#palette").showModal();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  const menu = e.target.closest?.(".menu[popover]");
  if (menu && step) {
    const items = $$("a, button", menu).filter((item) => !item.disabled);
    e.preventDefault();
    return items.at((items.indexOf(e.target) + step + items.length) % items.length)?.focus();
  }
  const row = e.target.closest?.(".table tbody tr");
  if (!row || e.target.matches("input:not([type=checkbox]), select, textarea")) return;
  const link = $("th a", row);
  if (step) {
    const rows = $$("tbody tr", row.closest("table")).filter((r) => $("th a", r));
    const next = rows[rows.indexOf(row) + step];
    if (next) { e.preventDefault(); $("th a", next).focus(); next.scrollIntoView({ block: "nearest" }); }
  } else if (e.key === " " && e.target === link && $(".pick input", row)) {
    e.preventDefault();
    $(".pick input", row).click();
  }
});
document.addEventListener("click", (e) => {
  const row = e.target.closest?.(".table tbody tr:not(.day)");
  if (!row || e.target.closest("a, button, input, label, summary, .acts, .pick, .copy") || getSelection().toString()) return;
  $("th a", row)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: e.ctrlKey, metaKey: e.metaKey }));
});
document.addEventListener("toggle", (e) => {
  if (e.newState !== "open") return;
  if (e.target.matches(".menu[popover]")) $("a, button", e.target)?.focus();
  if (e.target.matches("dialog.dialog")) {
    // What was refused comes before what a fresh dialog begins with.
    const wrong = e.target.matches("[data-modal]") && refusal(e.target);
    if (wrong) attend(wrong);
    else if (!$("[autofocus]", e.target)) $(".body :is(input:not([type=hidden]), select, textarea)", e.target)?.focus();
  }
}, true);

// --- Palette: the pages of the navigation at once; what can be done and what there is, as soon as the server says.
const palette = $("#palette");
if (palette) {
  const field = $("input", palette), list = $("[role=listbox]", palette), says = $(".says", palette), pages = $$("a", list);
  const [box, link] = $("template", palette).content.children;
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const shown = () => $$("a", list).filter((a) => !a.hidden);
  let asking = null, wait, goes = false, chosen = false, failed = "";
  const at = (link) => {
    for (const a of $$("a", list)) { a.classList.toggle("at", a === link); a.setAttribute("aria-selected", a === link); }
    link ? field.setAttribute("aria-activedescendant", link.id) : field.removeAttribute("aria-activedescendant");
    link?.scrollIntoView({ block: "nearest" });
  };
  const tell = () => {
    const q = field.value.trim(), n = shown().length;
    const text = failed || (!q ? says.dataset.says : n ? says.dataset.count.replace("{n}", n) : says.dataset.none.replace("{q}", () => q));
    if (says.textContent !== text) says.textContent = text;
  };
  const filter = () => {
    const words = fold(field.value).split(/\s+/);
    for (const a of pages) a.hidden = !words.every((word) => fold(a.textContent).includes(word));
    for (const group of $$("[role=group]", list)) group.hidden = !$("a:not([hidden])", group);
  };
  const item = (found, id) => {
    const a = link.cloneNode(true);
    a.id = id;
    a.href = found.href;
    $("use", a).setAttribute("href", `${icons}#${found.icon}`);
    $("span", a).textContent = found.title;
    $("small", a).textContent = found.detail;
    return a;
  };
  const fill = (sections, why = "") => {
    $$("[data-found]", list).forEach((group) => group.remove());
    sections.forEach((section, n) => {
      const group = box.cloneNode(true), head = $(".head", group);
      head.id = `found-${n}`;
      head.textContent = section.heading;
      group.setAttribute("aria-labelledby", head.id);
      group.append(...section.items.map((found, m) => item(found, `found-${n}-${m}`)));
      list.append(group);
    });
    asking = null;
    failed = why;
    list.removeAttribute("aria-busy");
    filter();
    if (!$("a.at:not([hidden])", list)) at(shown()[0]);
    tell();
    if (goes) $("a.at:not([hidden])", list)?.click();
    goes = chosen = false;
  };
  const ask = async () => {
    asking?.abort?.();
    const mine = asking = new AbortController(), query = new URLSearchParams({ q: field.value.trim() });
    if (palette.dataset.in) query.set("in", palette.dataset.in);
    try {
      const answer = await fetch(`/palette?${query}`, { headers: { accept: "application/json" }, signal: mine.signal });
      const said = await answer.json();
      if (mine !== asking) return;
      if (answer.status === 401) banner("signed-out");
      answer.ok ? fill(said.sections) : fill([], said.errors?.[0]?.message ?? says.dataset.failed);
    } catch { if (mine === asking) fill([], says.dataset.failed); }
  };
  const later = () => {
    asking?.abort?.();
    asking = {};
    list.setAttribute("aria-busy", "true");
    clearTimeout(wait);
    wait = setTimeout(ask, 120);
  };
  field.addEventListener("input", () => {
    goes = chosen = false;
    filter();
    at(shown()[0]);
    later();
  });
  palette.addEventListener("toggle", (e) => { if (e.newState === "open") { filter(); at(shown()[0]); ask(); } });
  palette.addEventListener("close", () => {
    clearTimeout(wait);
    asking?.abort?.();
    field.value = "";
    goes = false;
    fill([]);
  });
  list.addEventListener("click", (e) => { if (e.target.closest("a") && !e.ctrlKey && !e.metaKey) palette.close(); });
  palette.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key], links = shown();
    if (step && links.length) {
      e.preventDefault();
      chosen = true;
      at(links.at((links.findIndex((a) => a.classList.contains("at")) + step + links.length) % links.length));
    } else if (e.key === "Enter" && e.target === field && !e.isComposing) {
      e.preventDefault();
      // What is listed may be of what was typed before: whoever is quick waits for their own, unless they chose one.
      if (asking && field.value.trim() && !chosen) goes = true;
      else $("a.at:not([hidden])", list)?.click();
    }
  });
}
// A shortcut names the dialog that it leads to; only those that make something are opened so.
function openNamed() {
  const named = /^#(add|invite)-[a-z-]+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
  if (!named || !named.matches("dialog.dialog:not([open])")) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  named.showModal();
}
addEventListener("hashchange", openNamed);
openNamed();

// --- Live: one stream for each address, only while the tab is seen.
const streams = new Map(), begun = new Set();
let out = false;
function live() {
  const want = document.hidden || out ? [] : [...new Set($$("[data-live]").map((region) => region.dataset.live))];
  for (const [url, stream] of streams) if (!want.includes(url)) { stream.close(); streams.delete(url); connected(url, false); }
  for (const url of want) {
    if (streams.has(url)) continue;
    const stream = new EventSource(url);
    streams.set(url, stream);
    stream.onopen = () => connected(url, true);
    stream.onerror = () => connected(url, false);
    stream.addEventListener("swap", (e) => {
      const box = document.createElement("template");
      box.innerHTML = e.data;
      const parts = [...box.content.children].map((fresh) => [document.getElementById(fresh.id), fresh]);
      // What comes first is mostly what the page was made of a moment ago.
      const isNews = begun.has(url) || parts.some(([old, fresh]) => old && said(old) !== said(fresh));
      begun.add(url);
      for (const [old, fresh] of parts) renew(old, fresh);
      if (isNews) wholly(url);
    });
    stream.addEventListener("signed-out", signedOut);
  }
}
// What a part says, but for the ages that go on by themselves.
function said(part) {
  const copy = part.cloneNode(true);
  for (const time of $$("time", copy)) time.textContent = "";
  return copy.textContent.replace(/\s+/g, " ").trim();
}
function signedOut() {
  out = true;
  live();
  banner("signed-out");
}
// What moved on a live page seldom moves alone: head, actions, badges and the rest are asked for after it, the whole page as
// it is now. An answer to something that was refused has no address to ask, and what a dialog shows is not the page's.
const regions = ["#nav", "#main > .page"];
const pending = new Map();
function wholly(url) {
  if (!pending.has(url)) pending.set(url, setTimeout(() => { pending.delete(url); whole(url); }, 300));
}
async function whole(url) {
  const here = (root) => $$("[data-live]", root).find((region) => region.dataset.live === url && !region.closest("dialog"));
  if (!here(document) || performance.getEntriesByType("navigation")[0]?.responseStatus >= 400 || $("#main :is(.conflict, [aria-invalid=true])")) return;
  const at = location.href, before = turn;
  try {
    const { answer, html } = await page(at, { headers: { "x-live": "1" } });
    if (answer.status === 401) return signedOut();
    // Whoever went on meanwhile sees another page.
    if (!answer.ok || !html || !here(html) || at !== location.href || before !== turn) return;
    for (const region of regions) renew($(region), $(region, html));
    document.title = html.title || document.title;
  } catch { /* the stream says when it is back */ }
}
// A region is brought up to date in place: what stays the same is not touched, so focus, ticks, typed text and what was
// opened stay.
const ours = new Set(["open", "title", "data-connected", "data-timed", "data-sent", "data-busy", "data-attended", "aria-busy"]);
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.id === b.id;
const typing = "input:not([type=hidden]), select, textarea";
const held = (el) => el.matches("dialog[open], :popover-open, [data-carried]")
  || (el.matches("form") && (dirty(el) || $("[aria-invalid=true], .conflict", el) || (el.contains(document.activeElement) && document.activeElement.matches(typing))));
function renew(old, fresh) {
  if (!old || !fresh) return;
  const focus = old.contains(document.activeElement);
  morph(old, fresh);
  // What had the focus is gone: whoever goes by keys stays in the page's main part.
  if (focus && document.activeElement === document.body) $("#main")?.focus({ preventScroll: true });
  ready(old);
}
function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) { old.nodeValue = fresh.nodeValue; return; }
  if (held(old) || (old.nodeName === "TIME" && old.dateTime === fresh.dateTime)) return;
  if (old.matches("details") && unfolds(old, fresh)) old.open = true;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !ours.has(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (!ours.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const twin = next.id && [...old.children].find((child) => child.id === next.id);
    if (twin && twin !== at) { old.insertBefore(twin, at); at = twin; }
    if (at && alike(at, next)) { const after = at.nextSibling; morph(at, next); at = after; }
    else old.insertBefore(document.adoptNode(next), at);
  }
  while (at) { const after = at.nextSibling; if (at.nodeType !== Node.ELEMENT_NODE || !held(at)) at.remove(); at = after; }
}
function connected(url, on) {
  for (const region of $$("[data-live]")) if (region.dataset.live === url) region.toggleAttribute("data-connected", on);
}
function banner(id) {
  const words = document.getElementById(`t-${id}`);
  if (!words || $(`[data-band="${id}"]`)) return;
  $(".top")?.prepend(words.content.cloneNode(true));
}
document.addEventListener("visibilitychange", live);
addEventListener("pagehide", () => { for (const [url, stream] of streams) { stream.close(); streams.delete(url); } });
addEventListener("pageshow", live);

// --- Time: ages grow, countdowns shrink; a full date in the reader's own zone is one hover away.
const ages = (words.ago ?? "").split("|");
function ago(seconds) {
  if (seconds < 2) return ages[0];
  const [n, unit] = seconds < 60 ? [seconds, 1] : seconds < 3600 ? [seconds / 60, 2] : seconds < 86400 ? [seconds / 3600, 3] : [seconds / 86400, 4];
  return ages[unit]?.replace("{n}", Math.floor(n));
}
function clock(root = document) {
  const now = Date.now();
  for (const time of $$("time[data-ago]", root)) {
    const age = (now - Date.parse(time.dateTime)) / 1000;
    const text = age < 30 * 86400 && ago(Math.max(0, age));
    if (text && time.textContent !== text) time.textContent = text;
  }
  for (const time of $$("time[data-until]", root)) {
    const left = Math.max(0, Math.round((Date.parse(time.dateTime) - now) / 1000));
    time.textContent = left >= 3600 ? `${Math.floor(left / 3600)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}` : `${two(Math.floor(left / 60))}:${two(left % 60)}`;
  }
}
// Times are the reader's own, in the pattern that the server wrote in UTC; `title` keeps that.
const two = (n) => String(n).padStart(2, "0");
const dateOf = (at) => (words.date ?? "").replace("{day}", at.getDate()).replace("{month}", (words.months ?? "").split("|")[at.getMonth()]).replace("{year}", at.getFullYear());
const localTimes = {
  date: dateOf,
  moment: (at) => `${dateOf(at)}, ${two(at.getHours())}:${two(at.getMinutes())}`,
  time: (at) => `${two(at.getHours())}:${two(at.getMinutes())}`,
};
function localise(root) {
  for (const time of $$("time[data-local]", root)) {
    const at = new Date(time.dateTime), text = isNaN(at) ? null : localTimes[time.dataset.local]?.(at);
    if (text && time.textContent !== text) time.textContent = text;
  }
  for (const body of $$("tbody:has(> .day)", root)) regroup(body);
}
// Days begin at the reader's midnight.
function regroup(body) {
  const line = $(".day", body).cloneNode(true), dayOf = (at) => { const day = new Date(at); return Date.UTC(day.getFullYear(), day.getMonth(), day.getDate()) / 86400000; };
  const today = dayOf(Date.now());
  for (const day of $$(".day", body)) day.remove();
  let last = null;
  for (const row of $$("tr", body)) {
    const time = $("time[data-local=time]", row), at = time && new Date(time.dateTime);
    if (!at || dayOf(at) === last) continue;
    last = dayOf(at);
    const name = { 0: words.today, 1: words.yesterday }[today - last] ?? "{date}";
    const head = line.cloneNode(true);
    $("th", head).textContent = name.replace("{date}", dateOf(at));
    row.before(head);
  }
}
setInterval(() => { if (!document.hidden) clock(); }, 1000);

function ready(root = document) {
  localise(root);
  // What was just shown has no address: a reload shows the object it belongs to, and sends nothing again.
  for (const at of $$("[data-address]", root)) history.replaceState(null, "", at.dataset.address);
  for (const field of $$("[data-confirm-name]", root)) confirmable(field);
  for (const list of $$("[data-adds]", root)) list.parentElement.hidden = false;
  for (const field of $$("[data-propose-slug]", root)) {
    const slug = document.getElementById(field.dataset.proposeSlug);
    if (slug?.value && slug.value !== slugOf(field.value)) slug.dataset.own = "";
  }
  const cards = root.matches?.(".table-card") ? [root] : $$(".table-card", root);
  for (const card of cards) if ($(".pick, [data-carried]", card)) count(card);
  clock(root);
  openMarked(root);
  const first = $("[data-attend]:not([data-attended])", root);
  if (first) { first.dataset.attended = ""; first.focus(); }
  live();
}
ready();
fadeToasts();
// A browser that doesn't tell how the page was answered is believed where a field is wrong.
if (performance.getEntriesByType("navigation")[0]?.responseStatus >= 400 || $("#main :is(.wrongs, [aria-invalid=true])")) showRefusal();

// A page that the browser kept in memory may be of somebody who has signed out since.
addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
