/* Draws the charts of the statistics page from the JSON that stands beside each table; saves them as pictures; prints. */
"use strict";

(() => {
  const config = { displayModeBar: false, displaylogo: false, showSendToCloud: false, plotlyServerURL: "" };
  const LETTER = 7;

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

  const longest = (names) => Math.max(...names.flatMap((name) => name.split("<br>")).map((line) => line.length));

  // Names of months that would run into one another are left out; the newest keeps its own.
  function fitted({ xaxis, ...layout }, width) {
    if (!xaxis.ticktext?.length) return { ...layout, xaxis, width };
    const { tickvals, ticktext, range } = xaxis;
    const place = (width - layout.margin.l - layout.margin.r) / Math.abs(range[1] - range[0]);
    const gap = ticktext.length > 1 ? (tickvals[1] - tickvals[0]) * place : width;
    const every = Math.ceil((LETTER * longest(ticktext) + LETTER) / gap);
    const thin = (list) => list.filter((_, place) => (list.length - 1 - place) % every === 0);
    return { ...layout, width, xaxis: { ...xaxis, tickvals: thin(tickvals), ticktext: thin(ticktext) } };
  }

  function fit(box, width = box.clientWidth) {
    if (!width || box.layout?.width === width) return undefined;
    const chart = JSON.parse(box.dataset.chart);
    return Plotly.react(box, chart.data, fitted(chart.layout, width), config);
  }

  async function draw() {
    // Labels are measured as they are drawn, so the font has to be there.
    await document.fonts.load("13px Vazirmatn", "آمار").catch(() => {});
    const boxes = [...document.querySelectorAll("[data-chart]")];
    await Promise.all(boxes.map((box) => fit(box)));
    // Plotly's own way of following the window loses the heights.
    const seen = new ResizeObserver((changes) => requestAnimationFrame(() => changes.forEach(({ target }) => fit(target))));
    boxes.forEach((box) => seen.observe(box));
    document.documentElement.dataset.charts = "drawn";
  }

  offer("[data-print]", () => window.print());
  if (window.Plotly) {
    offer("[data-png]", save);
    draw();
  }
})();
