// The figure on the page: pictures and words come down; the pointer, arrow keys and the screen's pixel ratio go up.
// Everything goes up as a synced trait, never as a custom message: traits are throttled, and the newest value wins.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
const UP = ["ArrowRight", "ArrowUp"];
const FAR = 10;  // steps of an arrow key with Shift

function render({ model, el }) {
  const picture = el.appendChild(document.createElement("canvas"));
  Object.assign(picture, { className: "course-picture", role: "img", ariaLabel: model.get("alt") });
  picture.style.width = `${model.get("width")}px`;
  picture.style.aspectRatio = `${model.get("width")} / ${model.get("height")}`;
  const words = el.appendChild(document.createElement("div"));
  words.className = "course-words";
  words.setAttribute("role", "status");

  let rest;
  let ground;  // the image of what stays, or a promise of it
  let on;  // the image that is drawn on now
  let draw;
  let shown = 0;
  const show = () => {
    const [number, runs] = [model.get("number"), words32(model.get("runs"))];
    const put = (image) => {
      if (number < shown) return;  // a newer one was decoded sooner
      shown = number;
      if (on !== image) draw = drawerOn(picture, (on = image));
      draw(runs);
      picture.dataset.number = number;
      picture.dispatchEvent(new Event("load"));
    };
    if (rest !== model.get("rest")) {
      rest = model.get("rest");
      const coming = (ground = decoded(rest));
      coming.then((image) => { if (ground === coming) ground = image; });
    }
    if (ground instanceof Promise) ground.then(put);
    else put(ground);  // in the message's own turn
  };
  const say = () => { words.innerHTML = model.get("words"); };
  const send = (name, value) => { model.set(name, value); model.save_changes(); };

  const sharpen = () => {
    const ratio = Math.min(Math.max(window.devicePixelRatio, 1), 2);
    if (ratio !== model.get("ratio")) send("ratio", ratio);
  };
  if (model.get("clickable")) takePointer(picture, model, send);
  const forget = inFigure(el, (figure) => [nameControls(figure), claimArrows(figure), hasten(figure)]);
  model.on("change:number", show);
  model.on("change:words", say);
  window.addEventListener("resize", sharpen);  // zooming the page, or another screen
  show();
  say();
  sharpen();
  return () => {
    model.off("change:number", show);
    model.off("change:words", say);
    window.removeEventListener("resize", sharpen);
    forget();
  };
}

async function decoded(png) {
  const bitmap = await createImageBitmap(new Blob([png], { type: "image/png" }));
  const { width, height } = bitmap;
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}

// Bytes in a message may begin anywhere in it.
const words32 = ({ buffer, byteOffset, byteLength }) => new Uint32Array(buffer.slice(byteOffset, byteOffset + byteLength));

// A function that draws runs of pixels (runs.py says how they are written) over an image, in the place of the last ones.
function drawerOn(picture, rest) {
  const { width, height } = rest;
  if (picture.width !== width || picture.height !== height) Object.assign(picture, { width, height });
  const context = picture.getContext("2d");
  context.putImageData(rest, 0, 0);
  const image = new ImageData(rest.data.slice(), width);
  const [under, over] = [rest, image].map(({ data }) => new Uint32Array(data.buffer));
  const start = (word) => word & 0xffffff;
  const rows = (runs) => runs.length ? [start(runs[0]), start(runs.at(-2))].map((at) => Math.floor(at / width)) : [height, 0];
  let last = [];
  return (runs) => {
    for (let i = 0; i < last.length; i += 2)
      for (let at = start(last[i]), end = at + length(last, i); at < end; at++) over[at] = under[at];
    for (let i = 0; i < runs.length; i += 2) {
      const color = 0xff000000 | runs[i + 1];
      for (let at = start(runs[i]), end = at + length(runs, i); at < end; at++) over[at] = color;
    }
    const [[top, bottom], [above, below]] = [rows(last), rows(runs)];
    const first = Math.min(top, above);
    context.putImageData(image, 0, 0, 0, first, width, Math.max(bottom, below) + 1 - first);
    last = runs;
  };
}

const length = (runs, i) => runs[i] >>> 24 | runs[i + 1] >>> 24 << 8;

// The point in the picture follows presses, drags and arrow keys.
function takePointer(picture, model, send) {
  let press = 0;
  const point = (event) => {
    const box = picture.getBoundingClientRect();
    send("pointer", [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, press]);
  };
  // Totals, so that nothing is lost when messages merge; kept here, since the kernel may echo older ones into the model.
  let nudged = model.get("nudge");
  picture.classList.add("course-clickable");
  picture.tabIndex = 0;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    press = (model.get("pointer")[2] || 0) + 1;
    picture.setPointerCapture(event.pointerId);
    point(event);
  });
  picture.addEventListener("pointermove", (event) => { if (press && event.buttons & 1) point(event); });
  picture.addEventListener("keydown", (event) => {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();  // or the notebook would move on to another cell
    const far = event.shiftKey ? FAR : 1;
    nudged = [nudged[0] + far * way[0], nudged[1] + far * way[1]];
    send("nudge", nudged);
  });
}

// Act on the figure around the picture, as soon as it is on the page; returns what undoes it all.
function inFigure(el, act) {
  let frame;
  let undo = [];
  const look = () => {
    const figure = el.closest(".course-figure");
    if (figure) undo = act(figure);
    else frame = requestAnimationFrame(look);
  };
  look();
  return () => {
    cancelAnimationFrame(frame);
    undo.forEach((one) => one());
  };
}

// ipywidgets gives neither the handles of its sliders nor the buttons of its player a name for screen readers.
function nameControls(figure) {
  let id = 0;
  const name = () => {
    for (const handle of figure.querySelectorAll(".noUi-handle:not([aria-label])")) {
      const control = handle.closest(".widget-slider") ?? handle.closest(".jupyter-widgets");
      const label = control?.querySelector(".widget-label");
      handle.setAttribute("aria-label", label?.textContent.trim() || label?.title || "value");
      const readout = control?.querySelector(".widget-readout");  // the rate, where the slider's own number is its log
      if (readout) {
        readout.id ||= `course-readout-${performance.now()}-${id++}`;
        readout.setAttribute("aria-label", `${handle.getAttribute("aria-label")}, as a number`);
        handle.setAttribute("aria-describedby", readout.id);
      }
    }
    for (const player of figure.querySelectorAll(".widget-play")) {
      ["Play or pause", "Stop, back to the first step"].forEach((tip, i) => {
        const button = player.querySelectorAll("button")[i];
        if (button && !button.title) Object.assign(button, { title: tip, ariaLabel: tip });
      });
    }
  };
  const observer = new MutationObserver(name);
  observer.observe(figure, { childList: true, subtree: true });
  name();
  return () => observer.disconnect();
}

// Arrow keys belong to what has the focus in the figure, not to the notebook. Notebook 7 looks for its own keys before
// anything else on the page hears of them, and JupyterLab takes them away from menus; both leave this attribute alone.
function claimArrows(figure) {
  const claim = (event) => {
    if (figure.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", event.key in ARROWS);
  };
  window.addEventListener("keydown", claim, true);  // the only place before Notebook 7
  return () => window.removeEventListener("keydown", claim, true);
}

// Shift and an arrow key move a slider ten steps, as they move a point: two pages of five.
function hasten(figure) {
  const key = (event) => {
    if (!event.shiftKey || !ARROWS[event.key] || !event.target.classList.contains("noUi-handle")) return;
    event.preventDefault();
    event.stopPropagation();
    const page = UP.includes(event.key) ? "PageUp" : "PageDown";
    for (let i = 0; i < FAR / 5; i++) event.target.dispatchEvent(new KeyboardEvent("keydown", { key: page }));
  };
  figure.addEventListener("keydown", key, true);
  return () => figure.removeEventListener("keydown", key, true);
}

export default { render };
