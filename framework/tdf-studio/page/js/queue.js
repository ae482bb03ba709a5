// Several targets, one after the other.

import { $, element } from "./dom.js";
import { begin, options, review } from "./search.js";
import { on, state } from "./state.js";

let entries = [];
let busy = false;

function draw() {
  const button = (entry) => {
    const made = element("button", { type: "button", className: "thumb" });
    made.append(entry.image ? element("img", { src: entry.image, alt: "" }) : "table");
    made.dataset.state = entry.found ? (entry.found.solved ? "solved" : "nearest") : "";
    const outcome = entry.found ? `${entry.found.reason}: ${entry.found.program}` : "waits";
    made.title = outcome;
    made.setAttribute("aria-label", `Target ${entries.indexOf(entry) + 1}, ${outcome}`);
    made.onclick = () => entry.found && review(entry.found, entry.image);
    return made;
  };
  $("queue").replaceChildren(...entries.map(button));
}

// Goes on with the first that waits, as long as there is one.
async function work() {
  if (busy) return;
  busy = true;
  for (let entry; (entry = entries.find((entry) => !entry.done)); ) {
    const found = await begin(entry.request, entry.image);
    entry.done = true;
    entry.found = found;
    draw();
  }
  busy = false;
}

export function setUpQueue() {
  $("queue-add").onclick = () => {
    if (!state.target) return;
    entries.push({ request: options(), image: state.image, done: false, found: null });
    draw();
    work();
  };
  on("subject", () => {
    entries = [];
    draw();
  });
}
