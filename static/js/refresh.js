// The page asks for its own newest state while it is looked at, and changes only what is different.
(() => {
  let tag = "", failed = 0, timer = 0, busy = false;
  const live = () => document.getElementById("live");
  const notice = document.getElementById("notice");
  const every = () => (Number(live().dataset.refresh) || 15) * 1000;
  function touched() {
    const el = document.activeElement, selected = getSelection();
    const typing = el && live().contains(el) && /^(INPUT|SELECT|TEXTAREA)$/.test(el.tagName);
    return typing || (selected && !selected.isCollapsed && live().contains(selected.anchorNode));
  }
  function say(text, link) {
    notice.textContent = text;
    notice.className = text ? "no-print shown" : "no-print";
    if (!link) return;
    const a = document.createElement("a");
    a.href = link; a.textContent = "Sign in"; notice.append(" ", a);
  }
  const affected = () => Number(document.getElementById("main").dataset.affected) || 0;
  // A reader who looks at an incident keeps it, also when a worse one comes first in the list.
  function address() {
    const query = new URLSearchParams(location.search), shown = document.getElementById("incident");
    if (shown && shown.dataset.sel && !query.has("sel")) query.set("sel", shown.dataset.sel);
    return location.pathname + (query.size ? "?" + query : "");
  }
  async function swap(text) {
    const before = document.querySelectorAll(".inc").length, hurt = affected();
    await htmx.swap({ text, target: live(), swap: "outerMorph", sourceElement: live() });
    if (live().dataset.title) document.title = live().dataset.title;
    document.dispatchEvent(new Event("refreshed"));
    const more = document.querySelectorAll(".inc").length - before;
    if (affected() > hurt) {
      document.getElementById("assertive").textContent = document.querySelector("h1").textContent;
      document.title = "(" + affected() + "!) " + document.title;
    } else if (more > 0) document.getElementById("polite").textContent = more + " more in the list";
  }
  async function look() {
    clearTimeout(timer);
    if (busy || document.hidden) return;
    busy = true;
    try {
      if (!touched()) {
        const headers = { "HX-Request": "true" };
        if (tag) headers["If-None-Match"] = tag;
        const answer = await fetch(address(),
          { headers, redirect: "manual", credentials: "same-origin", cache: "no-store" });
        if (answer.type === "opaqueredirect" || answer.status === 401) {
          say("Signed out. This view is kept.", "/signin?next=" + encodeURIComponent(location.pathname + location.search));
        } else if (answer.status === 200) {
          const text = await answer.text();
          if (!touched()) { tag = answer.headers.get("ETag") || ""; await swap(text); }
          failed = 0; say("");
        } else if (answer.status === 304) { failed = 0; say(""); } else { throw new Error(answer.status); }
      }
    } catch {
      if (++failed === 3) say("This page stopped updating at " + new Date().toISOString().slice(11, 16) + " UTC (by your clock). It keeps trying.");
    }
    busy = false;
    timer = setTimeout(look, every() * Math.min(1 + failed, 8));
  }
  document.addEventListener("visibilitychange", look);
  timer = setTimeout(look, every());
})();
