// The ways to make a target.

import { attempt, post, send, tell, Failure } from "./api.js";
import { completes, explain } from "./complete.js";
import { $, debounced } from "./dom.js";
import { blank, put, setUpDrawing } from "./draw.js";
import { aim, emit, on, path, state } from "./state.js";
import { setUpTable, tablePublish, takeExamples, takeText } from "./table.js";

const TABS = ["draw", "image", "table", "program"];
let bytes = null;
let inverted = false;

export function show(name) {
  for (const other of TABS) {
    const tab = $(`tab-${other}`);
    tab.setAttribute("aria-selected", String(other === name));
    tab.tabIndex = other === name ? 0 : -1;
    $(`panel-${other}`).hidden = other !== name;
  }
}

function setUpTabs() {
  const open = () => TABS.filter((name) => !$(`tab-${name}`).hidden);
  for (const name of TABS) {
    const tab = $(`tab-${name}`);
    tab.onclick = () => show(name);
    tab.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const names = open();
      const next = names[(names.indexOf(name) + step + names.length) % names.length];
      show(next);
      $(`tab-${next}`).focus();
      event.preventDefault();
    };
  }
}

// An image from outside: the server fits it to the canvas and says how.
async function take(file) {
  if (!state.subject.canvas) return tell("Programs take inputs here: a table of examples is wanted, no image.");
  bytes = await file.arrayBuffer();
  inverted = false;
  await fit();
}

async function fit() {
  const answer = await attempt(() => send(path(`image?invert=${inverted ? 1 : 0}`), bytes));
  if (!answer) return;
  const { image, changes, looks_inverted: looks } = answer;
  await put(image);
  aim({ png: image.split(",")[1] }, image);
  show("image");
  $("image-changes").textContent = changes.length ? `What was done to it: ${changes.join("; ")}.` : "It was taken as it is.";
  $("invert").hidden = !(looks || inverted);
  $("invert").textContent = inverted ? "Take it as it was" : "Swap light and dark: it looks inverted";
}

function setUpImages() {
  $("file").onchange = () => $("file").files[0] && take($("file").files[0]);
  $("invert").onclick = () => {
    inverted = !inverted;
    fit();
  };
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer.files[0];
    if (file) take(file);
  });
  document.addEventListener("paste", (event) => {
    const item = [...event.clipboardData.items].find((item) => item.type.startsWith("image/"));
    if (item) take(item.getAsFile());
  });
}

// A program whose image is the target.
async function draft() {
  const text = $("source").value;
  if (!text.trim()) return explain($("source"), $("source-error"), null);
  try {
    const { image } = await post(path("program"), { program: text, target: null });
    explain($("source"), $("source-error"), null);
    if ($("source").value === text && image) aim({ program: text }, image);
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    explain($("source"), $("source-error"), failure);
  }
}

async function surprise() {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const task = await attempt(() => post(path("surprise"), { seed }));
  if (!task) return;
  if (task.examples) {
    show("table");
    takeExamples(task.examples);
  } else {
    await put(task.image);
    aim({ png: task.image.split(",")[1] }, task.image);
    show("draw");
  }
  emit("surprise");
}

// Takes the target of a link.
export async function takeTarget(target) {
  if (target.examples) {
    show("table");
    return takeText(target.examples);
  }
  if (target.program) {
    show("program");
    $("source").value = target.program;
    return draft();
  }
  const address = `data:image/png;base64,${target.png}`;
  await put(address);
  aim(target, address);
}

export function setUpTargets() {
  setUpTabs();
  setUpDrawing();
  setUpImages();
  setUpTable();
  const offer = completes($("source"), $("source-tokens"));
  $("source").addEventListener("input", debounced(150, draft));
  $("surprise").onclick = surprise;
  on("subject", () => {
    const isImage = Boolean(state.subject.canvas);
    document.body.classList.toggle("values", !isImage);
    for (const name of ["draw", "image", "program"]) $(`tab-${name}`).hidden = !isImage;
    $("tab-table").hidden = isImage;
    show(isImage ? "draw" : "table");
    $("source").value = isImage ? state.subject.example : "";
    explain($("source"), $("source-error"), null);
    $("image-changes").textContent = "";
    $("invert").hidden = true;
    offer();
    if (isImage) blank();
    else tablePublish();
  });
}
