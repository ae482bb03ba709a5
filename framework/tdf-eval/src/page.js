// A page works without this: the steps are a list. With it they have a slider, and programs can be copied. The page is well-formed XML, so
// that neither a less-than sign nor an ampersand may stand here.
"use strict";
for (const list of document.querySelectorAll("ol.steps")) {
  const steps = [...list.children];
  if (steps.length === 1) continue;
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const bar = make("div", { className: "steps" });
  const play = make("button", { type: "button", textContent: "Play" });
  const slider = make("input", { type: "range", min: 0, max: steps.length - 1, value: steps.length - 1 });
  slider.setAttribute("aria-label", "Step");
  const number = make("output", {});
  const all = make("button", { type: "button", textContent: "All steps" });
  all.setAttribute("aria-pressed", "false");
  let timer = 0;
  const show = () => {
    const every = all.getAttribute("aria-pressed") === "true";
    steps.forEach((step, at) => (step.hidden = every ? false : at !== Number(slider.value)));
    number.textContent = Number(slider.value) + 1 + " of " + steps.length;
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  };
  const forward = () => {
    if (Number(slider.value) === steps.length - 1) return stop();
    slider.value = Number(slider.value) + 1;
    show();
  };
  play.onclick = () => {
    if (timer) return stop();
    if (Number(slider.value) === steps.length - 1) slider.value = 0;
    play.textContent = "Pause";
    all.setAttribute("aria-pressed", "false");
    show();
    timer = setInterval(forward, 600);
  };
  slider.oninput = () => {
    stop();
    show();
  };
  all.onclick = () => {
    stop();
    all.setAttribute("aria-pressed", String(all.getAttribute("aria-pressed") !== "true"));
    show();
  };
  bar.append(play, slider, number, all);
  list.before(bar);
  show();
}
for (const code of document.querySelectorAll("code.program")) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy" });
  button.title = "Copy the program";
  const say = (text) => {
    button.textContent = text;
    setTimeout(() => (button.textContent = "Copy"), 1500);
  };
  button.onclick = () =>
    navigator.clipboard.writeText(code.textContent).then(
      () => say("Copied"),
      () => say("Not allowed here"),
    );
  code.after(" ", button);
}
