// A search, watched while it goes on.

import { attempt, post, tell } from "./api.js";
import { drawCurve } from "./curve.js";
import { $, element, number, picture } from "./dom.js";
import { drawRows } from "./rows.js";
import { emit, on, state } from "./state.js";

let stream = null;
let id = null;
let paused = false;
// Distances of the best program over time.
let points = [];
let finished = null;
// From when a search is asked for until it has ended.
let active = false;
// Counts what was asked for: an answer to an older request comes too late.
let asked = 0;
let waiters = [];
// The target of the search, whatever is drawn meanwhile.
let aimed = null;

// Points of the curve at most: a search of hours sends five a second.
const MOST = 1000;

const NAMES = { waiting: "waiting", running: "searching", paused: "paused" };
const END = { solved: "solved", limit: "nearest", stopped: "stopped" };

// What stands in the form, as the server takes it.
export function options() {
  const kind = $("limit-kind").value;
  const limit = { seconds: null, budget: null, renders: null };
  limit[kind] = kind === "seconds" ? Number($("limit").value) : Math.round(Number($("limit").value));
  return {
    subject: state.subject.id,
    target: state.target,
    method: $("method").value,
    ...limit,
    seed: Number($("seed").value) || 0,
    start: null,
    criterion: $("criterion").selectedIndex > 0 ? $("criterion").value : null,
  };
}

function buttons(isRunning) {
  $("search").disabled = isRunning;
  for (const name of ["pause", "stop"]) $(name).disabled = !isRunning;
  $("pause").textContent = paused ? "Resume" : "Pause";
}

function status(text) {
  // A reader of the screen is told of changes only.
  if ($("state").textContent !== text) $("state").textContent = text;
  $("state").dataset.state = text;
}

function show(data) {
  if (data.program) {
    $("program").textContent = data.program;
    picture($("best"), data.image);
    picture($("difference"), data.difference_image);
    drawRows($("rows"), data.rows);
    const near = data.difference === null ? "" : `distance ${number(data.difference, 4)}`;
    $("measure").textContent = [data.measure, near].filter(Boolean).join(" · ");
    if (points.length >= MOST) points = points.filter((_, at) => at % 2 === 0);
    points.push([data.seconds, data.difference ?? 0]);
    drawCurve($("curve"), points, { left: 0 });
  }
  $("expansions").textContent = (data.expansions ?? 0).toLocaleString("en");
  $("renders").textContent = (data.renders ?? 0).toLocaleString("en");
  $("calls").textContent = (data.network_calls ?? 0).toLocaleString("en");
  $("seconds").textContent = (data.seconds ?? 0).toFixed(1);
  const members = (data.beam ?? []).map((member) => {
    const image = element("img", { src: member.image ?? "", alt: member.program });
    return element("span", { className: "thumb", title: member.program }, member.image ? image : "");
  });
  $("beam").replaceChildren(...members);
}

function close() {
  stream?.close();
  stream = null;
  paused = false;
  active = false;
  buttons(false);
  for (const tell of waiters.splice(0)) tell();
}

// Kept once no search is under way.
export async function idle() {
  while (active) await new Promise((resolve) => waiters.push(resolve));
}

// Lets go of the search that is under way, if there is one: whoever waits for it hears that nothing was found.
function drop() {
  asked += 1;
  if (stream) control("stop");
  close();
  finished?.(null);
  finished = null;
}

function listen() {
  let lost = 0;
  stream = new EventSource(`/api/searches/${id}/events`);
  stream.addEventListener("progress", (event) => {
    lost = 0;
    const data = JSON.parse(event.data);
    paused = data.state === "paused";
    buttons(true);
    status(NAMES[data.state] ?? data.state);
    show(data);
  });
  stream.addEventListener("end", (event) => {
    const data = JSON.parse(event.data);
    close();
    status(END[data.reason]);
    show(data);
    const found = { ...data, id, aimed };
    finished?.(found);
    emit("end", found);
  });
  stream.addEventListener("failure", (event) => {
    close();
    status("failed");
    tell(JSON.parse(event.data).message);
    finished?.(null);
  });
  stream.onerror = () => {
    // The browser tries again by itself; a server that is gone does not come back.
    lost += 1;
    if (lost < 4 && stream?.readyState !== EventSource.CLOSED) return;
    close();
    status("lost");
    tell("The server does not answer. Start tdf studio again, and open the address that it prints.");
    finished?.(null);
  };
}

// Begins a search. The promise is kept when it has ended: with what was found, or null.
export async function begin(request, image = state.image) {
  drop();
  if (!request.target) {
    tell("There is no target yet: draw one, drop an image, or fill in an output.");
    return null;
  }
  const own = asked;
  active = true;
  aimed = { target: request.target, image };
  $("search").disabled = true;
  picture($("target-image"), image);
  points = [];
  $("curve").replaceChildren();
  $("program").textContent = "";
  picture($("best"), null);
  picture($("difference"), null);
  $("measure").textContent = "";
  emit("begin", request);
  status("waiting");
  const made = await attempt(() => post("/api/searches", request));
  if (own !== asked) {
    if (made) attempt(() => post(`/api/searches/${made.id}/stop`, {}));
    return null;
  }
  if (!made) {
    close();
    status("ready");
    return null;
  }
  id = made.id;
  buttons(true);
  const ended = new Promise((resolve) => (finished = resolve));
  listen();
  return ended;
}

const control = (what) => attempt(() => post(`/api/searches/${id}/${what}`, {}));

// Shows a search that has ended again.
export function review(found, image) {
  if (active) return;
  picture($("target-image"), image);
  points = [];
  status(END[found.reason]);
  show(found);
  emit("end", found);
}

export function setUpSearch() {
  // While a search is under way, what is shown is its target, whatever is drawn meanwhile.
  on("target", () => active || picture($("target-image"), state.image));
  $("options").onsubmit = (event) => {
    event.preventDefault();
    begin(options());
  };
  $("pause").onclick = () => control(paused ? "resume" : "pause");
  $("stop").onclick = () => control("stop");
  on("subject", () => {
    const { methods, method, criteria, seconds } = state.subject;
    const option = ({ name, about }) => element("option", { value: name, title: about ?? "" }, name);
    $("method").replaceChildren(...methods.map(option));
    $("method").value = method;
    $("criterion").replaceChildren(...criteria.map((name) => option({ name })));
    $("limit-kind").value = "seconds";
    $("limit").value = seconds;
    drop();
    status("ready");
    $("program").textContent = "";
    $("measure").textContent = "";
    picture($("best"), null);
    picture($("difference"), null);
    drawRows($("rows"), null);
    $("curve").replaceChildren();
    $("beam").replaceChildren();
  });
}
