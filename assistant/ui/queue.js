// The queue in the browser: views, filters, pages, and going through it by keys. Stands on desk.js.
// What the queue is narrowed to stays in this tab over a reload, and is asked for again.

const rows = () => [...document.querySelectorAll("#queue .row")];
let kept = sessionStorage.getItem("desk-filters"); // to be asked for again, once

function filters() {
  const form = find("#queue form.narrow");
  const value = (name) => form.elements[name].value.trim();
  const number = (name) => (value(name) === "" ? null : Number(value(name)));
  return {
    status: form.dataset.status,
    skipped_by: form.dataset.skipped,
    text: value("text"), kind: value("kind"), band: value("band"), country: value("country"), assignee: value("assignee"),
    overdue: form.elements.overdue.checked,
    amount_from: number("amount_from"), amount_to: number("amount_to"),
    days_from: number("days_from"), days_to: number("days_to"),
  };
}

function browse(doing, more = {}) {
  trigger("browse", { do: doing, reviewer: reviewer(), ...more });
}

const narrow = () => browse("narrow", { filters: filters() });

function goToQueue() {
  document.documentElement.classList.add("queue-shown");
  (find("#queue [aria-current=true]") ?? rows()[0])?.focus();
}

// The case below or above the one that is open.
function step(by) {
  const all = rows();
  const here = all.findIndex((row) => row.ariaCurrent === "true");
  const row = all[here < 0 ? 0 : here + by];
  if (row) open(row.dataset.open);
  else say(by > 0 ? "This is the end of the list; More shows the rest." : "This is the beginning of the list.");
}

function walk(event) {
  const all = rows();
  const to = all[all.indexOf(event.target) + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
  if (!to) return;
  event.preventDefault();
  to.focus();
}

Object.assign(DO, {
  more: () => browse("more"),
  back: () => browse("back"),
  clear: () => browse("view", { name: "Open" }),
  unskip: () => browse("unskip"),
  save: () => browse("save", { filters: filters(), name: find("#queue [name=name]").value }),
  remove: (button) => browse("remove", { name: button.dataset.name }),
});

document.addEventListener("change", (event) => {
  if (event.target.matches("#queue .view") && event.target.value) browse("view", { name: event.target.value });
});

function settleQueue() {
  const now = find("#queue form.narrow")?.closest("[data-filters]").dataset.filters;
  if (!now) return;
  const again = kept;
  kept = null;
  if (again && again !== now) return browse("narrow", { filters: JSON.parse(again) });
  sessionStorage.setItem("desk-filters", now);
}

// the panel itself may not be there yet
new MutationObserver(settleQueue).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-filters"] });
