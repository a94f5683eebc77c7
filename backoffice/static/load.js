/* data-load="ADDRESS": fetch that part of the page once the page is shown. Without script its link leads to it. */
"use strict";

(() => {
  async function load(place) {
    const answer = await fetch(place.dataset.load, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
  }
  document.querySelectorAll("[data-load]").forEach((place) => {
    place.setAttribute("aria-busy", "true");
    load(place)
      .catch(() => {})
      .finally(() => place.removeAttribute("aria-busy"));
  });
})();
