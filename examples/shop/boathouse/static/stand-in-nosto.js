// A STAND-IN for Nosto's client script, for a shop without an account: it takes what waits in nostojs.q, as the real one
// does, and writes down each call with its arguments. It sends nothing to anybody, and shows no campaigns.
(() => {
  "use strict";
  const calls = [];

  const plain = value => {
    if (typeof value === "function") return plain(value());  // tagging providers may be functions
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  };
  // Whatever is called is a method of the client script's: api.customer(…), api.defaultSession().setCart(…).
  const recorder = path => new Proxy(() => {}, {
    get: (_, name) => (name === "then" || typeof name === "symbol" ? undefined : recorder(`${path}.${name}`)),
    apply: (_, self, given) => {
      const call = { name: path, arguments: given.map(plain) };
      calls.push(call);
      document.dispatchEvent(new CustomEvent("stand-in:call", { detail: call }));
      return recorder(`${path}()`);
    },
  });
  const run = callback => {
    try {
      callback(recorder("api"));
    } catch (error) {
      console.error(error);  // what is behind it in the queue is told all the same
    }
  };

  const waiting = (window.nostojs && window.nostojs.q) || [];
  window.nostojs = run;
  window.nostoStandIn = { calls };
  waiting.forEach(run);
})();
