// A training, while it goes on.

import { attempt, get } from "./api.js";
import { drawCurve } from "./curve.js";
import { $, element, marked, number } from "./dom.js";

// Milliseconds between two looks.
const AGAIN = 5000;
let timer = 0;

function example(one) {
  const side = (name, address, outputs) => {
    const frame = element("div", { className: "frame" });
    if (address) frame.append(element("img", { src: address, alt: name }));
    const what = outputs ? element("pre", {}, outputs.join("\n")) : frame;
    return element("figure", {}, what, element("figcaption", {}, name));
  };
  const two = element("div", { className: "two" });
  two.append(
    side("Target", one.target_image, one.target_outputs),
    side(`Program at hand, ${one.noise} to go`, one.program_image, one.program_outputs),
  );
  const text = element("pre");
  marked(text, one.program, one.edit?.[0] ?? null, one.edit?.[1]);
  if (one.inserted) text.append(` → ${one.inserted}`);
  return element("div", {}, two, text);
}

async function look(withExamples) {
  const id = $("run").value;
  const course = await attempt(() => get(`/api/runs/${encodeURIComponent(id)}`));
  if (!course || $("run").value !== id) return;
  const losses = course.steps.map((row) => [row.examples, row.loss]);
  const solved = course.evaluations.map((row) => [row.examples, row.solved]);
  drawCurve($("loss-curve"), losses, { bottom: null });
  drawCurve($("solved-curve"), solved, { bottom: 0, top: 1, left: 0 });
  const [loss, rate] = [losses.at(-1), solved.at(-1)];
  const values = losses.map(([, value]) => value);
  const range = `scale ${number(Math.min(...values))} to ${number(Math.max(...values))}`;
  const seen = (row) => `after ${row[0].toLocaleString("en")} examples`;
  $("loss-text").textContent = loss ? `Loss ${loss[1].toFixed(3)} ${seen(loss)}; ${range}` : "Loss: none yet";
  $("solved-text").textContent = rate ? `Solve rate ${(100 * rate[1]).toFixed(1)} % ${seen(rate)}; scale 0 to 100 %` : "Solve rate: not measured yet";
  $("run-state").textContent = `${course.folder}, domain ${course.domain}: ${course.training ? "training" : "not training now"}`;
  if (withExamples) $("run-examples").replaceChildren(...course.examples.map(example));
  clearTimeout(timer);
  if (course.training && !$("training-view").hidden) timer = setTimeout(() => look(false), AGAIN);
}

export async function showTraining() {
  const runs = await attempt(() => get("/api/runs"));
  if (!runs) return;
  const option = (run) => element("option", { value: run.id }, run.training ? `${run.id} (training)` : run.id);
  const before = $("run").value;
  $("run").replaceChildren(...runs.map(option));
  if (runs.some((run) => run.id === before)) $("run").value = before;
  $("run").onchange = () => look(true);
  if (runs.length) return look(true);
  $("run-state").textContent = "No run has a table of its training: name run folders with tdf studio --run DIR.";
}
