// The tokens that may come next in a text area, as buttons.

import { post } from "./api.js";
import { debounced, element } from "./dom.js";
import { path, state } from "./state.js";

// Whether two texts have to be parted where they meet.
const isWord = (letter) => /[\p{L}\p{N}_."'-]/u.test(letter ?? "");

export function completes(area, chips) {
  const insert = (token) => {
    const at = area.selectionStart;
    const [before, after] = [area.value.slice(0, at), area.value.slice(area.selectionEnd)];
    const blank = before !== "" && !/[\s(]$/.test(before) && (isWord(before.at(-1)) || before.at(-1) === ")") && token !== ")" ? " " : "";
    area.value = before + blank + token + after;
    const end = at + blank.length + token.length;
    area.setSelectionRange(end, end);
    area.focus();
    area.dispatchEvent(new Event("input"));
  };
  const offer = debounced(150, async () => {
    if (!state.subject) return;
    const prefix = area.value.slice(0, area.selectionStart);
    const answer = await post(path("complete"), { prefix }).catch(() => null);
    if (!answer || area.value.slice(0, area.selectionStart) !== prefix) return;
    const chip = (token) => element("button", { type: "button", onclick: () => insert(token) }, token);
    chips.replaceChildren(...answer.tokens.map(chip));
    if (answer.end && !answer.tokens.length) chips.append(element("span", { className: "note" }, "The program is whole here."));
    if (answer.error) chips.append(element("span", { className: "note" }, "Nothing fits: see the error."));
  });
  for (const event of ["input", "click", "keyup", "focus"]) area.addEventListener(event, offer);
  return offer;
}

// Shows what is wrong with a text, and where.
export function explain(area, where, failure) {
  if (!failure) {
    where.textContent = "";
    area.removeAttribute("aria-invalid");
    return;
  }
  area.setAttribute("aria-invalid", "true");
  // Offsets of the server count bytes.
  const bytes = new TextEncoder().encode(area.value);
  const before = failure.at === null ? "" : new TextDecoder().decode(bytes.slice(0, failure.at));
  const rest = area.value.slice(before.length, before.length + 12).trim();
  const place = failure.at === null ? "" : rest ? `, at "${rest}"` : ", at the end";
  where.textContent = failure.message + place;
}
