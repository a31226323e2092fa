// Where the page leads, and which forms it has.
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const attribute = (el, name) => Object.getOwnPropertyDescriptor(Element.prototype, "attributes").get.call(el).getNamedItem(name)?.value ?? null;
const target = (form, by) => new URL((by && attribute(by, "formaction")) ?? attribute(form, "action") ?? location.href, location.href).pathname;
const forms = $$("form").filter((form) => (attribute(form, "method") ?? "get").toLowerCase() === "post").flatMap((form) => {
  const by = $$("button[formaction]", form), plain = $$("button:not([type=button]):not([formaction])", form);
  // A button that leads elsewhere, such as to a preview, saves nothing over a change of somebody else.
  const versioned = (button) => !!form.querySelector("[name=version]") && !(button && plain.length);
  return [...by, ...(plain.length || !by.length ? [null] : [])].map((button) => ({ action: target(form, button), versioned: versioned(button) }));
});
const links = $$("a[href]").filter((a) => /^https?:$/.test(a.protocol)).map((a) => a.href.split("#")[0]);
return { links: [...new Set(links)], forms };
