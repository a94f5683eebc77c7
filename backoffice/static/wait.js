/* data-wait="ADDRESS" data-state="WORD": ask the address now and then; once its word is another, show the page anew.
   A <progress> inside follows the numbers "done" and "total" of the answer, data-wait-words its "words". */
"use strict";

(() => {
  const waiting = document.querySelector("[data-wait]");
  if (!waiting) return;
  const pause = 2000;

  function follow(told) {
    const bar = waiting.querySelector("progress");
    if (!bar || told.total === undefined) return;
    bar.max = told.total;
    bar.value = told.done;
    waiting.querySelector("[data-wait-words]").textContent = told.words;
  }

  async function look() {
    try {
      const answer = await fetch(waiting.dataset.wait, { headers: { Accept: "application/json" } });
      const told = answer.ok && !answer.redirected ? await answer.json() : {};
      if (answer.redirected || (answer.ok && told.state !== waiting.dataset.state)) {
        location.reload();
        return;
      }
      follow(told);
    } catch {
      /* The server may be away for a moment; the next look will tell. */
    }
    setTimeout(look, pause);
  }
  setTimeout(look, pause);
})();
