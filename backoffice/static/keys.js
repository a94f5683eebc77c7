/* Keys of the pages of cases: by their place on the keyboard, so that they work in any layout; can be switched off. */
"use strict";

(() => {
  const STORED = "case-keys";
  const dialog = document.getElementById("keys");
  const box = document.querySelector("[data-keys-on]");
  const help = document.querySelector("[data-keys-help]");
  let on = localStorage.getItem(STORED) !== "off";

  if (dialog && box && help) {
    help.hidden = false;
    box.checked = on;
    help.addEventListener("click", () => dialog.showModal());
    box.addEventListener("change", () => {
      on = box.checked;
      localStorage.setItem(STORED, on ? "on" : "off");
    });
  }

  function use(target) {
    const section = target.closest("details");
    if (!section || target.tagName !== "SUMMARY") { target.click(); return; }
    section.open = true;
    section.scrollIntoView({ block: "nearest" });
    section.querySelector("form input:not([type=hidden]), form select")?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (!on || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.code === "Slash" && event.shiftKey) { event.preventDefault(); dialog?.showModal(); return; }
    const target = event.shiftKey ? null : document.querySelector(`[data-key="${event.code}"]`);
    if (!target) return;
    event.preventDefault();
    use(target);
  });

  /* The words of the note, or of what was chosen, stand in the message that is shown. */
  document.querySelectorAll("[data-preview]").forEach((shown) => {
    const form = shown.closest("form");
    const field = form.querySelector("select[data-said]") || form.querySelector("[data-note]");
    const text = shown.textContent;
    const said = () => (field.tagName === "SELECT" ? field.selectedOptions[0].dataset.said : field.value.trim());
    const write = () => { shown.textContent = text.replace(shown.dataset.preview, said() || shown.dataset.preview); };
    field.addEventListener("input", write);
    write();
  });
})();
