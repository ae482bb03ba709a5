// How a program was found, and ways to take it along.

import { $, element, marked, number, picture } from "./dom.js";
import { link } from "./link.js";
import { emit, on } from "./state.js";

// Milliseconds of a step that plays.
const STEP = 600;

let steps = [];
let timer = 0;
let last = null;

function branch(node, chosen) {
  const text = element(chosen(node) ? "mark" : "span", {}, node.label);
  const item = element("li", {}, text);
  if (node.children.length) item.append(element("ul", {}, ...node.children.map((child) => branch(child, chosen))));
  return item;
}

function step(at) {
  const { program, image, start, end, tree, measure, difference } = steps[at];
  marked($("path-program"), program, start, end);
  picture($("path-image"), image);
  const near = measure ?? `distance ${number(difference)}`;
  $("path-number").textContent = `${at + 1} of ${steps.length}`;
  $("path-number").title = near;
  $("path-slider").setAttribute("aria-valuetext", `${at + 1} of ${steps.length}, ${near}`);
  const chosen = (node) => start !== null && node.start === start && node.end === end;
  $("path-tree").replaceChildren();
  if (tree) $("path-tree").append(element("ul", {}, branch(tree, chosen)));
}

function play(on) {
  clearInterval(timer);
  $("path-play").setAttribute("aria-pressed", String(on));
  $("path-play").textContent = on ? "Pause" : "Play";
  if (!on) return;
  const slider = $("path-slider");
  if (Number(slider.value) >= steps.length - 1) slider.value = 0;
  step(Number(slider.value));
  timer = setInterval(() => {
    if (Number(slider.value) >= steps.length - 1) return play(false);
    slider.value = Number(slider.value) + 1;
    step(Number(slider.value));
  }, STEP);
}

async function copy(button, text) {
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copying is not allowed here";
  }
  setTimeout(() => (button.textContent = name), 1500);
}

function save(anchor, address) {
  anchor.hidden = !address;
  if (address) anchor.href = address;
}

// The target in the form that the command reads.
function targetFile({ target, image }) {
  const { examples } = target;
  if (!examples) return [image, "target.png"];
  const file = new Blob([examples.text], { type: "text/plain" });
  return [URL.createObjectURL(file), `examples.${examples.format}`];
}

function show(found) {
  last = found;
  $("answer-card").hidden = false;
  steps = found.path.steps;
  $("path-kind").textContent = found.path.kind === "edits" ? "Edits" : "Improvements";
  $("path-slider").max = steps.length - 1;
  $("path-slider").value = steps.length - 1;
  step(steps.length - 1);
  $("command").textContent = found.command;
  $("shown").textContent = found.result.shown ?? "";
  const { svg, image } = found.result;
  save($("save-svg"), svg ? URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" })) : null);
  save($("save-png"), image);
  save($("save-gif"), image && found.id !== undefined ? `/api/searches/${found.id}/path.gif` : null);
  const [address, name] = targetFile(found.aimed);
  save($("save-target"), address);
  $("save-target").download = name;
  const head = element("tr", {}, ...["Size", "Distance", "Program"].map((name) => element("th", { scope: "col" }, name)));
  const line = ({ size, difference, program }) => {
    const take = element("button", { type: "button", title: "Take this program to hand" }, program);
    take.onclick = () => emit("hand", program);
    return element("tr", {}, element("td", {}, String(size)), element("td", {}, number(difference)), element("td", {}, take));
  };
  $("front").replaceChildren(element("thead", {}, head), element("tbody", {}, ...found.front.map(line)));
  emit("hand", found.program);
}

export function setUpAnswer() {
  $("path-slider").oninput = () => {
    play(false);
    step(Number($("path-slider").value));
  };
  $("path-play").onclick = () => play($("path-play").getAttribute("aria-pressed") !== "true");
  $("copy-program").onclick = () => copy($("copy-program"), last.program);
  $("copy-command").onclick = () => copy($("copy-command"), last.command);
  $("copy-link").onclick = () => copy($("copy-link"), link());
  on("end", show);
  const hide = () => {
    play(false);
    $("answer-card").hidden = true;
  };
  on("begin", hide);
  on("subject", hide);
}
