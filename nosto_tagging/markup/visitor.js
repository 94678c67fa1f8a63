// Tells Nosto what this page's server says of the visitor: an answer to a fetch, or data elements in the page.
(() => {
  "use strict";
  if (window.nostoTagging) return;

  window.nostojs = window.nostojs || (cb => { (nostojs.q = nostojs.q || []).push(cb); });

  // A method of the client script's, "visit.setDoNotTrack" included, and nothing by which data could become code.
  const open = /^[a-z][A-Za-z]{0,63}(\.[a-z][A-Za-z]{0,63})?$/;
  const closed = /^(constructor|prototype|call|apply|bind)$/;
  const step = (at, [method, given]) => {
    const names = method.split(".");
    if (!open.test(method) || names.some(name => closed.test(name))) throw new TypeError("Not one of Nosto's methods: " + method);
    const name = names.pop();
    const owner = names.reduce((of, each) => of[each], at);
    return owner[name](...given);
  };

  // An answer is {"calls": [{"steps": [[method, arguments], ...], "dates": [path, ...]}, ...]}; a path leads to a text in
  // the steps that is a date, and through nothing that they do not have of their own: no prototype is written to.
  const own = (at, key) => {
    if (!Object.prototype.hasOwnProperty.call(at, key)) throw new TypeError("Nothing is there: " + key);
    return at[key];
  };
  const tell = answer => {
    for (const call of (answer && answer.calls) || []) {
      for (const path of call.dates || []) {
        const inside = path.slice(0, -1).reduce(own, call.steps);
        const last = path[path.length - 1];
        inside[last] = new Date(own(inside, last));
      }
      nostojs(api => call.steps.reduce(step, api));
    }
  };

  // Who the visitor is, asked anew each time: the page itself may come out of a cache.
  const ask = async url => {
    const response = await fetch(url, {
      credentials: "same-origin", cache: "no-store", redirect: "error", headers: { Accept: "application/json" },
    });
    if (response.status === 200) tell(await response.json());
  };

  // Elements that come into the page with a part of it: each is told once, and taken away.
  const look = () => {
    for (const element of document.querySelectorAll("script[type='application/json'][data-nosto-tell]")) {
      element.remove();
      tell(JSON.parse(element.textContent));
    }
  };

  window.nostoTagging = { tell, ask };
  document.addEventListener("nosto:tell", event => tell(event.detail));
  for (const name of ["DOMContentLoaded", "htmx:load", "turbo:load", "turbo:render", "turbo:frame-load"])
    document.addEventListener(name, look);
  if (document.readyState !== "loading") look();
})();
