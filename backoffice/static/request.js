/* What JavaScript adds to the request pages; every step works without it. */
"use strict";

(() => {
  const page = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const words = document.getElementById("live-words")?.dataset || {};

  /* The keyboard is in the other language: said while typing, never corrected. */
  const persian = /[\u0600-\u06ff\ufb50-\ufeff]/;
  const latin = /[A-Za-z]/;
  const wrong = {
    latin: (text) => (persian.test(text) ? words.english : ""),
    persian: (text) => (latin.test(text) ? words.persian : ""),
  };
  all("input[data-script]").forEach((box) => {
    const warning = document.createElement("p");
    warning.className = "warning";
    warning.id = `${box.id}-live`;
    warning.setAttribute("aria-live", "polite");
    box.after(warning);
    box.setAttribute("aria-describedby", `${box.getAttribute("aria-describedby") || ""} ${warning.id}`.trim());
    box.addEventListener("input", () => {
      const said = wrong[box.dataset.script](box.value) || "";
      if (warning.textContent !== said) warning.textContent = said;
    });
  });

  /* Digits of a date typed in a row get their slashes; what is pasted or typed otherwise stays. */
  all("input[data-date]").forEach((box) => box.addEventListener("input", (event) => {
    if (event.inputType !== "insertText" || box.selectionStart !== box.value.length) return;
    if (/^[0-9۰-۹٠-٩]{4}$/.test(box.value) || /^[0-9۰-۹٠-٩]{4}\/[0-9۰-۹٠-٩]{2}$/.test(box.value)) box.value += "/";
  }));

  /* A code of foreigners has letters: a telephone is to show them. */
  const code = document.querySelector("input[name=national_code]");
  all("[name=id_type]").forEach((choice) => choice.addEventListener("change", () => {
    code.inputMode = choice.value === "foreign" ? "text" : "numeric";
  }));

  /* What the browser objects to before a form is sent is said in the language of the page. */
  const password = document.getElementById("password");
  const objection = (box) => {
    const fault = box.validity;
    if (fault.valueMissing) return words.empty;
    if (fault.typeMismatch) return words.mail;
    if (fault.tooShort) return box.dataset.short;
    return box.id === "password_repeat" && box.value !== password.value ? words.different : "";
  };
  all("main form button").forEach((button) => button.addEventListener("click", () => {
    [...button.form.querySelectorAll("input")].forEach((box) => {
      box.setCustomValidity("");
      box.setCustomValidity(objection(box) || "");
    });
  }));

  /* A password manager keeps a password by a user name: the national code, which nothing but this tab remembers. */
  const kept = "national-code";
  const latinDigits = (text) => text.replace(/[۰-۹٠-٩]/g, (digit) => digit.charCodeAt(0) & 15).replace(/\D/g, "");
  try {
    if (code) {
      sessionStorage.removeItem(kept);
      code.form.addEventListener("submit", () => sessionStorage.setItem(kept, latinDigits(code.value)));
    }
    if (document.getElementById("latin_first_name") && sessionStorage.getItem(kept)) {
      const name = document.createElement("input");
      name.hidden = true;
      name.autocomplete = "username";
      name.value = sessionStorage.getItem(kept);
      password.before(name);
    }
  } catch {
    /* In a frame the browser may keep nothing; then the manager asks for the name. */
  }

  /* The countdown goes on from the server's number of seconds. */
  all("[data-countdown]").forEach((clock) => {
    const button = document.getElementById(clock.dataset.button);
    const ends = performance.now() + Number(clock.dataset.countdown) * 1000;
    const digits = new Intl.NumberFormat(page.lang, { useGrouping: false });
    const block = (event) => { if (button.getAttribute("aria-disabled") === "true") event.preventDefault(); };
    button.form.addEventListener("submit", block);
    function tick() {
      const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      button.setAttribute("aria-disabled", left > 0 ? "true" : "false");
      if (left === 0) {
        clock.hidden = true;
        return;
      }
      clock.querySelector("[data-seconds]").textContent = digits.format(left);
      setTimeout(tick, 500);
    }
    tick();
  });

  /* A form is sent once, however often the button is pressed. */
  all("form[method=post]").forEach((form) => form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  }));
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => form.removeAttribute("data-sent")));

  /* Of a form with two ways only the chosen one is shown. */
  const ways = all("[data-when]");
  const choose = () => {
    const chosen = document.querySelector("[name=had_mailbox]:checked")?.value;
    ways.forEach((way) => { way.hidden = chosen !== way.dataset.when; });
  };
  if (ways.length) {
    all("[name=had_mailbox]").forEach((box) => box.addEventListener("change", choose));
    choose();
  }

  /* Whether a name is free is asked a moment after the last key. */
  all("input[data-names]").forEach((box) => {
    const told = document.getElementById("names-live");
    let pause = 0;
    async function ask() {
      const name = box.value;
      const answer = await fetch(`${box.dataset.names}?name=${encodeURIComponent(name)}`);
      const found = await answer.json();
      if (name === box.value) told.textContent = found.free ? told.dataset.free : found.why;
    }
    box.addEventListener("input", () => {
      clearTimeout(pause);
      told.textContent = "";
      if (box.value) pause = setTimeout(() => ask().catch(() => {}), 400);
    });
  });

  /* The page that waits for the account asks again by itself. */
  const waits = document.querySelector("[data-reload]");
  if (waits) setTimeout(() => location.reload(), Number(waits.dataset.reload) * 1000);

  /* In a portal: tell the frame how tall the page is. Only the height and the step leave. */
  if (window.parent !== window) {
    const tell = () => {
      const height = document.querySelector(".sheet").getBoundingClientRect().height;
      window.parent.postMessage({ page: "request", height, step: document.body.dataset.step }, "*");
    };
    new ResizeObserver(tell).observe(document.querySelector(".sheet"));
    tell();
  }
})();
