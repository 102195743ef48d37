// The line that was asked for (#L221) never reaches the server: it is kept here over the sign-in.
(() => {
  const next = document.querySelector("input[name=next]"), said = document.getElementById("wanted");
  if (next && next.value && /^#L\d+$/.test(location.hash)) { next.value += location.hash; said.textContent += location.hash; }
})();
