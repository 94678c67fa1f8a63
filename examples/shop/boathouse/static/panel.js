// What Nosto is told on this page, for people to see: the blocks that stand in it, and the calls as they are made.
(() => {
  "use strict";
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const panel = make("details", "nosto-view");
  panel.open = matchMedia("(min-width: 60rem)").matches;
  const title = make("summary", "", "What Nosto is told");
  const many = make("b", "nosto-view-many");
  title.append(" ", many);
  const inside = make("div", "nosto-view-inside");
  const state = make("p", "nosto-view-note");
  const calls = make("ol", "nosto-view-calls");
  const blocks = make("div", "nosto-view-blocks");
  const close = make("button", "link", "Close this view");
  close.type = "button";
  close.addEventListener("click", () => {
    sessionStorage.removeItem("nosto_view");
    document.documentElement.classList.remove("with-nosto-view");
    panel.remove();
    watcher.disconnect();
  });
  inside.append(state, make("h3", "", "Calls"), calls, make("h3", "", "Blocks in the page"), blocks, close);
  panel.append(title, inside);

  const tell = () => {
    const known = window.nostoStandIn ? nostoStandIn.calls : [];
    const loaded = window.nostoStandIn !== undefined;
    state.textContent = loaded
      ? "Recorded by the shop’s stand-in for Nosto’s client script. Nothing leaves this machine."
      : "The client script is not loaded: the visitor has not agreed, or the shop has a real account.";
    many.textContent = known.length;
    for (const call of known.slice(calls.children.length)) {
      const item = make("li", "nosto-view-new");
      item.append(make("code", "", `${call.name}()`));
      if (call.arguments.length) item.append(make("pre", "", call.arguments.map(written).join(",\n")));
      calls.append(item);
    }
    if (!known.length) calls.replaceChildren();
  };
  const written = value => JSON.stringify(value, null, 1).replace(/^\s+/gm, space => "  ".repeat(space.length));

  // A block is an element of the class nosto_… that stands in no other.
  const rows = (element, list) => {
    for (const child of element.children) {
      const name = child.className || child.localName;
      if (child.children.length) {
        list.append(make("dt", "nosto-view-part", name));
        const more = make("dl");
        rows(child, more);
        const box = make("dd");
        box.append(more);
        list.append(box);
      } else {
        list.append(make("dt", "", name), make("dd", "", child.textContent));
      }
    }
  };
  const show = () => {
    const all = [...document.querySelectorAll('[class^="nosto_"]')];
    const roots = all.filter(each => !each.parentElement.closest('[class^="nosto_"]') && !panel.contains(each));
    blocks.replaceChildren(...roots.map(root => {
      const box = make("details", "nosto-view-block");
      const name = root.classList[0];
      const summary = make("summary", "", name);
      box.append(summary);
      if (root.children.length) {
        const list = make("dl");
        rows(root, list);
        box.append(list);
        box.open = list.children.length < 20;
      } else {
        summary.append(" ", make("b", "", root.textContent || root.id || "empty"));
        box.classList.add("nosto-view-flat");
      }
      return box;
    }));
  };

  document.addEventListener("stand-in:call", tell);
  addEventListener("load", tell);
  const watcher = new MutationObserver(records => {
    if (records.some(record => !panel.contains(record.target))) show();
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  document.documentElement.classList.add("with-nosto-view");
  document.body.append(panel);
  tell();
  show();
})();
