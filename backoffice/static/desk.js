/* What JavaScript adds to the desk; every page works without it. */
"use strict";

(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  /* data-confirm on a form or a button: ask once, in the page's own words. */
  const dialog = document.getElementById("confirm");
  const agreed = new WeakSet();

  function question(form, button) {
    return button?.dataset.confirm || form.dataset.confirm;
  }

  function ask(form, button, text) {
    document.getElementById("confirm-question").textContent = text;
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") return;
      agreed.add(form);
      form.requestSubmit(button);
    };
    dialog.showModal();
    dialog.querySelector("[value=no]").focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const text = question(form, event.submitter);
    if (!dialog || !text || agreed.delete(form)) return;
    event.preventDefault();
    ask(form, event.submitter, text);
  });

  /* Menus made of <details> close when one looks elsewhere. */
  function closeMenus(except) {
    all(".user-menu[open]").filter((menu) => menu !== except).forEach((menu) => menu.removeAttribute("open"));
  }
  document.addEventListener("click", (event) => closeMenus(event.target.closest(".user-menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector(".user-menu[open]");
    closeMenus();
    open?.querySelector("summary").focus();
  });

  /* Ticked rows: count them, tick all, no act without any. */
  function followTicks(form) {
    const boxes = all(`input[type=checkbox][form=${form.id}]`);
    const everything = form.querySelector("[name=everything]");
    const master = document.querySelector("[data-tick-all]");
    const count = form.querySelector("[data-bulk-count]");
    const digits = new Intl.NumberFormat(document.documentElement.lang);
    function update() {
      const ticked = boxes.filter((box) => box.checked).length;
      count.hidden = ticked === 0;
      count.textContent = digits.format(ticked);
      const idle = ticked === 0 && !everything?.checked;
      form.classList.toggle("is-idle", idle);
      all("button", form).forEach((button) => { button.disabled = idle; });
      if (!master) return;
      master.checked = ticked === boxes.length;
      master.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    if (master) {
      master.hidden = false;
      master.addEventListener("change", () => { boxes.forEach((box) => { box.checked = master.checked; }); update(); });
    }
    [...boxes, everything].forEach((box) => box?.addEventListener("change", update));
    update();
  }
  all("form[data-bulk]").forEach(followTicks);

  /* Filters: the comparison is part of the parameter's name; boxes left blank are not sent. */
  all("[data-filter]").forEach((row) => {
    const operation = row.querySelector("[data-filter-operation]");
    const value = row.querySelector("[data-filter-value]");
    if (!operation) return;
    operation.hidden = false;
    row.querySelector(".filter-op")?.remove();
    operation.addEventListener("change", () => { value.name = `flt${row.dataset.filterNumber}_${operation.value}`; });
  });
  all("form[data-blank-free]").forEach((form) => form.addEventListener("submit", () => {
    all("[data-filter-value]", form).filter((box) => box.value === "").forEach((box) => { box.disabled = true; });
  }));

  /* A file field in the page's own words; without script the browser's own is there. */
  all("[data-file-box]").forEach((box) => {
    const input = box.querySelector("input");
    const chosen = box.querySelector("[data-file-chosen]");
    const nothing = chosen.textContent;
    const tell = () => { chosen.textContent = input.files[0]?.name || nothing; };
    box.classList.add("is-enhanced");
    input.addEventListener("change", tell);
    tell();
  });

  /* "/" puts the cursor into the search box, from anywhere but a field. */
  document.addEventListener("keydown", (event) => {
    const box = document.querySelector(".top-search input");
    if (event.code !== "Slash" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !box) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    box.focus();
  });
})();
