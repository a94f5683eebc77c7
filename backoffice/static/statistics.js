/* Draws the charts of the statistics page from the JSON that stands beside each table; saves them as pictures; prints. */
"use strict";

(() => {
  const config = { displayModeBar: false, displaylogo: false, showSendToCloud: false, plotlyServerURL: "" };
  const LETTER = 7;
  // Pixels of a saved picture: its width, what stands above the chart, and beside the words there.
  const [WIDTH, HEAD, EDGE] = [900, 84, 24];
  // Pixels between the margins of an A4 page, which statistics.css sets.
  const PAPER = 700;

  function offer(selector, act) {
    document.querySelectorAll(selector).forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => act(button));
    });
  }

  // A picture is a document of its own: the font of the page has to travel inside.
  const font = new URL("vendor/vazirmatn.woff2", document.currentScript.src);

  async function fontFace() {
    const reader = new FileReader();
    const read = new Promise((done) => reader.addEventListener("load", done));
    reader.readAsDataURL(await (await fetch(font)).blob());
    await read;
    return `<style>@font-face{font-family:Vazirmatn;src:url("${reader.result}");font-weight:100 900}</style>`;
  }

  // Plotly would make the picture from a blob, which the page's policy does not let in as an image.
  async function pictureOf(name) {
    const chart = JSON.parse(document.getElementById(`chart-${name}`).dataset.chart);
    const layout = fitted(chart.layout, WIDTH);
    const size = { width: WIDTH, height: layout.height };
    const made = await Plotly.toImage({ data: chart.data, layout }, { format: "svg", ...size });
    const svg = decodeURIComponent(made.slice(made.indexOf(",") + 1));
    const picture = new Image();
    picture.src = `data:image/svg+xml,${encodeURIComponent(svg.replace(">", `>${await fontFace().catch(() => "")}`))}`;
    await picture.decode();
    return picture;
  }

  function write(pen, title) {
    const isRtl = document.documentElement.dir === "rtl";
    const words = [[700, 20, 36, title], [400, 14, 64, document.querySelector("[data-period]").textContent.trim()]];
    pen.direction = isRtl ? "rtl" : "ltr";
    pen.fillStyle = "#18282d";
    words.forEach(([weight, size, line, text]) => {
      pen.font = `${weight} ${size}px Vazirmatn, Tahoma, sans-serif`;
      pen.fillText(text, isRtl ? WIDTH - EDGE : EDGE, line, WIDTH - 2 * EDGE);
    });
  }

  async function save(button) {
    const { png: name, title } = button.dataset;
    const picture = await pictureOf(name);
    const height = HEAD + picture.height;
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * WIDTH, height: 2 * height });
    const pen = canvas.getContext("2d");
    pen.scale(2, 2);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, height);
    write(pen, title);
    pen.drawImage(picture, 0, HEAD, WIDTH, picture.height);
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
    window.addEventListener("beforeprint", () => boxes.forEach((box) => fit(box, PAPER)));
    window.addEventListener("afterprint", () => boxes.forEach((box) => fit(box)));
    document.documentElement.dataset.charts = "drawn";
  }

  offer("[data-print]", () => window.print());
  if (window.Plotly) {
    offer("[data-png]", save);
    draw();
  }
})();
