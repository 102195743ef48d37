// Copy buttons: the text without prompts and signs, said in the polite live region.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  const label = button.dataset.label ??= button.textContent;  // a refresh meanwhile takes the note away
  const block = button.parentElement.querySelector("pre").cloneNode(true);
  for (const prompt of block.querySelectorAll(".p")) prompt.remove();
  for (const line of block.querySelectorAll("span.del")) line.remove();
  const lines = block.querySelectorAll(":scope > span");
  const text = lines.length ? [...lines].map((line) => line.textContent).join("\n") : block.textContent;
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector("pre"));
    said = "Marked";
  }
  button.textContent = said;
  const polite = document.getElementById("polite");
  polite.textContent = said;
  setTimeout(() => {
    button.textContent = label;
    if (polite.textContent === said) polite.textContent = "";
  }, 2000);
});
