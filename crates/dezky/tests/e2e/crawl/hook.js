// Stands in each document before its own scripts: notes what goes wrong, and can hold back what a form sends.
(() => {
  if (window.crawl) return;
  window.crawl = { said: [], held: null };
  const note = (what) => { window.crawl.said.push(what); };
  addEventListener("error", (e) => { if (e.message) note(`a script failed: ${e.message}`); });
  addEventListener("unhandledrejection", (e) => note(`a promise failed: ${e.reason}`));
  addEventListener("securitypolicyviolation", (e) => note(`the policy was broken: ${e.violatedDirective} ${e.blockedURI}`));
  const real = window.fetch;
  window.fetch = async (url, init) => {
    if (window.crawl.held) {
      window.crawl.held.push(String(url));
      return new Promise(() => {});
    }
    const answer = await real(url, init);
    window.crawl.last = answer.status;
    if (answer.status >= 400 && ![401, 422].includes(answer.status)) note(`${init?.method ?? "get"} ${url} was answered ${answer.status}`);
    return answer;
  };
})();
