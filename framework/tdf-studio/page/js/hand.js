// The program at hand: edit it, ask the network about it, search on from it.

import { attempt, Failure, post } from "./api.js";
import { completes, explain } from "./complete.js";
import { $, debounced, element, number, picture } from "./dom.js";
import { begin, options } from "./search.js";
import { on, path, state } from "./state.js";

const area = $("hand");

async function look() {
  const program = area.value;
  if (!program.trim()) return explain(area, $("hand-error"), null);
  try {
    const shown = await post(path("program"), { program, target: state.target });
    if (area.value !== program) return;
    explain(area, $("hand-error"), null);
    picture($("hand-image"), shown.image);
    const near = shown.difference === null ? null : `distance ${number(shown.difference, 4)}`;
    const verdict = shown.solved ? "solved" : null;
    $("hand-measure").textContent = [verdict, shown.measure, near, `size ${shown.size}`].filter(Boolean).join(" · ");
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    explain(area, $("hand-error"), failure);
  }
}

const forget = () => {
  $("sites").hidden = true;
  $("edits").hidden = true;
};

function take(program) {
  area.value = program;
  forget();
  look();
}

// The text with each site shaded by its probability. Sites lie inside each other: the innermost one decides.
function sites(program, all) {
  const inside = [...all].sort((one, other) => other.end - other.start - (one.end - one.start));
  const owner = Array(program.length).fill(null);
  for (const site of inside) owner.fill(site, site.start, site.end);
  $("sites").replaceChildren();
  for (let at = 0; at < program.length; ) {
    let end = at + 1;
    while (end < program.length && owner[end] === owner[at]) end++;
    const text = program.slice(at, end);
    const part = element("span", {}, text);
    if (owner[at]) {
      const { probability } = owner[at];
      part.style.background = `color-mix(in srgb, var(--mark) ${Math.round(100 * Math.sqrt(probability))}%, transparent)`;
      part.title = `probability of an edit here: ${number(probability, 2)}`;
    } else part.style.borderBottom = "0";
    $("sites").append(part);
    at = end;
  }
  $("sites").hidden = false;
}

async function ask() {
  const program = area.value;
  const answer = await attempt(() => post(path("proposals"), { program, target: state.target, seed: Number($("seed").value) || 0 }));
  if (!answer || area.value !== program) return;
  sites(program, answer.sites);
  const line = (edit) => {
    const frame = element("span", { className: "frame" });
    if (edit.image) frame.append(element("img", { src: edit.image, alt: "" }));
    const words = element("code", {}, element("del", {}, edit.removed), " → ", element("ins", {}, edit.inserted));
    const button = element("button", { type: "button" }, frame, element("span", {}, number(edit.probability, 2)), words);
    button.setAttribute("aria-label", `Replace ${edit.removed} by ${edit.inserted}, probability ${number(edit.probability, 2)}`);
    button.onclick = () => {
      take(edit.program);
      ask();
    };
    return element("li", {}, button);
  };
  $("edits").replaceChildren(...answer.edits.map(line));
  $("edits").hidden = false;
}

export function setUpHand() {
  const offer = completes(area, $("hand-tokens"));
  area.addEventListener("input", debounced(150, look));
  area.addEventListener("input", forget);
  $("search-from").onclick = () => begin({ ...options(), start: area.value.trim() || null });
  $("ask-network").onclick = ask;
  on("hand", take);
  on("target", debounced(200, look));
  on("target", forget);
  on("subject", () => {
    $("ask-network").hidden = !state.subject.network;
    picture($("hand-image"), null);
    take(state.subject.example);
    offer();
  });
}
