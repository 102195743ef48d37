// A line named in the address is marked; one outside the window is fetched; a click names a line.
(() => {
  const named = () => /^#L(\d+)$/.exec(location.hash);
  function mark() {
    for (const el of document.querySelectorAll("li.at")) el.classList.remove("at");
    const line = named();
    if (!line) return;
    const el = document.getElementById("L" + line[1]);
    if (el) { el.classList.add("at"); el.scrollIntoView({ block: "center" }); return; }
    const query = new URLSearchParams(location.search);
    if (query.get("line") !== line[1] || query.get("min")) {
      query.set("line", line[1]); query.delete("min");
      location.replace("?" + query + location.hash);
    }
  }
  addEventListener("hashchange", mark);
  mark();
})();
