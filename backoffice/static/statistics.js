/* Draws the charts of the statistics page from the JSON that stands beside each table; saves them as pictures; prints. */
"use strict";

(() => {
  const config = { displayModeBar: false, displaylogo: false, showSendToCloud: false, plotlyServerURL: "", responsive: true };

  function offer(selector, act) {
    document.querySelectorAll(selector).forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => act(button));
    });
  }

  // Plotly would make the picture from a blob, which the page's policy does not let in as an image.
  async function save(button) {
    const name = button.dataset.png;
    const box = document.getElementById(`chart-${name}`);
    const size = { width: 1200, height: Math.max(500, box.offsetHeight) };
    const picture = new Image();
    picture.src = await Plotly.toImage(box, { format: "svg", ...size });
    await picture.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * size.width, height: 2 * size.height });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: `statistics-${name}.png` }).click();
  }

  async function draw() {
    // Labels are measured as they are drawn, so the font has to be there.
    await document.fonts.load("13px Vazirmatn", "آمار").catch(() => {});
    const boxes = [...document.querySelectorAll("[data-chart]")];
    await Promise.all(boxes.map((box) => {
      const chart = JSON.parse(box.dataset.chart);
      return Plotly.newPlot(box, chart.data, chart.layout, config);
    }));
    document.documentElement.dataset.charts = "drawn";
  }

  offer("[data-print]", () => window.print());
  if (window.Plotly) {
    offer("[data-png]", save);
    draw();
  }
})();
