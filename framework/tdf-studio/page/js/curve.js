// Curves without a library: a path through points, scaled to the box of its drawing.

import { vector } from "./dom.js";

export function drawCurve(drawing, points, { top = null, bottom = 0, left = null } = {}) {
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const inside = 4;
  drawing.replaceChildren();
  if (points.length < 1) return;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x0, x1] = [left ?? Math.min(...xs), Math.max(...xs)];
  const [y0, y1] = [bottom ?? Math.min(...ys), top ?? Math.max(...ys)];
  const across = (x) => inside + ((x - x0) / (x1 - x0 || 1)) * (width - 2 * inside);
  const down = (y) => height - inside - ((y - y0) / (y1 - y0 || 1)) * (height - 2 * inside);
  const places = points.map(([x, y]) => `${across(x).toFixed(2)} ${down(y).toFixed(2)}`);
  drawing.append(vector("path", { d: `M${places.join("L")}` }));
}
