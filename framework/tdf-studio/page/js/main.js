// Puts the page together.

import { setUpAnswer } from "./answer.js";
import { attempt, get } from "./api.js";
import { $, element } from "./dom.js";
import { setUpHand } from "./hand.js";
import { linked, restore } from "./link.js";
import { setUpQueue } from "./queue.js";
import { setUpSearch } from "./search.js";
import { emit, state } from "./state.js";
import { setUpTargets } from "./targets.js";
import { setUpTheme } from "./theme.js";
import { showTraining } from "./training.js";

function choose(id) {
  state.subject = state.subjects.find((subject) => subject.id === id) ?? state.subjects[0];
  $("subject").value = state.subject.id;
  state.target = null;
  emit("subject");
}

function view() {
  const training = location.hash === "#training";
  $("search-view").hidden = training;
  $("training-view").hidden = !training;
  for (const [name, here] of [["view-search", !training], ["view-training", training]]) {
    if (here) $(name).setAttribute("aria-current", "page");
    else $(name).removeAttribute("aria-current");
  }
  if (training) showTraining();
}

async function begin() {
  setUpTheme();
  setUpTargets();
  setUpSearch();
  setUpQueue();
  setUpAnswer();
  setUpHand();
  state.subjects = (await attempt(() => get("/api/subjects"))) ?? [];
  if (!state.subjects.length) return;
  $("subject").replaceChildren(...state.subjects.map(({ id, title }) => element("option", { value: id }, title)));
  $("subject").onchange = () => choose($("subject").value);
  const kept = linked();
  choose(kept?.subject);
  if (kept) await restore(kept);
  addEventListener("hashchange", view);
  view();
  document.body.dataset.ready = "true";
}

begin();
