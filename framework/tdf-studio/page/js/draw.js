// Drawing at the resolution of the domain, with a mouse, a finger or keys.

import { $, element } from "./dom.js";
import { aim, on, state } from "./state.js";

const canvas = $("canvas");
const pixels = canvas.getContext("2d", { willReadFrequently: true });
const TOOLS = { p: "pen", e: "eraser", l: "line", r: "rectangle", c: "circle" };
// States that undo goes back to, at most.
const MOST = 100;

let tool = "pen";
let colour = [0, 0, 0];
let background = [255, 255, 255];
let before = [];
let after = [];
let from = null;
let under = null;
let cursor = null;

const css = (rgb) => `rgb(${rgb.join(" ")})`;
const whole = () => pixels.getImageData(0, 0, canvas.width, canvas.height);
const grown = () => Math.max(1, Number($("width").value) || 1);

function publish() {
  const address = canvas.toDataURL("image/png");
  aim({ png: address.split(",")[1] }, address);
}

function remember() {
  before = [...before.slice(-MOST + 1), whole()];
  after = [];
}

function dot(x, y, ink) {
  const size = grown();
  pixels.fillStyle = css(ink);
  pixels.fillRect(Math.round(x - size / 2), Math.round(y - size / 2), size, size);
}

function line([x0, y0], [x1, y1], ink) {
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
  for (let i = 0; i <= steps; i++) dot(x0 + ((x1 - x0) * i) / steps + 0.5, y0 + ((y1 - y0) * i) / steps + 0.5, ink);
}

// Pixels whose centres are inside: no grey between ink and background.
function fill(test, ink) {
  pixels.fillStyle = css(ink);
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) if (test(x, y)) pixels.fillRect(x, y, 1, 1);
  }
}

function shape([x0, y0], [x1, y1]) {
  const ink = tool === "eraser" ? background : colour;
  if (tool === "line") line([x0, y0], [x1, y1], ink);
  if (tool === "rectangle") {
    const [left, right, top, bottom] = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
    pixels.fillStyle = css(ink);
    pixels.fillRect(left, top, right - left + 1, bottom - top + 1);
  }
  if (tool === "circle") {
    const radius = Math.hypot(x1 - x0, y1 - y0);
    fill((x, y) => Math.hypot(x - x0, y - y0) <= radius, ink);
  }
}

const isFree = () => tool === "pen" || tool === "eraser";

function begin(at) {
  remember();
  from = at;
  under = whole();
  move(at);
}

function move(at) {
  if (!from) return;
  if (isFree()) {
    line(from, at, tool === "eraser" ? background : colour);
    from = at;
  } else {
    pixels.putImageData(under, 0, 0);
    shape(from, at);
  }
}

function end() {
  if (!from) return;
  from = null;
  publish();
}

function place(event) {
  const box = canvas.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
  const y = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
  return [x, y];
}

function back(one, other) {
  const last = one.pop();
  if (!last) return;
  other.push(whole());
  pixels.putImageData(last, 0, 0);
  publish();
}
const undo = () => back(before, after);
const redo = () => back(after, before);

function choose(name) {
  tool = name;
  for (const other of Object.values(TOOLS)) $(`tool-${other}`).setAttribute("aria-pressed", String(other === name));
}

function clear() {
  remember();
  pixels.fillStyle = css(background);
  pixels.fillRect(0, 0, canvas.width, canvas.height);
  publish();
}

// The cursor of the keyboard is not part of the drawing: it is shown as an outline on a copy.
function keys(event) {
  const step = event.shiftKey ? 5 : 1;
  const letter = event.key.toLowerCase();
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  if (event.ctrlKey || event.metaKey) {
    if (letter === "y" || (letter === "z" && event.shiftKey)) redo();
    else if (letter === "z") undo();
    else return;
  } else if (moves[event.key]) {
    cursor ??= [canvas.width >> 1, canvas.height >> 1];
    const [dx, dy] = moves[event.key];
    cursor = [
      Math.min(canvas.width - 1, Math.max(0, cursor[0] + dx)),
      Math.min(canvas.height - 1, Math.max(0, cursor[1] + dy)),
    ];
    move(cursor);
    point();
  } else if (event.key === " " || event.key === "Enter") {
    cursor ??= [canvas.width >> 1, canvas.height >> 1];
    if (from) end();
    else begin(cursor);
    point();
  } else if (event.key === "Escape" && from) {
    pixels.putImageData(before.pop(), 0, 0);
    from = null;
  } else if (TOOLS[letter]) {
    choose(TOOLS[letter]);
  } else return;
  event.preventDefault();
}

function point() {
  const doing = from ? "drawing from here" : "space begins";
  canvas.title = cursor ? `Cursor at ${cursor[0]}, ${cursor[1]}: ${doing}` : "";
  const [x, y] = cursor;
  const part = (value, of) => `${((value + 0.5) / of) * 100}%`;
  const dotted = $("cursor") ?? canvas.parentElement.appendChild(element("div", { id: "cursor" }));
  dotted.style.left = `calc(.5rem + (100% - 1rem) * ${parseFloat(part(x, canvas.width)) / 100})`;
  dotted.style.top = `calc(.5rem + (100% - 1rem) * ${parseFloat(part(y, canvas.height)) / 100})`;
}

// Puts an image on the canvas as a new state.
export async function put(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  remember();
  pixels.drawImage(image, 0, 0, canvas.width, canvas.height);
}

export const blank = () => {
  if (!state.subject?.canvas) return;
  clear();
  before = [];
};

function palette(subject) {
  const { channels, background: level, } = subject.canvas;
  background = [level, level, level];
  const ink = level > 127 ? [0, 0, 0] : [255, 255, 255];
  const colours = subject.palette.length ? subject.palette : [ink];
  colour = colours.find((rgb) => rgb.join() !== background.join()) ?? ink;
  const swatch = (rgb) => {
    const button = element("button", { type: "button", className: "swatch", title: css(rgb) });
    button.setAttribute("aria-label", `Colour ${rgb.join(", ")}`);
    button.style.background = css(rgb);
    button.onclick = () => {
      colour = rgb;
      for (const other of $("colours").children) other.setAttribute("aria-pressed", String(other === button));
    };
    button.setAttribute("aria-pressed", String(rgb === colour));
    return button;
  };
  $("colours").replaceChildren(...colours.map(swatch));
  if (channels === 3 && !subject.palette.length) {
    const any = element("input", { type: "color", value: "#000000" });
    any.setAttribute("aria-label", "Any colour");
    any.oninput = () => (colour = [1, 3, 5].map((at) => parseInt(any.value.slice(at, at + 2), 16)));
    $("colours").append(any);
  }
  $("colours").hidden = $("colours").children.length < 2;
}

export function setUpDrawing() {
  for (const name of Object.values(TOOLS)) $(`tool-${name}`).onclick = () => choose(name);
  $("undo").onclick = undo;
  $("redo").onclick = redo;
  $("clear").onclick = clear;
  canvas.onpointerdown = (event) => {
    // A second finger and the button of the menu do not draw.
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    begin(place(event));
  };
  canvas.onpointermove = (event) => event.isPrimary && move(place(event));
  canvas.onpointerup = end;
  canvas.onpointercancel = end;
  canvas.onkeydown = keys;
  on("subject", () => {
    const subject = state.subject;
    if (!subject.canvas) return;
    canvas.width = subject.canvas.width;
    canvas.height = subject.canvas.height;
    canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
    cursor = null;
    $("cursor")?.remove();
    $("width").value = Math.max(1, Math.round(canvas.width / 32));
    palette(subject);
    blank();
  });
}
