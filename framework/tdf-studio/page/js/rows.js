// Examples with what a program gives for them.

import { element, shown } from "./dom.js";

const LONGEST = 120;
const cut = (value) => {
  const text = shown(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};

export function drawRows(table, rows) {
  table.hidden = !rows?.length;
  if (!rows?.length) return table.replaceChildren();
  const names = [...rows[0].inputs.map((_, at) => `Input ${at + 1}`), "Expected", "Found"];
  const head = element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name)));
  const line = (row) => {
    const cells = row.inputs.map((value) => element("td", {}, cut(value)));
    const asked = row.expected === null;
    const equal = JSON.stringify(row.expected) === JSON.stringify(row.output);
    const found = row.output === null ? "fails" : cut(row.output);
    const remark = asked ? " (answered)" : equal ? "" : " (differs)";
    cells.push(element("td", {}, asked ? "" : cut(row.expected)));
    cells.push(element("td", { className: asked ? "answered" : equal ? "" : "wrong" }, found + remark));
    return element("tr", {}, ...cells);
  };
  table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...rows.map(line)));
}
