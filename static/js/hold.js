// What the reader has in hand stays as it is until it is let go: a field, typed text, a selection, an opened fold.
(() => {
  const FIELD = "input, select, textarea, button[type=submit]";
  const live = () => document.getElementById("live");
  const form = (el) => el.getAttribute("form") || el.closest("form")?.getAttribute("action") || "";
  const picked = (el) => el.matches("button, [type=checkbox], [type=radio]");
  const name = (el) => [el.tagName, el.id, el.name, el.type, picked(el) && el.value, el.getAttribute("formaction"),
    form(el)].join("\n");
  const about = (el) => el.closest("[data-sel]")?.dataset.sel;  // what was typed for one incident never goes to another
  let count = 0, seat = null;

  function typed(el) {
    if (el.matches("button")) return false;
    if (el.matches("select")) return el.selectedIndex !== Math.max(0, [...el.options].findIndex((one) => one.defaultSelected));
    return picked(el) ? el.checked !== el.defaultChecked : el.value !== el.defaultValue;
  }
  function alike(el, list) {
    const folded = el.matches("details") && el.querySelector("summary")?.textContent;
    return list.find((one) => one.isEqualNode(el)) ||
      (folded && list.find((one) => one.querySelector("summary")?.textContent === folded));
  }
  // The same thing in the new state: by its id, as a field of the same form, or by where it stands.
  function twin(el, fresh) {
    if (el === live()) return fresh;
    if (el.matches(FIELD)) return [...fresh.querySelectorAll(el.tagName)].find((one) => name(one) === name(el));
    if (el.id) return fresh.querySelector("#" + CSS.escape(el.id));
    const box = twin(el.parentElement, fresh);
    const kind = (one) => one.tagName + one.getAttribute("action");
    const same = (list) => [...list].filter((one) => kind(one) === kind(el));
    return box && (alike(el, same(box.children)) || same(box.children)[same(el.parentElement.children).indexOf(el)]);
  }
  function keep(el, change) {
    const there = twin(el, change.fresh);
    if (!there || about(there) !== about(el)) return keep(el.parentElement, change);  // it would go: all that holds it stays
    if (!there.isEqualNode(el)) change.held = true;
    if (el !== live()) el.id ||= "kept-" + ++count;  // so that it is found wherever it stands
    there.replaceWith(el.cloneNode(true));
  }
  // What a form says beside it, as who had the incident when it was shown, belongs to what was typed or is pressed.
  const hidden = (el) => [...(el.form?.elements || [])].filter((one) => one.type === "hidden" && live().contains(one));
  // A link that still leads to the same place may say something new.
  const same = (el, fresh) => el.matches("a") && twin(el, fresh)?.getAttribute("href") === el.getAttribute("href");
  function hands(fresh) {
    const mine = (el) => typed(el) && (!picked(el) || twin(el, fresh));  // a mark goes with the row that it stands in
    const found = [...live().querySelectorAll(FIELD)].filter(mine), focused = document.activeElement;
    if (focused !== live() && live().contains(focused) && !same(focused, fresh)) found.push(focused);
    for (const one of [...found]) found.push(...hidden(one));
    const chosen = getSelection();
    if (chosen.rangeCount && !chosen.isCollapsed) {
      const node = chosen.getRangeAt(0).commonAncestorContainer, el = node.nodeType === 1 ? node : node.parentElement;
      if (el.contains(live())) return [live()];
      if (live().contains(el)) found.push(el);
    }
    return found.filter((one, at) => !found.some((other, n) => (n < at || other !== one) && other.contains(one)));
  }
  // What is looked at stays at its height on the screen, also where lines came in above it.
  function seated() {
    const top = (el) => el.getBoundingClientRect().top;
    const inside = (el) => live().contains(el) && top(el) > 0 && top(el) < innerHeight;
    const typing = document.activeElement.matches(FIELD) && document.activeElement;
    const el = [typing, scrollY > 0 && document.elementFromPoint(innerWidth / 2, innerHeight / 3)]
      .find((one) => one && inside(one));
    return el && { el, was: top(el), moved() { return el.isConnected ? top(el) - this.was : 0; } };
  }
  document.addEventListener("refreshing", (event) => {
    seat = seated();
    for (const el of live().querySelectorAll("details")) {
      const there = twin(el, event.detail.fresh);
      if (there) there.open = el.open;
    }
    for (const el of hands(event.detail.fresh)) keep(el, event.detail);
  });
  document.addEventListener("refreshed", () => {
    for (const el of document.querySelectorAll("[id^=kept-]")) el.removeAttribute("id");
    scrollBy(0, seat?.moved() || 0);
  });
})();
