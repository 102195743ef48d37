// Figures drawn when they come into view: token names become colours, and the library is fetched only then.
(() => {
  const source = document.currentScript.dataset.plotly;
  let library = null;
  const drawn = new Map();
  function load() {
    library ??= new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = source; script.onload = done; script.onerror = fail;
      document.head.append(script);
    });
    return library;
  }
  function colour(name) {
    const value = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
    const both = /light-dark\(([^,]+),\s*([^)]+)\)/.exec(value);
    return both ? both[dark() ? 2 : 1].trim() : value;
  }
  const printing = () => matchMedia("print").matches;
  const dark = () => !printing() && matchMedia("(prefers-color-scheme: dark)").matches;
  function paint(value) {
    if (typeof value === "string") return value[0] === "$" ? colour(value.slice(1)) : value;
    if (Array.isArray(value)) return value.map(paint);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, paint(v)]));
    return value;
  }
  function figure(el) {
    const raw = JSON.parse(document.getElementById(el.dataset.figure).textContent), f = paint(raw);
    const narrow = el.clientWidth < 520, meta = f.layout.meta || {};
    const axis = { gridcolor: colour("line"), linecolor: colour("line-strong"), zeroline: false, fixedrange: true,
      tickfont: { size: narrow ? 10 : 11, color: colour("ink-3") }, automargin: false };
    const font = getComputedStyle(document.body).fontFamily;
    const layout = Object.assign({ paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false,
      font: { family: font, size: narrow ? 11 : 12, color: colour("ink-2") }, dragmode: false, width: el.clientWidth,
      hoverlabel: { bgcolor: colour("surface"), bordercolor: colour("line-strong"), font: { family: font, size: 12, color: colour("ink") } } }, f.layout);
    layout.xaxis = Object.assign({}, axis, f.layout.xaxis);
    layout.yaxis = Object.assign({}, axis, f.layout.yaxis);
    if (narrow) {
      layout.margin = Object.assign({}, layout.margin, { l: meta.ml || 40 });
      layout.xaxis.nticks = 4;
      if (meta.short) { layout.yaxis.tickvals = f.layout.yaxis.categoryarray; layout.yaxis.ticktext = meta.short; }
      if (meta.dropText) for (const trace of f.data) if (trace.type === "bar") trace.text = null;
      if (meta.drop) layout.annotations = layout.annotations.filter((one) => one.name !== "wide");
    }
    delete layout.meta;
    return [f.data, layout];
  }
  async function draw(el) {
    const text = document.getElementById(el.dataset.figure)?.textContent;
    if (!text) return;
    try { await load(); } catch { el.removeAttribute("role"); el.textContent = el.getAttribute("aria-label"); return; }
    drawn.set(el.id, text);
    await Plotly.react(el, ...figure(el), { displayModeBar: false, responsive: false });
  }
  const again = () => { for (const el of document.querySelectorAll(".chart")) if (drawn.has(el.id)) draw(el); };
  const watcher = new IntersectionObserver((seen) => {
    for (const one of seen) if (one.isIntersecting) { watcher.unobserve(one.target); draw(one.target); }
  }, { rootMargin: "200px" });
  function watch() {
    for (const el of document.querySelectorAll(".chart[data-figure]")) {
      const text = document.getElementById(el.dataset.figure)?.textContent;
      if (!drawn.has(el.id)) watcher.observe(el);
      else if (drawn.get(el.id) !== text) draw(el);
    }
  }
  watch();
  document.addEventListener("refreshed", watch);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; again(); } });
  addEventListener("beforeprint", again);
  addEventListener("afterprint", again);
})();
