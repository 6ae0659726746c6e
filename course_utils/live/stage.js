// The figure on the page: PNG frames come down; the pointer, the arrow keys and the screen's pixel ratio go up.
// Everything goes up as a synced trait, never as a custom message: traits are throttled, and the newest value wins.
function render({ model, el }) {
  const img = el.appendChild(document.createElement("img"));
  Object.assign(img, { className: "course-picture", draggable: false, alt: model.get("alt") });
  img.style.width = `${model.get("width")}px`;
  img.style.aspectRatio = `${model.get("width")} / ${model.get("height")}`;

  let url;
  const show = () => {
    const old = url;
    url = URL.createObjectURL(new Blob([model.get("frame")], { type: "image/png" }));
    img.src = url;
    if (old) img.addEventListener("load", () => URL.revokeObjectURL(old), { once: true });
  };
  const send = (name, value) => { model.set(name, value); model.save_changes(); };

  let press = 0;
  const point = (event) => {
    const box = img.getBoundingClientRect();
    send("pointer", [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, press]);
  };
  // Totals, so that nothing is lost when messages merge; kept here, since the kernel echoes older ones into the model.
  let nudged = model.get("nudge");
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  const key = (event) => {
    const way = arrows[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();  // or the notebook would move on to another cell
    const far = event.shiftKey ? 10 : 1;
    nudged = [nudged[0] + far * way[0], nudged[1] + far * way[1]];
    send("nudge", nudged);
  };
  if (model.get("clickable")) {
    img.classList.add("course-clickable");
    img.tabIndex = 0;
    img.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      press = (model.get("pointer")[2] || 0) + 1;
      img.setPointerCapture(event.pointerId);
      point(event);
    });
    img.addEventListener("pointermove", (event) => { if (press && event.buttons & 1) point(event); });
    img.addEventListener("keydown", key);
  }

  const sharpen = () => {
    const ratio = Math.min(Math.max(window.devicePixelRatio, 1), 2);
    if (ratio !== model.get("ratio")) send("ratio", ratio);
  };
  model.on("change:frame", show);
  window.addEventListener("resize", sharpen);  // zooming the page, or another screen
  show();
  sharpen();
  return () => {
    model.off("change:frame", show);
    window.removeEventListener("resize", sharpen);
    URL.revokeObjectURL(url);
  };
}
export default { render };
