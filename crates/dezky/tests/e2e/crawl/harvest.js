// Where the page leads, and which forms it has.
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const attribute = (el, name) => Object.getOwnPropertyDescriptor(Element.prototype, "attributes").get.call(el).getNamedItem(name)?.value ?? null;
const target = (form, by) => new URL((by && attribute(by, "formaction")) ?? attribute(form, "action") ?? location.href, location.href).pathname;
const forms = $$("form").filter((form) => (attribute(form, "method") ?? "get").toLowerCase() === "post").flatMap((form) => {
  const by = $$("button[formaction]", form);
  return (by.length ? by : [null]).map((button) => ({ action: target(form, button), versioned: !!form.querySelector("[name=version]") }));
});
const links = $$("a[href]").filter((a) => /^https?:$/.test(a.protocol)).map((a) => a.href.split("#")[0]);
return { links: [...new Set(links)], forms };
