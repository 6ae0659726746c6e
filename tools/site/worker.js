// Python, beside the page: makes one live figure and passes the messages of its widgets on.
const KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel";
const HEAVY = ["scipy", "scikit-learn"];
const LIGHT = ["optimizers.race"];  // figures that need neither
let hear;

onmessage = async ({ data }) => {
  try {
    if (data.figure) await start(data.figure);
    else hear(JSON.stringify(data));
    postMessage({ done: true });
  } catch (error) {
    postMessage({ failed: String(error) });
  }
};

async function start(figure) {
  const config = (await read("jupyter-lite.json"))["jupyter-config-data"].litePluginSettings[KERNEL];
  const lock = await read(config.loadPyodideOptions.lockFileURL);
  if (LIGHT.includes(figure)) {
    const course = lock.packages["course-utils"];
    course.depends = course.depends.filter((name) => !HEAVY.includes(name));
  }
  const { loadPyodide } = await import(new URL(config.pyodideUrl, location));
  const packageBaseUrl = new URL(".", location).href;
  const pyodide = await loadPyodide({ lockFileContents: lock, packageBaseUrl, packages: ["course-utils"] });
  postMessage({ say: "Drawing ..." });
  pyodide.globals.set("page", { tell: (text, buffers) => postMessage({ text, buffers }) });
  const [chapter, name] = figure.split(".");
  hear = await pyodide.runPythonAsync(`
from pyodide.ffi import to_js
from course_utils.demos import ${chapter}
from course_utils.live.page import show

show(${chapter}.${name}, lambda text, buffers: page.tell(text, to_js(buffers)))`);
}

async function read(name) {
  const answer = await fetch(new URL(name, location));
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  return answer.json();
}
