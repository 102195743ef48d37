// The list of incidents keeps its order under the reader: what left is marked in its place, what is new waits above.
(() => {
  const ROW = "[id^=inc-]", WAVE = ".wave", AFFECTED = "0";
  const list = () => document.getElementById("list");
  const rows = (box) => [...box.querySelectorAll(ROW)], number = (row) => Number(row.id.slice(4));
  const ids = (all) => all.map((row) => row.id), waves = (box) => ids([...box.querySelectorAll(WAVE + " > details")]).join();
  let sort = false, newest = list() ? Math.max(0, ...rows(list()).map(number)) : 0, waited = 0;

  function left(row) {
    if (row.querySelector(".left")) return;
    const mark = document.createElement("span");
    mark.className = "left"; mark.textContent = "Left this list; open it to see why";
    row.classList.add("q"); row.append(mark);
  }
  // Where a wave tells the cause for all of its rows, a row that stands alone tells it too.
  function copy(row, wave) {
    const one = row.cloneNode(true), cause = row.closest(WAVE)?.querySelector(".wh .c");
    if (cause && !wave && !one.querySelector(".c")) one.querySelector(".d").after(cause.cloneNode(true));
    return one;
  }
  // At its place in the first group: behind the row that stands before it in the new order.
  function insert(row, kept, order) {
    const above = order.slice(0, order.indexOf(row)).reverse().map((one) => kept.querySelector("#" + one.id))
      .find((one) => one?.dataset.rank === AFFECTED);
    if (above) return (above.closest(WAVE) || above).after(copy(row));
    if (!kept.querySelector("#rank-0")) kept.prepend(row.closest("#list").querySelector("#rank-0").cloneNode(true));
    kept.querySelector("#rank-0").after(copy(row));
  }
  function renew(kept, fresh) {
    for (const head of kept.querySelectorAll("h2[id]")) {
      const now = fresh.querySelector("#" + head.id);
      if (now) head.replaceWith(now.cloneNode(true)); else head.lastElementChild.textContent = "0";
    }
    for (const wave of kept.querySelectorAll(WAVE)) {
      const id = "#" + CSS.escape(wave.querySelector("details").id);
      const now = fresh.querySelector(id)?.closest(WAVE).querySelector(".wh");
      if (now) wave.querySelector(".wh").replaceWith(now.cloneNode(true)); else left(wave.querySelector(".wh"));
    }
  }
  function label(waiting, changed) {
    const n = waiting.length;
    const fresh = waiting.every((row) => number(row) > newest);
    if (n && fresh) return n + (n === 1 ? " new incident, show" : " new incidents, show");
    return n ? n + " more in the list, show" : changed ? "The list has changed, show it" : "";
  }
  function offer(place, text) {
    if (!text) return;
    const button = document.createElement("button");
    button.id = "waiting"; button.type = "button"; button.className = "btn sm"; button.textContent = text;
    place.before(button);
  }
  function arrange(old, fresh) {
    const order = rows(fresh), kept = old.cloneNode(true), known = ids(rows(old)), coming = ids(order);
    const moved = known.filter((id) => coming.includes(id)).join() !== coming.filter((id) => known.includes(id)).join();
    for (const row of rows(kept)) {
      const now = order.find((one) => one.id === row.id);
      if (now) row.replaceWith(copy(now, row.closest(WAVE))); else left(row);
    }
    renew(kept, fresh);
    const changed = moved || waves(old) !== waves(fresh) || kept.querySelector(".left");
    const added = order.filter((row) => !known.includes(row.id));
    const waiting = added.filter((row) => row.dataset.rank !== AFFECTED);
    for (const row of added) if (row.dataset.rank === AFFECTED) insert(row, kept, order);
    fresh.replaceWith(kept);
    offer(kept, label(waiting, changed));
    if (waiting.length > waited) document.getElementById("polite").textContent = label(waiting);
    waited = waiting.length;
  }
  const box = document.querySelector(".tlist"), chosen = box?.querySelector("#list [aria-current]");
  if (chosen && box.scrollHeight > box.clientHeight) {  // a list that scrolls by itself shows what was chosen from it
    const at = chosen.getBoundingClientRect(), frame = box.getBoundingClientRect();
    if (at.bottom > Math.min(frame.bottom, innerHeight)) box.scrollTop = at.top - frame.top - box.clientHeight / 3;
  }
  document.addEventListener("refreshing", (event) => {
    const old = list(), fresh = event.detail.fresh.querySelector("#list");
    if (old && fresh && rows(old).length && !sort) return arrange(old, fresh);
    newest = fresh ? Math.max(newest, ...rows(fresh).map(number)) : newest; waited = 0;
  }, true);  // before what the reader has in hand is looked for
  document.addEventListener("refreshed", () => {
    if (sort) { list()?.setAttribute("tabindex", "-1"); list()?.focus(); }
    sort = false;
  });
  document.addEventListener("click", (event) => {
    if (event.target.id !== "waiting") return;
    sort = true; event.target.blur();
    document.dispatchEvent(new Event("look"));
  });
})();
