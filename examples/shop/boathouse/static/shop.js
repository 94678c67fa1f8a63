// The shop's own script. Everything works without it, but for what is told to Nosto without a page load.
(() => {
  "use strict";
  const find = selector => document.querySelector(selector);
  const body = document.body;

  // A page that the browser has kept for the Back button may be of before a logout: it is not shown, but asked for anew.
  addEventListener("pagehide", event => document.documentElement.classList.toggle("kept", event.persisted));
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });

  // --- the visitor's choice

  const choice = () => {
    const found = document.cookie.split("; ").find(each => each.startsWith(body.dataset.consentCookie + "="));
    return found ? found.split("=")[1] : null;
  };
  const banner = find("#consent");
  banner.hidden = choice() !== null;
  banner.addEventListener("click", event => {
    if (!event.target.value) return;
    document.cookie = `${body.dataset.consentCookie}=${event.target.value}; path=/; max-age=31536000; samesite=lax`;
    // The server tags pages for those who agreed; so this one once more.
    if (event.target.value === "yes") location.reload();
    banner.hidden = true;
  });
  // In a page that is the same for everybody the client script waits for the choice, as one of a consent platform does.
  if (choice() === "yes") {
    for (const waiting of document.querySelectorAll('script[type="text/plain"][data-consent]')) {
      const script = document.createElement("script");
      script.src = waiting.getAttribute("src");
      waiting.replaceWith(script);
    }
  }

  // --- the header

  const show = ({ name, count }) => {
    if (name) find("#name").textContent = name;
    find("#count").textContent = count || "";
  };
  const say = text => {
    const said = document.createElement("p");
    said.textContent = text;
    find("#said").replaceChildren(said);
  };
  if (body.dataset.header) fetch(body.dataset.header).then(answer => answer.json()).then(show);

  // --- forms that stay on their page: the answer says what changed, and what Nosto is to know of it

  const send = async (form, address) => {
    const data = new FormData(form);
    const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    // An error page is shown as one: the form is sent once more, and the browser goes there.
    if (!isJson) { form.submit(); return null; }
    return answer.json();
  };
  const take = answer => {
    show(answer);
    if (answer.csrf_token) {
      find('meta[name="csrf-token"]').content = answer.csrf_token;
      for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = answer.csrf_token;
    }
    if (window.nostoTagging) nostoTagging.tell(answer);
  };

  const adding = find('form[action="/cart/add"]');
  if (adding) {
    adding.addEventListener("submit", async event => {
      event.preventDefault();
      const answer = await send(adding, adding.action);
      if (!answer) return;
      take(answer);
      say(answer.message);
    });
    adding.addEventListener("change", event => {
      if (event.target.dataset.picture) find("#picture").src = event.target.dataset.picture;
    });
  }

  const dialog = find("#login");
  const door = find("[data-login]");
  if (dialog && door) {
    const form = dialog.querySelector("form");
    const wrong = form.querySelector(".wrong");
    const open = event => { event.preventDefault(); dialog.showModal(); };
    door.addEventListener("click", open);
    form.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const answer = await send(form, form.dataset.fetch);
      if (!answer) return;
      wrong.hidden = !answer.error;
      wrong.textContent = answer.error || "";
      if (answer.error) return;
      dialog.close();
      form.reset();
      door.removeEventListener("click", open);
      take(answer);
      say(`Welcome back, ${answer.name}.`);
    });
  }

  // --- ?nosto_view=1, which holds for the pages that follow, too

  const asked = new URLSearchParams(location.search).get("nosto_view");
  if (asked !== null) sessionStorage.setItem("nosto_view", asked);
  if (sessionStorage.getItem("nosto_view") === "1") {
    const panel = document.createElement("script");
    panel.src = "/static/panel.js";
    document.head.append(panel);
  }
})();
