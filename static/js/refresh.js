// The page asks for its own newest state while it is looked at; what is different changes in its place.
(() => {
  const PATIENCE = 3;  // intervals without an answer, after which the page says that it stopped
  const live = () => document.getElementById("live"), notice = document.getElementById("notice");
  const every = () => (Number(live().dataset.refresh) || 15) * 1000;
  let morph = null, tag = "", failed = 0, timer = 0, busy = false, answered = Date.now(), told = house.now(), said = "";
  htmx.registerExtension("live", { init: (inside) => { morph = inside.morph; } });

  function say(text, link) {
    if (said === text) return;
    notice.textContent = said = text;
    document.getElementById("polite").textContent = text;
    if (!link) return;
    const a = document.createElement("a");
    a.href = link; a.textContent = "Sign in"; notice.append(" ", a);
  }
  // A reader who looks at an incident keeps it, also when a worse one comes first in the list.
  function address() {
    const query = new URLSearchParams(location.search), shown = document.getElementById("incident")?.dataset.sel;
    if (shown && !query.has("sel")) query.set("sel", shown);
    return location.pathname + (query.size ? "?" + query : "");
  }
  // Others change the new state before it comes in: order.js its list, hold.js what the reader has in hand.
  function swap(text) {
    const box = document.createElement("template");
    box.innerHTML = text;
    const fresh = box.content.firstElementChild, about = { fresh, held: false };
    if (fresh?.id !== "live") throw new Error("another page");  // as a proxy on the way may answer
    box.content.replaceChildren(fresh);
    document.title = fresh.dataset.title;
    document.querySelector("link[rel=canonical]").href = fresh.dataset.canonical;
    document.dispatchEvent(new CustomEvent("refreshing", { detail: about }));
    morph(live(), box.content, false);
    document.dispatchEvent(new Event("refreshed"));
    return about.held;
  }
  async function take(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      say("Signed out, your view is kept.", "/signin?next=" + encodeURIComponent(location.pathname + location.search));
      return;
    }
    if (answer.status === 200) {
      const held = swap(await answer.text());
      tag = held ? "" : answer.headers.get("ETag") || "";  // what was held back is asked for again
    } else if (answer.status !== 304) throw new Error(answer.status);
    // Whoever signed in anew beside this page has a new token, and what was typed here can still be sent.
    const token = answer.headers.get("Form-Token");
    if (token) for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) one.value = token;
    failed = 0; answered = Date.now(); told = house.now();
    say("");
  }
  async function look() {
    clearTimeout(timer);
    if (busy || document.hidden) return;
    busy = true;
    const headers = { "HX-Request": "true" };
    if (tag) headers["If-None-Match"] = tag;
    try {
      await take(await fetch(address(), { headers, redirect: "manual", credentials: "same-origin", cache: "no-store",
        signal: AbortSignal.timeout(Math.max(every(), 10000)) }));
    } catch {
      failed++;
      if (Date.now() - answered > (PATIENCE - 0.2) * every()) {
        say("This page stopped updating at " + new Date(told).toISOString().slice(11, 16) + " UTC. It keeps trying.");
      }
    }
    busy = false;
    timer = setTimeout(look, every() * Math.min(Math.max(1, failed - PATIENCE + 1), 8));
  }
  document.addEventListener("visibilitychange", look);
  document.addEventListener("look", () => { tag = ""; look(); });
  addEventListener("online", look);
  timer = setTimeout(look, every());
})();
