// Single keys: only while no field has focus and no modifier is held, and only for who has not switched them off.
(() => {
  const PAGE = "[data-go]", ROWS = "#list [id^=inc-], #list .wh, main .hits a.name, main table a.name";
  const on = () => document.documentElement.dataset.keys !== "off";
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const field = (el) => el.closest("input, textarea, select, [contenteditable]");
  let led = -Infinity;  // when g was pressed

  // The first of these that is shown is pressed, wherever it leads.
  function press(...selectors) {
    for (const selector of selectors) {
      const [el] = seen(selector);
      if (el) return el.click();
    }
  }

  function search() {
    const boxes = seen("[data-find]"), box = boxes.find((one) => one.closest("main")) || boxes[0];
    if (box) { box.focus(); box.select(); } else press(".jump-to");
  }
  function step(by) {
    const all = seen(ROWS).map((one) => one.matches("a") ? one : one.querySelector("a"));
    const place = (one) => one ? all.findIndex((row) => one.contains(row)) : -1;
    const from = [document.activeElement.closest(ROWS), document.querySelector("#list [aria-current]")];
    const at = from.map(place).find((n) => n >= 0) ?? (by > 0 ? -1 : all.length);
    all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
  }
  // What somebody else has is not taken by one key.
  function take() {
    const [button] = seen("[data-take]");
    if (button?.matches(".pri")) button.click(); else button?.focus();
  }
  function attempt(by) {
    const links = seen("#attempts a").reverse();  // the newest stands first
    links[links.findIndex((one) => one.hasAttribute("aria-current")) + by]?.click();
  }
  function up() {
    const here = location.pathname, ways = seen(".crumbs a");
    (ways[ways.length - 1] || (here !== "/triage" && document.querySelector("[data-go=t]")))?.click();
  }
  async function permalink() {
    const shown = document.getElementById("incident")?.dataset.sel;
    const here = new URL(shown ? "/i/" + shown : document.querySelector("link[rel=canonical]").href, location.href);
    const link = here.pathname === location.pathname ? location.href : here.href;
    const say = (text) => { document.getElementById("polite").textContent = text; };
    try { await navigator.clipboard.writeText(link); say("Link copied"); } catch { say("The link is " + link); }
  }
  async function list() {
    const answer = await fetch("/keys", { headers: { "HX-Request": "true" }, redirect: "error" });
    const box = document.createElement("template"), dialog = document.createElement("dialog");
    box.innerHTML = await answer.text();
    dialog.className = "keys"; dialog.setAttribute("aria-labelledby", "keys-head");
    dialog.append(box.content.querySelector("#keylist"));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
  const show = () => { if (!document.getElementById("keylist")) list().catch(() => location.assign("/keys")); };
  function leave() {
    const here = document.activeElement, fold = here.closest("details[open]");
    if (field(here) || !fold) return here.blur();
    fold.open = false;
    fold.querySelector("summary").focus();
  }
  const KEYS = {
    "/": search, "?": show, j: () => step(1), k: () => step(-1), t: take,
    c: () => press("main .steps .cmd:not(.diff) .copy", "main .copy"), l: () => press("main a[href*='/logs/']"),
    "[": () => attempt(-1), "]": () => attempt(1), u: up, y: permalink,
  };
  if (document.getElementById("lines")) delete KEYS.y;  // the page of a log copies the link of a line
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;  // Esc closes it by itself
    if (event.key === "Escape") return leave();
    if (!on() || field(event.target) || (event.repeat && !"jk".includes(event.key))) return;
    const going = event.timeStamp - led < 1500, page = going && seen(PAGE).find((one) => one.dataset.go === event.key);
    led = event.key === "g" ? event.timeStamp : -Infinity;
    if (!page && (going || !KEYS[event.key])) return;
    event.preventDefault();
    if (page) page.click(); else KEYS[event.key]();
  });
})();
