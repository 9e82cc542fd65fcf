// The desk in the browser: keys, and the signals "open" and "decide" to the server. draft.js has what the draft needs.
// Runs once, as js_on_load of the invisible signal component; `trigger` is given by Gradio.
// Panels are replaced by the server at any time, so every listener sits on the document and nothing is kept of a panel.

const find = (selector) => document.querySelector(selector);
const form = () => find("#bar form.bar");
const reviewer = () => find("#reviewer")?.value.trim() ?? "";
const BUSY_MS = 8000; // after this long without an answer the button can be used again
const READ_MS = 6000; // good news goes away by itself, bad news stays

let shown = ""; // the case that the bar stands for
let busy = 0;
let reading = 0;
let sent = ""; // the case whose decision is on its way

function say(text) {
  const place = find("#notice .notice");
  if (!place) return;
  place.className = "notice error";
  place.setAttribute("role", "alert");
  place.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
}

function open(case_id = "", more = {}) {
  document.documentElement.classList.remove("queue-shown");
  trigger("open", { case_id, reviewer: reviewer(), ...more });
}

function next() {
  const bar = form();
  open("", bar ? { skip: bar.dataset.case } : {});
}

function decide() {
  const bar = form();
  if (!bar || busy) return;
  const action = bar.querySelector("input[name=action]:checked");
  const missing = !action ? ["Choose an action first.", "input[name=action]"]
    : !bar.reason.value ? ["Choose a reason first.", "select"]
    : !reviewer() ? ["Say who is reviewing first.", "#reviewer"] : null;
  if (missing) {
    say(missing[0]);
    (bar.querySelector(missing[1]) ?? find(missing[1])).focus();
    return;
  }
  if (keepTyping()) return;
  const draft = find("#draft section"); // its review counts only if it is this case's
  const seen = draft?.dataset.case === bar.dataset.case;
  busy = setTimeout(free, BUSY_MS);
  sent = bar.dataset.case;
  bar.querySelector("button.primary").disabled = true;
  trigger("decide", {
    case_id: bar.dataset.case,
    review_id: seen ? draft.dataset.review : "",
    draft_edit: seen ? Number(draft.dataset.edit) : 0,
    action: action.value,
    reason: bar.reason.value,
    note: bar.note.value,
    reviewer: reviewer(),
  });
}

function answered() {
  free();
  clearTimeout(reading);
  if (find("#notice .error p")) {
    sent = ""; // refused: what was typed is still needed
    unlock();
  }
  if (find("#notice .good p") && document.activeElement?.closest("#bar")) document.activeElement.blur(); // keys again
  if (find("#notice .good p")) reading = setTimeout(DO.hush, READ_MS);
}

function free() {
  clearTimeout(busy);
  busy = 0;
  const button = form()?.querySelector("button.primary");
  if (button) button.disabled = false;
}

// What was typed for a case stays in this tab until the case is decided: over a look at a precedent, a reload, a restart.
const unsent = (case_id) => `desk:${case_id}`;

function changed() {
  const bar = form();
  if (!bar) return;
  label();
  const typed = { action: bar.querySelector("input[name=action]:checked")?.value, reason: bar.reason.value, note: bar.note.value };
  sessionStorage.setItem(unsent(bar.dataset.case), JSON.stringify(typed));
}

function restore() {
  const bar = form();
  const typed = bar && JSON.parse(sessionStorage.getItem(unsent(bar.dataset.case)));
  if (!typed) return;
  const action = [...bar.querySelectorAll("input[name=action]")].find((one) => one.value === typed.action);
  if (action) action.checked = true;
  bar.reason.value = typed.reason;
  bar.note.value = typed.note;
}

// A new case: Gradio keeps input elements between renderings, so what was typed for the last case is cleared here.
function settle() {
  const bar = find("#bar .bar");
  const case_id = bar?.dataset.case ?? "";
  if (case_id === shown) return;
  shown = case_id;
  if (sent) sessionStorage.removeItem(unsent(sent));
  sent = "";
  form()?.reset();
  restore();
  label();
  free();
  window.scrollTo({ top: 0 });
  const address = new URL(location.href);
  if (case_id) address.searchParams.set("case", case_id);
  else address.searchParams.delete("case");
  history.replaceState(null, "", address);
  document.title = case_id ? `${case_id} · Fraud Review Assistant` : "Fraud Review Assistant";
  find("#queue [aria-current=true]")?.scrollIntoView({ block: "nearest" });
}

function label() {
  const bar = form();
  if (!bar) return;
  const chosen = bar.querySelector("input[name=action]:checked");
  const words = chosen?.parentElement.querySelector("span").lastChild.textContent.trim();
  bar.querySelector("button.primary").textContent = words ? `Record: ${words}` : "Record decision";
}

const DO = {
  next,
  queue: () => document.documentElement.classList.toggle("queue-shown"),
  keys: () => (find("#keys").open ? find("#keys").close() : find("#keys").showModal()),
  hush: () => find("#notice .notice").replaceChildren(),
  rewrite: (button) => trigger("rewrite", { writer: button.dataset.writer ?? "" }),
  cancel: () => trigger("cancel", {}),
  edit,
  discard,
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-open], [data-cite], [data-do]");
  if (!target) return;
  if (target.dataset.cite) follow(target);
  else if (target.dataset.do) DO[target.dataset.do](target);
  else open(target.dataset.open, { back: target.dataset.back ?? "" });
});
document.addEventListener("input", (event) => {
  if (event.target.closest("form.bar")) changed();
  if (event.target.id === "reviewer") sessionStorage.setItem("desk-reviewer", event.target.value);
});
document.addEventListener("submit", (event) => {
  const send = event.target.matches("form.bar") ? decide : event.target.matches("form.edit") ? save : null;
  if (!send) return;
  event.preventDefault();
  send();
});

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key === "Enter" && at.closest?.("form.bar")) {
    const note = at.matches("textarea");
    if (at.matches("button") || (note && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    decide();
    return;
  }
  if (event.key === "Escape" && at.matches("input, textarea, select")) return at.blur();
  const typing = at.matches("input:not([type=radio]), textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || find("#keys")?.open) return;
  const bar = form();
  const act = {
    n: next,
    d: decide,
    "?": DO.keys,
    e: edit,
    r: () => bar?.reason.focus(),
    t: () => bar?.note.focus(),
    Enter: at.matches("a, button, summary") ? null : decide,
  }[event.key];
  const choice = bar?.querySelectorAll("input[name=action]")[Number(event.key) - 1];
  if (choice) {
    choice.checked = true;
    changed();
    bar.reason.focus();
  } else if (act) act();
  else return;
  event.preventDefault();
});

new MutationObserver(settle).observe(find("#bar"), { subtree: true, childList: true, attributes: true, attributeFilter: ["data-case"] });
new MutationObserver(answered).observe(find("#notice"), { subtree: true, childList: true, attributes: true, characterData: true });
const known = sessionStorage.getItem("desk-reviewer");
if (known !== null) find("#reviewer").value = known;
settle();
