// A new incident that hurts production traffic announces itself: said aloud, in the title, in the icon, with a link.
(() => {
  const icon = document.querySelector("link[rel=icon]"), calm = icon.getAttribute("href");
  const read = ({ dataset }) => ({ affected: Number(dataset.affected) || 0, newest: Number(dataset.newest) || 0 });
  const box = document.getElementById("news");
  let known = read(document.getElementById("live")), unseen = 0;

  function mark() {
    const plain = document.title.replace(/^\(\d+!\) /, "");
    document.title = unseen ? "(" + unseen + "!) " + plain : plain;
    icon.href = unseen ? icon.dataset.alarm : calm;
  }
  // Its row says which one it is; where the page has none, a link leads to it.
  function tell(more, id, row) {
    const said = more + (more === 1 ? " more incident affects" : " more incidents affect") + " production traffic";
    const what = row ? [".n", ".c"].map((part) => row.querySelector(part)?.textContent.trim()).join(", ") : "";
    document.getElementById("assertive").textContent = said + (what ? ": " + what : "");
    if (row) return;
    const a = document.createElement("a"), close = document.createElement("button");
    a.href = id ? "/i/" + id : "/triage"; a.textContent = more === 1 ? "Show it" : "Show them";
    close.type = "button"; close.className = "btn sm"; close.textContent = "Close";
    close.addEventListener("click", () => box.replaceChildren());
    box.replaceChildren(said + ". ", a, close);
  }
  document.addEventListener("refreshing", ({ detail: { fresh } }) => {
    const now = read(fresh), more = Math.max(now.affected - known.affected, now.newest > known.newest ? 1 : 0);
    if (more > 0) {
      const id = more === 1 && now.newest > known.newest ? now.newest : 0;  // an older one came back: not told which
      unseen += more;
      tell(more, id, id && fresh.querySelector("#inc-" + id));
    } else if (!now.affected) box.replaceChildren();
    known = now;
  });
  document.addEventListener("refreshed", mark);
  function seen() {
    if (!unseen) return;
    unseen = 0;
    document.getElementById("assertive").textContent = "";  // so that the next one is said again
    mark();
  }
  for (const act of ["pointerdown", "keydown"]) document.addEventListener(act, seen);
})();
