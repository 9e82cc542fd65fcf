// The draft in the browser: citations light their evidence, and a person edits what is written. Stands on desk.js.
// A citation under the mouse or with the focus shows its evidence on a card; screen readers are given the same text by
// aria-describedby. What is typed into the editor stays in this tab until it is saved or discarded.

const card = document.body.appendChild(Object.assign(document.createElement("div"), { id: "evidence-card", hidden: true }));
card.setAttribute("aria-hidden", "true");
const EDGE = 8; // pixels between the card and the edge of the window
let held = ""; // the evidence that was gone to
let onCard = null; // the citation that the card is about

function light(id) {
  document.querySelectorAll(".lit, .lit-inside").forEach((item) => item.classList.remove("lit", "lit-inside"));
  if (!id) return [];
  const items = [...document.querySelectorAll(`[data-evidence="${CSS.escape(id)}"]`)];
  for (const item of items) {
    item.classList.add("lit");
    item.closest("details:not([open])")?.querySelector("summary").classList.add("lit-inside");
  }
  return items;
}

function raise(cite) {
  onCard = cite;
  light(cite.dataset.cite);
  const said = document.getElementById(cite.getAttribute("aria-describedby"));
  if (!said) return;
  card.replaceChildren(...said.cloneNode(true).childNodes);
  card.className = said.className;
  card.hidden = false;
  place();
}

function place() {
  if (!onCard) return;
  const at = onCard.getBoundingClientRect();
  const floor = find("#bar").getBoundingClientRect().top || innerHeight;
  const below = at.bottom + card.offsetHeight < floor;
  card.style.top = `${below ? at.bottom : at.top - card.offsetHeight}px`;
  card.style.left = `${Math.max(EDGE, Math.min(at.left, innerWidth - card.offsetWidth - EDGE))}px`;
}

function lower() {
  if (!onCard) return;
  onCard = null;
  card.hidden = true;
  light(held);
}

function leave(event) {
  if (!onCard || !event.target.closest?.("[data-cite], #evidence-card")) return;
  if (event.relatedTarget?.closest?.("#evidence-card")) return; // the card itself can be read with the mouse
  const focused = document.activeElement?.closest("[data-cite]");
  if (focused) raise(focused);
  else lower();
}

function follow(cite) {
  held = cite.dataset.cite;
  const [item] = light(held);
  if (!item) return;
  item.closest("details")?.setAttribute("open", "");
  light(held);
  item.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  item.focus({ preventScroll: true });
  lower();
}

document.addEventListener("mouseover", (event) => {
  const cite = event.target.closest?.("[data-cite]");
  if (cite) raise(cite);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-cite]")) raise(event.target);
});
document.addEventListener("mouseout", leave);
document.addEventListener("focusout", (event) => {
  if (event.target === onCard) lower();
});
document.addEventListener("scroll", place, { passive: true });

// the editor

const draft = () => find("#draft section");
const editor = () => find("#draft form.edit");
const lines = () => [...(editor()?.querySelectorAll("textarea") ?? [])];
const touched = () => (editor()?.hidden === false ? lines().filter((line) => line.value !== line.defaultValue) : []);
const typed = (case_id) => `desk-edit:${case_id}`;
let drawn = ""; // the draft that is on the page
let onItsWay = null; // the mark of an edit that is on its way; the panel that answers it carries it back
let caret = null; // the sentence that was last typed in

function edit() {
  if (!editor() || !form()) return;
  openEditor();
  lines()[0].focus();
}

function openEditor() {
  editor().hidden = false;
  draft().classList.add("editing");
}

function closeEditor() {
  sessionStorage.removeItem(typed(draft().dataset.case));
  editor().hidden = true;
  draft().classList.remove("editing");
  lines().filter((line) => !line.dataset.id).slice(1).forEach((line) => line.remove());
  lines().forEach((line) => (line.value = line.defaultValue));
}

function discard() {
  closeEditor();
  find("#draft [data-do=edit]").focus();
}

// A sentence is kept with what stood there before: over another draft, only what still fits goes back to its place.
function keep() {
  const changes = touched().map((line) => ({ id: line.dataset.id, was: line.defaultValue, now: line.value }));
  const key = typed(draft().dataset.case);
  if (changes.length) sessionStorage.setItem(key, JSON.stringify(changes));
  else sessionStorage.removeItem(key);
}

function addLine() {
  const last = lines().at(-1);
  const line = last.cloneNode();
  line.value = "";
  last.after(line);
}

function bringBack(changes) {
  openEditor();
  for (const { id, was, now } of changes) {
    const place = lines().find((line) => id && line.dataset.id === id && line.defaultValue === was);
    if (place) place.value = now;
    else if (now.trim()) {
      lines().at(-1).value = now;
      addLine();
      find("#draft .moved").hidden = !id;
    }
  }
}

// A decision is about the draft as it was saved; what is only typed would be lost with it.
function keepTyping() {
  const [first] = touched();
  if (!first) return false;
  say("The draft has changes that are not saved: save or discard them first.");
  first.focus();
  return true;
}

function save() {
  if (!touched().length) return discard();
  if (!reviewer()) {
    say("Say who is reviewing first.");
    return find("#reviewer").focus();
  }
  const { case: case_id, review, edit: version } = draft().dataset;
  onItsWay = String(Math.random()).slice(2);
  lines().forEach((line) => (line.readOnly = true));
  setTimeout(unlock, BUSY_MS);
  trigger("edit", {
    case_id,
    review_id: review,
    draft_edit: Number(version),
    sentences: lines().map((line) => ({ id: line.dataset.id, text: line.value })),
    reviewer: reviewer(),
    mark: onItsWay,
  });
}

const unlock = () => lines().forEach((line) => (line.readOnly = false));

// A new draft is on the page. Gradio keeps input elements between renderings, so the editor is set anew.
function settleDraft() {
  tick();
  const { case: case_id, review, edit: version, saved } = draft()?.dataset ?? {};
  const now = [case_id, review, version, saved].join(" ");
  if (now === drawn) return;
  drawn = now;
  shape(); // what it recommends may be another way than what is chosen
  held = "";
  lower();
  light("");
  if (!editor()) return;
  const kept = saved && saved === onItsWay ? null : JSON.parse(sessionStorage.getItem(typed(case_id)));
  onItsWay = null;
  closeEditor();
  unlock();
  if (kept && form()) {
    bringBack(kept);
    keep();
  }
}

document.addEventListener("input", (event) => {
  const at = event.target;
  if (!at.closest("form.edit")) return;
  if (at.matches("select") && at.value) {
    const line = caret?.isConnected ? caret : lines()[0];
    line.setRangeText(`[${at.value}]`, line.selectionStart, line.selectionEnd, "end");
    at.value = "";
    line.focus();
  }
  if (lines().at(-1).value) addLine();
  keep();
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("form.edit textarea")) caret = event.target;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") lower();
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.closest?.("form.edit")) return;
  event.preventDefault();
  save();
});

let since = 0; // when the draft began to be written
function tick() {
  const clock = find("#draft .clock");
  since = clock ? since || Date.now() : 0;
  const told = `${Math.floor((Date.now() - since) / 1000)} s`;
  if (clock && clock.textContent !== told) clock.textContent = told;
}
setInterval(tick, 500);

// the panel itself may not be there yet
new MutationObserver(settleDraft).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-case", "data-review", "data-edit", "data-saved"] });
settleDraft();
