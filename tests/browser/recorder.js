// Stands for Nosto's client script and writes down what it is told; a frame's calls go to its page.
(() => {
    // For code that cannot spell an assignment.
    window.ran = () => { window.canary = 1; };
    if (window !== parent) {
        window.nostojs = (callback) => parent.nostojs(callback);
        return;
    }
    window.calls = [];
    window.violations = [];
    const after = (path) => new Proxy({}, {
        get: (_, method) => (...given) => {
            calls.push([`${path}.${String(method)}`, given]);
            return after(`${path}.${String(method)}()`);
        },
    });
    window.nostojs = (callback) => { callback(after("api")); };
    document.addEventListener("securitypolicyviolation", (event) => violations.push(event.effectiveDirective));
})();
