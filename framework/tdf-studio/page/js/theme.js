// Light or dark: as the system is, until the user says otherwise.

import { $ } from "./dom.js";

const KEY = "tdf-studio-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function apply() {
  const chosen = localStorage.getItem(KEY);
  document.documentElement.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
}

export function setUpTheme() {
  apply();
  dark.addEventListener("change", apply);
  $("theme").onclick = () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, next);
    apply();
  };
}
