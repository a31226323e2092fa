// Fills in the form of the page that goes to an address, as a person would who tries it out, and sends it.
const [action, round, stale] = arguments;
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const attribute = (el, name) => Object.getOwnPropertyDescriptor(Element.prototype, "attributes").get.call(el).getNamedItem(name)?.value ?? null;
const method = (form) => (attribute(form, "method") ?? "get").toLowerCase();
const path = (form, by) => new URL((by && attribute(by, "formaction")) ?? attribute(form, "action") ?? location.href, location.href).pathname;
let by = null;
const form = $$("form").find((form) => method(form) === "post" && (path(form) === action
  || (by = $$("button[formaction]", form).find((button) => path(form, button) === action))));
if (!form) return false;
const fits = {
  email: `try-${round}@private.test`, slug: `try-${round}`, key: `try-${round}`, primaryDomain: `try-${round}.test`, seats: "5",
  name: action.endsWith("/domains") ? `try-${round}.test` : `Try ${round}`, mailbox: `try-${round}`,
  address: `try-${round}@acme-widgets.test`, target: "per@acme-widgets.test", recipients: "per@acme-widgets.test",
  readers: "per@acme-widgets.test",
};
const changed = ["name", "description", "industry"];
for (const field of $$("input, select, textarea", form)) {
  if (field.type === "hidden" || field.disabled || field.readOnly) continue;
  if (field.dataset.confirmName) field.value = field.dataset.confirmName;
  else if (field.type === "checkbox") { if (field.required || field.name === "pick") field.checked = true; }
  else if (field.type === "file") {
    const files = new DataTransfer();
    files.items.add(new File(["name,email\nTry,try@private.test\n"], "people.csv", { type: "text/csv" }));
    field.files = files.files;
  } else if (field.tagName === "SELECT") {
    if (!field.value) field.selectedIndex = Math.min(1, field.options.length - 1);
    else if (stale && field.name === "role") field.selectedIndex = (field.selectedIndex + 1) % field.options.length;
  } else if (field.type === "password") field.value = "seven brown goats in the fog";
  else if (!field.value || stale) {
    if (stale) { if (changed.includes(field.name)) field.value = `Try ${round}`; }
    else if (field.required || fits[field.name]) field.value = fits[field.name] ?? `Try ${round}`;
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
if (stale) $$("[name=version]", form)[0].value = "0";
for (const button of $$("button[data-sure]", form)) button.disabled = false;
window.crawl.last = null;
window.crawl.page = true;
HTMLFormElement.prototype.requestSubmit.call(form, by ?? undefined);
return true;
