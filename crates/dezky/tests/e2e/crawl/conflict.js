// Of a form that was sent over somebody else's change: both versions are shown, what was typed is kept.
const [action] = arguments;
const wrong = [];
const region = document.querySelector(".conflict");
if (!region) return [`nothing tells of the other change: ${document.querySelector("#main")?.innerText.slice(0, 200)}`];
if (!region.contains(document.activeElement)) wrong.push("the focus isn't on what tells of the other change");
const rows = [...region.querySelectorAll("tbody tr")];
if (!rows.length) wrong.push("the versions aren't shown beside each other");
const form = region.closest("form");
if (!form || new URL(Object.getOwnPropertyDescriptor(Element.prototype, "attributes").get.call(form).getNamedItem("action").value, location.href).pathname !== action) return [...wrong, "it doesn't stand in its form"];
for (const row of rows) {
  const link = row.querySelector("a[href^='#']"), field = link && document.getElementById(link.hash.slice(1));
  if (!field || !form.contains(field)) { wrong.push("a row leads to no field"); continue; }
  const [yours, now] = [...row.querySelectorAll("td")].map((cell) => cell.textContent.trim());
  const typed = field.tagName === "SELECT" ? field.selectedOptions[0].textContent : field.value;
  if (yours !== typed.trim() && typed) wrong.push(`what was typed is “${typed}” and is said to be “${yours}”`);
  if (yours === now) wrong.push(`the same is said twice: “${now}”`);
}
if (form.querySelector("[name=version]").value === "0") wrong.push("it can't be sent again");
return wrong;
