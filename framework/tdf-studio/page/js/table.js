// A small table of examples: inputs, and the output in the last column.

import { $, element } from "./dom.js";
import { aim, on, state } from "./state.js";

// Each row is its cells as texts.
let rows = [];

const isJson = () => state.subject.format === "jsonl";
const columns = () => rows[0]?.length ?? 2;

function cell(text) {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function value(text, kinds) {
  if (kinds.length === 1 && kinds[0] === "text") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// The table as the server takes it: without lines that are empty.
function written() {
  const used = rows.filter((row) => row.some((text) => text.trim() !== ""));
  if (!isJson()) {
    const names = Array.from({ length: columns() }, (_, at) => (at + 1 < columns() ? `input${at + 1}` : "output"));
    return [names, ...used.map((row) => row.map(cell))].map((row) => row.join(",")).join("\n");
  }
  const { argument_kinds: given, output_kinds: wanted } = state.subject.signature;
  const line = (row) => {
    const inputs = row.slice(0, -1).map((text) => value(text, given));
    const output = row.at(-1).trim();
    return JSON.stringify(output === "" ? { inputs } : { inputs, output: value(output, wanted) });
  };
  return used.map(line).join("\n");
}

// A table without any output is no target yet.
function publish() {
  if (!rows.some((row) => row.at(-1).trim() !== "")) return aim(null, null);
  aim({ examples: { format: state.subject.format, text: written() } }, null);
}

function draw() {
  const head = element("tr");
  for (let at = 0; at < columns(); at++) {
    head.append(element("th", { scope: "col" }, at + 1 < columns() ? `Input ${at + 1}` : "Output"));
  }
  const line = (row, number) => {
    const made = element("tr");
    row.forEach((text, at) => {
      const input = element("input", { value: text });
      const name = at + 1 < row.length ? `Input ${at + 1}` : "Output";
      input.setAttribute("aria-label", `${name} of row ${number + 1}`);
      input.oninput = () => {
        row[at] = input.value;
        publish();
      };
      input.onpaste = (event) => paste(event, number, at);
      made.append(element("td", {}, input));
    });
    return made;
  };
  $("table").replaceChildren(element("thead", {}, head), element("tbody", {}, ...rows.map(line)));
}

// Cells from a spreadsheet have tabs between them.
function paste(event, row, column) {
  const text = event.clipboardData.getData("text");
  if (!/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const cells = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const width = Math.max(columns(), column + Math.max(...cells.map((line) => line.length)));
  rows = rows.map((line) => [...line, ...Array(width - line.length).fill("")]);
  while (rows.length < row + cells.length) rows.push(Array(width).fill(""));
  cells.forEach((line, down) => line.forEach((text, across) => (rows[row + down][column + across] = text)));
  draw();
  publish();
}

function widen(more) {
  const [least, most] = state.subject.signature.arguments;
  const wanted = columns() - 1 + more;
  if (wanted < least || wanted > most) return;
  rows = rows.map((row) => (more > 0 ? [...row.slice(0, -1), "", row.at(-1)] : [...row.slice(0, -2), row.at(-1)]));
  draw();
  publish();
}

// Takes examples as the server writes them: a JSON object a line.
export function takeExamples({ text }) {
  const lines = text.split("\n").filter((line) => line).map((line) => JSON.parse(line));
  const plain = (value) => (typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value));
  rows = lines.map((line) => [...line.inputs.map(plain), plain(line.output)]);
  draw();
  publish();
}

// Takes a table in either form, from a link.
export function takeText({ format, text }) {
  if (format === "jsonl") return takeExamples({ text });
  const plain = (cell) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
  // A cell and what ends it. The last cell of a row may be empty, and quoted cells may have line ends.
  const lines = [[]];
  for (const [, cell, end] of text.matchAll(/("(?:[^"]|"")*"|[^,\n]*)(,|\n|$)/g)) {
    lines.at(-1).push(plain(cell));
    if (end === "") break;
    if (end === "\n") lines.push([]);
  }
  rows = lines.slice(1);
  draw();
  publish();
}

export const tablePublish = publish;

export function setUpTable() {
  $("add-row").onclick = () => {
    rows.push(Array(columns()).fill(""));
    draw();
    publish();
  };
  $("remove-row").onclick = () => {
    if (rows.length > 1) rows.pop();
    draw();
    publish();
  };
  $("add-column").onclick = () => widen(1);
  $("remove-column").onclick = () => widen(-1);
  on("subject", () => {
    if (!state.subject.signature) return;
    const [least] = state.subject.signature.arguments;
    rows = Array.from({ length: 3 }, () => Array(Math.max(1, least) + 1).fill(""));
    draw();
    publish();
  });
}
