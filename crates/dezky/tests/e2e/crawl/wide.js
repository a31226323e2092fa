// What reaches out of the window.
const wide = document.documentElement.scrollWidth - innerWidth;
if (wide <= 0) return [];
const guilty = [...document.querySelectorAll("body *")].filter((el) => el.checkVisibility() && el.getBoundingClientRect().right > innerWidth + 1 && !el.closest("[style*=overflow]"));
return [`the page is wider than the window by ${wide} px: ${guilty.slice(0, 3).map((el) => el.cloneNode(false).outerHTML.slice(0, 120)).join(" ")}`];
