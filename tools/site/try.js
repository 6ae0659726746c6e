// One live figure without Jupyter. Python runs in a worker; what its widgets are comes as messages of ipywidgets'
// protocol, and is drawn here with the browser's own inputs. try.html?figure=chapter.name shows any figure.
const ICONS = { "step-backward": "◀", "step-forward": "▶" };
const figure = /^\w+\.\w+$/.exec(new URLSearchParams(location.search).get("figure"))?.[0] ?? "optimizers.race";
const state = document.getElementById("state");
const models = new Map();
const waiting = new Map();  // for each widget what it last became; only the newest goes to Python
let busy = true;

// What anywidget's `render` expects of a model: the state of one widget, here and in Python.
class Model {
  constructor(id) { Object.assign(this, { id, state: {}, changed: {}, listeners: {} }); }
  get(name) { return this.state[name]; }
  set(name, value) {
    this.changed[name] = value;
    this.take({ [name]: value });
  }
  save_changes() {
    waiting.set(this.id, { ...waiting.get(this.id), ...this.changed });
    this.changed = {};
    send();
  }
  on(event, act) { (this.listeners[event] ??= new Set()).add(act); }
  off(event, act) { this.listeners[event]?.delete(act); }
  take(state) {
    Object.assign(this.state, state);
    for (const name of Object.keys(state)) this.listeners[`change:${name}`]?.forEach((act) => act());
  }
  click() {
    waiting.set(Symbol(), { id: this.id, method: "custom", content: { event: "click" } });
    send();
  }
}

function send() {
  if (busy || !waiting.size) return;
  const [id, news] = waiting.entries().next().value;
  waiting.delete(id);
  busy = true;
  worker.postMessage(typeof id === "symbol" ? news : { id, method: "update", state: news });
}

const worker = new Worker("worker.js", { type: "module" });
worker.onmessage = ({ data }) => {
  if (data.say) state.textContent = data.say;
  if (data.failed) state.textContent = `It did not work: ${data.failed}`;
  if (data.text) hear(JSON.parse(data.text), data.buffers);
  if (data.done || data.failed) {
    busy = false;
    send();
  }
};
worker.onerror = (event) => { state.textContent = `It did not work: ${event.message}`; };
worker.postMessage({ figure });
document.querySelector("h1").textContent = document.title = figure.split(".")[1].replaceAll("_", " ");

function hear(message, buffers) {
  if (message.show) {
    document.querySelector("main").replaceChildren(draw(message.show));
    state.textContent = message.about ?? "";
  } else if (message.state && message.method !== "echo_update") {
    message.buffer_paths?.forEach(([name], i) => { message.state[name] = buffers[i]; });
    if (!models.has(message.id)) models.set(message.id, new Model(message.id));
    const model = models.get(message.id);
    model.take(message.state);
    if (model.get("_model_name") === "LinkModel" && !model.linked) link(model);
  }
}

const named = (reference) => models.get(reference.replace("IPY_MODEL_", ""));

function link(model) {
  model.linked = true;
  const [[source, from], [target, to]] = [model.get("source"), model.get("target")].map(([who, name]) => [named(who), name]);
  const follow = (one, its, other, others) => one.on(`change:${its}`, () => {
    if (other.get(others) === one.get(its)) return;
    other.set(others, one.get(its));
    other.save_changes();
  });
  follow(source, from, target, to);
  follow(target, to, source, from);
}

// Every kind of widget that a live figure has.

const DRAW = {
  Any: (model, el) => {
    const url = URL.createObjectURL(new Blob([model.get("_esm")], { type: "text/javascript" }));
    import(url).then((module) => module.default.render({ model, el }));
    if (model.get("_css")) make("style", document.head).textContent = model.get("_css");
  },
  Box: holds, GridBox: holds, HBox: holds, VBox: holds,
  Button: (model, el) => {
    const button = make("button", el, { title: model.get("tooltip") ?? "" });
    button.textContent = model.get("description") || ICONS[model.get("icon")] || model.get("icon");
    button.onclick = () => model.click();
  },
  Checkbox: (model, el) => {
    const label = make("label", el), box = make("input", label, { type: "checkbox" });
    label.append(model.get("description"));
    box.onchange = () => change(model, "value", box.checked);
    keep(model, "value", () => { box.checked = model.get("value"); });
  },
  Dropdown: (model, el) => {
    const select = make("select", described(model, el));
    for (const option of model.get("_options_labels")) make("option", select).textContent = option;
    select.onchange = () => change(model, "index", select.selectedIndex);
    keep(model, "index", () => { select.selectedIndex = model.get("index"); });
  },
  FloatLogSlider: (model, el) => slider(model, el, "value", {
    write: (position) => model.get("base") ** position,
    read: (value) => Math.log(value) / Math.log(model.get("base")),
    tell: (value) => Number(value.toPrecision(3)).toString(),
  }),
  FloatSlider: (model, el) => slider(model, el, "value", {
    tell: (value) => value.toFixed(Number(/\.(\d+)f/.exec(model.get("readout_format"))?.[1] ?? 2)),
  }),
  HTML: (model, el) => keep(model, "value", () => { el.innerHTML = model.get("value"); }),
  IntSlider: (model, el) => slider(model, el, "value", {}),
  Play: (model, el) => {
    const button = make("button", el);
    let beats;
    const beat = () => {
      const next = model.get("value") + model.get("step");
      if (next > model.get("max")) change(model, "playing", false);
      else change(model, "value", next);
    };
    button.onclick = () => {
      if (!model.get("playing") && model.get("value") >= model.get("max")) change(model, "value", model.get("min"));
      change(model, "playing", !model.get("playing"));
    };
    keep(model, "playing", () => {
      clearInterval(beats);
      if (model.get("playing")) beats = setInterval(beat, model.get("interval"));
      Object.assign(button, { textContent: model.get("playing") ? "⏸" : "▶", title: "Play or pause" });
    });
  },
  SelectionSlider: (model, el) => slider(model, el, "index", {
    min: 0, max: model.get("_options_labels").length - 1, step: 1, tell: (index) => model.get("_options_labels")[index],
  }),
};

function draw(reference) {
  const model = named(reference), kind = model.get("_model_name").replace("Model", "");
  const el = document.createElement("div");
  el.classList.add(`widget-${kind.toLowerCase()}`, ...(model.get("_dom_classes") ?? []));
  for (const [name, value] of Object.entries(named(model.get("layout")).state)) {
    if (value !== null && !name.startsWith("_")) el.style.setProperty(name.replaceAll("_", "-"), value);
  }
  DRAW[kind](model, el);
  return el;
}

function holds(model, el) {
  el.append(...model.get("children").map(draw));
}

function slider(model, el, trait, { min, max, step, write = Number, read = Number, tell = String }) {
  const parent = described(model, el), input = make("input", parent, { type: "range" });
  Object.assign(input, { min: min ?? model.get("min"), max: max ?? model.get("max"), step: step ?? model.get("step") });
  const shown = make("output", parent);
  input.oninput = () => change(model, trait, write(Number(input.value)));
  keep(model, trait, () => {
    input.value = read(model.get(trait));
    shown.textContent = tell(model.get(trait));
    input.setAttribute("aria-valuetext", shown.textContent);
  });
  if (!model.get("description")) input.ariaLabel = model.get("tooltip") ?? "value";
}

function described(model, el) {
  const label = make("label", el);
  label.append(model.get("description"));
  return label;
}

function change(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

function keep(model, name, act) {
  model.on(`change:${name}`, act);
  act();
}

function make(tag, parent, properties = {}) {
  return Object.assign(parent.appendChild(document.createElement(tag)), properties);
}
