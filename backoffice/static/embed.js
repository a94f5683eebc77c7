/* Puts the request page into a portal: <script src="https://…/request/embed.js" data-lang="fa" defer></script>
   The frame stands where the script stands, or in the element whose id data-target names, and grows with its page. */
"use strict";

(() => {
  const script = document.currentScript;
  const page = new URL(".", script.src);
  if (script.dataset.lang) page.searchParams.set("lang", script.dataset.lang);

  const frame = document.createElement("iframe");
  frame.src = page.href;
  frame.title = script.dataset.title || (script.dataset.lang === "en" ? "Get a user name" : "دریافت شناسه کاربری");
  frame.style.cssText = "display:block;inline-size:100%;block-size:46rem;border:0";

  const place = document.getElementById(script.dataset.target || "");
  if (place) place.append(frame);
  else script.after(frame);

  const tallest = 20000;
  let shown = "";
  window.addEventListener("message", (event) => {
    const said = event.data || {};
    if (event.source !== frame.contentWindow || event.origin !== page.origin || said.page !== "request") return;
    const height = Number(said.height);
    if (height > 0 && height < tallest) frame.style.blockSize = `${Math.ceil(height)}px`;
    /* Another step begins at its head, also where a long form was scrolled down. */
    if (shown && shown !== said.step && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    shown = String(said.step);
  });
})();
