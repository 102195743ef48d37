// Ages count up by themselves, on the clock that the server named; the reader's own zone is added once.
const house = (() => {
  const root = document.documentElement;
  const base = Date.parse(root.dataset.now), speed = Number(root.dataset.speed) || 1, loaded = Date.now();
  const now = () => base + (Date.now() - loaded) * speed;
  const NB = "\u00a0", two = (n) => String(n).padStart(2, "0");
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  function age(at) {
    const s = Math.max(0, Math.floor((now() - at) / 1000)), d = new Date(at);
    if (s >= 86400) return [d.getUTCDate() + NB + MONTHS[d.getUTCMonth()], false];
    if (s < 60) return [s + NB + "s", true];
    if (s < 6000) return [Math.floor(s / 60) + NB + "min", true];
    return [Math.floor(s / 3600) + NB + "h" + NB + two(Math.floor(s % 3600 / 60)) + NB + "min", true];
  }
  function count() {
    for (const el of document.querySelectorAll("time[data-age], time[data-ago]")) {
      const [text, past] = age(Date.parse(el.dateTime)), said = text + ("ago" in el.dataset && past ? " ago" : "");
      if (el.textContent !== said) el.textContent = said;
    }
  }
  function zone() {
    const el = document.querySelector("time[data-zone]");
    if (!el || el.dataset.done) return;
    const name = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    const at = new Date(el.dateTime);
    if (!name || at.getTimezoneOffset() === 0) return;
    el.dataset.done = "1";
    el.textContent += ", " + two(at.getHours()) + ":" + two(at.getMinutes()) + " in " + name.split("/").pop().replace(/_/g, " ");
  }
  function all() { if (base) { count(); zone(); } }
  all();
  setInterval(all, speed > 1 ? 1000 : 5000);
  document.addEventListener("refreshed", all);
  return { now };
})();
