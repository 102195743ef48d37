// The key / goes to the search box: that of the page, else that of the frame, else the page of the search.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  const boxes = [...document.querySelectorAll("[data-find]")].filter((box) => box.checkVisibility());
  const box = boxes.find((one) => one.closest("main")) || boxes[0];
  if (box) { box.focus(); box.select(); } else document.querySelector(".jump-to")?.click();
});
