// The log page: lines and ranges in the address, keys, found lines and evidence, new lines while one looks at the end.
(() => {
  const list = document.getElementById("lines");
  const copy = document.getElementById("copyline");
  const say = (text) => { document.getElementById("polite").textContent = text; };
  const named = () => {
    const found = /^#L(\d{1,9})(?:-L(\d{1,9}))?$/.exec(location.hash);
    if (!found) return null;
    const ends = [Number(found[1]), Number(found[2] || found[1])].sort((a, b) => a - b);
    return { first: ends[0], last: Math.min(ends[1], ends[0] + 4000) };
  };
  const line = (number) => document.getElementById("L" + number);
  const here = () => { const at = named(); return at ? at.first : Number(new URLSearchParams(location.search).get("line")) || 0; };

  function unfold(el) {
    for (let box = el.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }
  function fetchLine(at) {
    const query = new URLSearchParams(location.search);
    if (query.get("line") === String(at.first) && !query.has("min") && !query.has("restart")) return;
    for (const name of ["min", "restart", "newest", "to"]) query.delete(name);
    query.set("line", at.first);
    if (at.last > at.first) query.set("to", at.last);
    location.replace("?" + query + location.hash);
  }
  function mark() {
    const at = named();
    if (at) {
      for (const el of document.querySelectorAll("li.at")) el.classList.remove("at");
      const el = line(at.first);
      if (!el) return fetchLine(at);
      for (let n = at.first; n <= at.last; n++) { const one = line(n); if (one) { one.classList.add("at"); unfold(one); } }
      el.scrollIntoView({ block: "center" });
      place(el);
    }
    const shown = copy && (at || document.querySelector("li.at"));
    if (shown) {
      copy.hidden = false;
      const text = link();
      copy.querySelector("span").textContent = text.words;
    }
  }
  function place(el) {
    const count = document.getElementById("found");
    if (count && el.dataset.hit) count.textContent = el.dataset.hit + " of " + count.dataset.all;
  }
  function link() {
    const marks = [...document.querySelectorAll("li.at")].map((el) => Number(el.id.slice(1)));
    const at = named() || { first: marks[0], last: marks[marks.length - 1] };
    const range = at.last > at.first;
    return {
      words: range ? "lines " + at.first + " to " + at.last : "line " + at.first,
      url: location.origin + location.pathname + "?line=" + at.first + (range ? "&to=" + at.last : "") +
        "#L" + at.first + (range ? "-L" + at.last : ""),
    };
  }
  async function copied() {
    if (!copy || copy.hidden) return say("No line is chosen: click its number first");
    const found = link();
    try { await navigator.clipboard.writeText(found.url); say("Link to " + found.words + " copied"); copy.classList.add("done"); }
    catch { history.replaceState(null, "", found.url); say("The link stands in the address bar"); }
    setTimeout(() => copy.classList.remove("done"), 2000);
  }
  function go(number, fallback) {
    if (line(number)) location.hash = "L" + number; else if (fallback) location.href = fallback.href;
  }
  function evidence(step) {
    const all = list.dataset.evidence.split(" ").filter(Boolean).map(Number), at = here();
    if (!all.length) return;
    const next = step > 0 ? all.find((n) => n > at) ?? all[0] : all.findLast((n) => n < at) ?? all[all.length - 1];
    const query = new URLSearchParams(location.search);
    query.set("line", next); query.delete("to");
    go(next, { href: "?" + query + "#L" + next });
  }
  function hit(step) {
    const all = [...list.querySelectorAll("[data-hit]")].map((el) => Number(el.id.slice(1)));
    const at = here() || all[0];
    const next = step > 0 ? all.find((n) => n > at) : all.findLast((n) => n < at);
    const way = document.getElementById(step > 0 ? "onward" : "back");
    if (next) go(next, way); else if (way) {
      const wrapped = Number(way.hash.slice(2));
      if (line(wrapped)) go(wrapped); else location.href = way.href;
    }
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#copyline")) return copied();
    const a = event.target.closest("a");
    if (!a || event.ctrlKey || event.metaKey) return;
    const at = named();
    if (event.shiftKey && at && a.parentElement.id === "L" + a.textContent) {
      event.preventDefault();
      const n = Number(a.textContent);
      location.hash = "L" + Math.min(at.first, n) + "-L" + Math.max(n < at.first ? at.last : at.first, n);
      getSelection().removeAllRanges();
    } else if (a.id === "evidence") { event.preventDefault(); evidence(1); }
    else if (a.id === "onward" || a.id === "back") { event.preventDefault(); hit(a.id === "onward" ? 1 : -1); }
    else if (a.id === "wrap") {
      event.preventDefault();
      const off = list.classList.toggle("nowrap"), query = new URLSearchParams(location.search);
      if (off) query.set("wrap", "off"); else query.delete("wrap");
      a.textContent = off ? "Wrap" : "Do not wrap";
      history.replaceState(null, "", location.pathname + (query.size ? "?" + query : "") + location.hash);
    }
  });
  const KEYS = { e: () => evidence(1), E: () => evidence(-1), n: () => hit(1), N: () => hit(-1), y: copied };
  document.addEventListener("keydown", (event) => {
    if (!list || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open]")) return;
    if (document.documentElement.dataset.keys === "off") return;
    if (KEYS[event.key]) { event.preventDefault(); KEYS[event.key](); }
  });

  // New lines: added at the end while the reader looks at it, else offered.
  function follow() {
    const button = document.getElementById("newer"), waiting = [];
    const every = Number(list.dataset.follow) * 1000;
    let after = list.dataset.after, tag = "", failed = 0, count = 0, timer = 0;
    const atEnd = () => list.getBoundingClientRect().bottom <= innerHeight + 24;
    function show() {
      for (const one of waiting.splice(0)) document.getElementById("newest").before(one);
      count = 0; button.hidden = true;
      document.getElementById("newest").scrollIntoView({ block: "end" });
    }
    function take(text) {
      const box = document.createElement("template");
      box.innerHTML = text;
      const rows = box.content.firstElementChild, following = atEnd();
      after = rows.dataset.last;
      if (rows.children.length) {
        waiting.push(rows); count += Number(rows.dataset.count); tag = "";
        if (following) show(); else {
          button.textContent = count + (count === 1 ? " new line" : " new lines");
          button.hidden = false;
        }
      }
      return "follows" in rows.dataset;
    }
    async function look() {
      clearTimeout(timer);
      let goesOn = true;
      if (!document.hidden) {
        try {
          const answer = await fetch("?after=" + after, { headers: tag ? { "If-None-Match": tag } : {}, redirect: "error", cache: "no-store" });
          if (answer.status === 200) { tag = answer.headers.get("ETag") || ""; goesOn = take(await answer.text()); }
          else if (answer.status !== 304) throw new Error(answer.status);
          failed = 0;
        } catch { failed++; }
      }
      if (goesOn) timer = setTimeout(look, every * Math.min(1 + failed, 8));
    }
    button.addEventListener("click", show);
    addEventListener("scroll", () => { if (waiting.length && atEnd()) show(); }, { passive: true });
    timer = setTimeout(look, every);
  }

  if (!list) return;
  addEventListener("hashchange", mark);
  mark();
  if (!named()) {
    const first = document.querySelector("li.at, [data-hit]");
    if (first && (location.search.includes("line=") || location.search.includes("q="))) first.scrollIntoView({ block: "center" });
  }
  if (list.dataset.follow) follow();
})();
