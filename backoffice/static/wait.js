/* data-wait="ADDRESS" data-state="WORD": ask the address now and then; once its word is another, show the page anew. */
"use strict";

(() => {
  const waiting = document.querySelector("[data-wait]");
  if (!waiting) return;
  const pause = 2000;

  async function look() {
    try {
      const answer = await fetch(waiting.dataset.wait, { headers: { Accept: "application/json" } });
      if (answer.redirected || (answer.ok && (await answer.json()).state !== waiting.dataset.state)) {
        location.reload();
        return;
      }
    } catch {
      /* The server may be away for a moment; the next look will tell. */
    }
    setTimeout(look, pause);
  }
  setTimeout(look, pause);
})();
