// A chosen file goes into the box, where it can be read before it is sent; a long one stays a file, and is named.
(() => {
  const LONG = 500000, MOST = 16000000;
  const file = document.querySelector("#paste input[type=file]"), box = document.querySelector("#paste textarea");
  const said = document.getElementById("chosen");
  file.addEventListener("change", async () => {
    const one = file.files[0];
    if (!one) return;
    if (one.size > MOST) {
      file.value = "";
      said.textContent = one.name + " is larger than 16 MB; choose a part of it";
      return;
    }
    const bytes = one.size > LONG ? null : new Uint8Array(await one.arrayBuffer());
    if (!bytes || bytes.includes(0)) {
      said.textContent = one.name + " is read when you press Explain";
      return;
    }
    box.value = new TextDecoder().decode(bytes);
    file.value = "";
    said.textContent = one.name + " stands in the box";
    box.focus();
  });
})();
