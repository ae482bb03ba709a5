// Several targets, one after the other.

import { $, element } from "./dom.js";
import { begin, idle, options, review } from "./search.js";
import { on, state } from "./state.js";

let entries = [];
let busy = false;

function draw() {
  const button = (entry) => {
    const made = element("button", { type: "button", className: "thumb" });
    made.append(entry.image ? element("img", { src: entry.image, alt: "" }) : "table");
    made.dataset.state = entry.found ? (entry.found.solved ? "solved" : "nearest") : "";
    const without = entry.done ? "no result" : "waits";
    const outcome = entry.found ? `${entry.found.reason}: ${entry.found.program}` : without;
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
    // A search that somebody began by hand is not cut off by the queue.
    await idle();
    if (!entries.includes(entry)) continue;
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
