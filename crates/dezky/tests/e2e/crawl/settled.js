// What became of a form that was sent: nothing yet, or the status of its answer.
if (document.readyState !== "complete") return null;
if (!window.crawl?.page) return performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0;
const sending = document.querySelector("form[data-sent], [aria-busy=true]:not(.stack)");
return window.crawl.last && !sending ? window.crawl.last : null;
