// A box of code under a figure: it can be selected, and a button copies it.
function render({ model, el }) {
  el.classList.add("course-code");
  const button = el.appendChild(document.createElement("button"));
  button.type = "button";
  const pre = el.appendChild(document.createElement("pre"));
  pre.tabIndex = 0;
  pre.setAttribute("aria-label", "the code of this state");

  const select = () => {
    const range = document.createRange();
    range.selectNodeContents(pre);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  let timer;
  const say = (words) => {
    button.textContent = words;
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(model.get("code"));
      say("Copied");
    } catch {  // a page that is not served securely has no clipboard
      select();
      say(document.execCommand("copy") ? "Copied" : "Press Ctrl+C");
    }
  });
  const show = () => { pre.textContent = model.get("code"); };
  button.textContent = "Copy";
  model.on("change:code", show);
  show();
  return () => {
    model.off("change:code", show);
    clearTimeout(timer);
  };
}
export default { render };
