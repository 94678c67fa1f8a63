// Tells Nosto what this page's server says of the visitor: an answer to a fetch, or data elements in the page.
(() => {
  "use strict";
  // Twice in a page is no more than once. An element by this name in the page's markup is no property of its own.
  if (Object.prototype.hasOwnProperty.call(window, "nostoTagging")) return;

  if (typeof window.nostojs !== "function") window.nostojs = cb => { (nostojs.q = nostojs.q || []).push(cb); };

  // The name alone: an error's message may quote the visitor's data, and some sites record what the console is told.
  const warn = error => console.warn("Nosto was not told: " + (error && error.name));
  const attempt = run => { try { run(); } catch (error) { warn(error); } };

  // What the server's library calls. The client script has methods that take markup, and every object has some by which
  // data could become code.
  const methods = new Set("METHODS".split(" "));

  const step = (at, [method, given]) => {
    const names = method.split(".");
    const name = names.pop();
    const owner = names.reduce((of, each) => of[each], at);
    return owner[name](...given);
  };

  const own = (at, key) => {
    if (!Object.prototype.hasOwnProperty.call(at, key)) throw new ReferenceError();
    return at[key];
  };

  // An answer is {"calls": [{"steps": [[method, arguments], ...], "dates": [path, ...]}, ...]}; a path leads to a text in
  // the steps that is a date.
  const make = call => {
    for (const path of call.dates || []) {
      const last = path.pop();
      const inside = path.reduce(own, call.steps);
      inside[last] = new Date(own(inside, last));
    }
    for (const [method, given] of call.steps)
      if (!methods.has(method) || !Array.isArray(given)) throw new ReferenceError();
    nostojs(api => attempt(() => call.steps.reduce(step, api)));
  };

  // Of a copy: a call may wait for the client script, and the page may do what it likes with the answer meanwhile.
  const tell = answer => attempt(() => {
    const calls = JSON.parse(JSON.stringify((answer && answer.calls) || []));
    calls.forEach(call => attempt(() => make(call)));
  });

  // Who the visitor is, asked anew each time: the page itself may come out of a cache.
  const ask = url => fetch(url, { cache: "no-store", redirect: "error" })
    .then(response => response.status === 200 && response.json())
    .then(tell, warn);

  // An element by this name in the page's markup would stand before the document's own.
  const readyState = Object.getOwnPropertyDescriptor(Document.prototype, "readyState").get;

  // Elements in the page, and those that any library brings into it later: each is told once, and taken away, so that no
  // copy of the page that a library keeps has it. While the page is read, one may not be whole yet.
  const look = () => {
    if (readyState.call(document) === "loading") return;
    for (const element of document.querySelectorAll("script[type='application/json'][data-nosto-tell]")) {
      element.remove();
      attempt(() => tell(JSON.parse(element.textContent)));
    }
  };

  window.nostoTagging = { tell, ask };
  document.addEventListener("nosto:tell", event => tell(event.detail));
  document.addEventListener("DOMContentLoaded", look);
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();
})();
