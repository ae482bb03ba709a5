// The state of the page in its address, so that it can be kept. It is behind the #: the server does not see it.

import { tell } from "./api.js";
import { $ } from "./dom.js";
import { options } from "./search.js";
import { emit } from "./state.js";
import { takeTarget } from "./targets.js";

const MARK = "#s=";

const encode = (text) => {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
};

const decode = (text) => {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0)));
};

export function link() {
  const hash = MARK + encode(JSON.stringify({ ...options(), hand: $("hand").value }));
  history.replaceState(null, "", hash);
  return location.href;
}

// What a link says; null if there is none or it is damaged.
export function linked() {
  if (!location.hash.startsWith(MARK)) return null;
  try {
    return JSON.parse(decode(location.hash.slice(MARK.length)));
  } catch {
    return null;
  }
}

// Links are edited and cut off on their way: only what this page could have written is taken.
function set(select, value) {
  if ([...select.options].some((option) => option.value === value)) select.value = value;
}

export async function restore(kept) {
  set($("method"), kept.method);
  const kind = ["seconds", "budget", "renders"].find((name) => kept[name] > 0);
  if (kind) {
    $("limit-kind").value = kind;
    $("limit").value = kept[kind];
  }
  if (Number.isInteger(kept.seed)) $("seed").value = kept.seed;
  set($("criterion"), kept.criterion);
  if (typeof kept.hand === "string" && kept.hand) emit("hand", kept.hand);
  try {
    if (kept.target) await takeTarget(kept.target);
  } catch {
    tell("The target of this link cannot be read: it was cut off or changed.");
  }
}
