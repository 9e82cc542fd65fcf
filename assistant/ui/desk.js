// The desk in the browser: keys, addresses, the heartbeat, and the signals to the server. queue.js, bar.js and draft.js
// have what their panels need. They run once and together, as js_on_load of the invisible signal component; `trigger` is
// given by Gradio.
// Panels are replaced by the server at any time, so every listener sits on the document and nothing is kept of a panel.

const find = (selector) => document.querySelector(selector);
const reviewer = () => find("#reviewer")?.value.trim() ?? "";
const READ_MS = 6000; // good news goes away by itself, bad news stays
const BEAT_MS = 30_000; // a third of the shortest sensible lease
const IDLE_MS = 15 * 60_000; // whoever went home does not keep a case from others

const byServer = find("#reviewer").value;
const known = sessionStorage.getItem("desk-reviewer"); // a name that was typed here; a sign-in's is never replaced

let shown = ""; // the case that the bar stands for, and how it can be decided
let reading = 0;
let undoable = ""; // the case that was decided last
let seen = Date.now(); // when somebody last did something here
let silent = false; // the server did not answer
let heard = ""; // what the heartbeat said last

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

const next = () => open();

function undo(button) {
  const case_id = button?.dataset?.case || undoable || find("#bar [data-do=undo]")?.dataset.case;
  if (!case_id) return say("There is no decision of yours here that could be taken back.");
  undoable = "";
  trigger("undo", { case_id, reviewer: reviewer() });
}

// A new case, or the same one in another state.
function settle() {
  const bar = find("#bar .bar");
  const case_id = bar?.dataset.case ?? "";
  const now = case_id && `${case_id} ${bar.dataset.kind}`;
  if (now === shown) return;
  const first = !shown;
  const moved = !shown.startsWith(`${case_id} `);
  shown = now;
  heard = "";
  settleBar();
  if (moved) window.scrollTo({ top: 0 });
  address(case_id, first);
  if (first && known !== null && known !== byServer && find("input#reviewer")) trigger("rename", { reviewer: reviewer() });
  document.title = case_id ? `${case_id} · Fraud Review Assistant` : "Fraud Review Assistant";
  find("#queue [aria-current=true]")?.scrollIntoView({ block: "nearest" });
}

// Each case has its address, so that Back goes to the case before, and a reload or a link to this one.
const addressed = () => new URL(location.href).searchParams.get("case") ?? "";

function address(case_id, replace) {
  if (addressed() === case_id) return;
  const here = new URL(location.href);
  if (case_id) here.searchParams.set("case", case_id);
  else here.searchParams.delete("case");
  history[replace ? "replaceState" : "pushState"](null, "", here);
}

window.addEventListener("popstate", () => open(addressed()));

function answered() {
  const notice = find("#notice .notice");
  const bad = find("#notice .error p");
  const good = find("#notice .good p");
  answerBar(bad, notice?.dataset.ask);
  clearTimeout(reading);
  if (bad && shown && addressed() !== shown.split(" ")[0]) address(find("#bar .bar").dataset.case, true);
  undoable = find("#notice [data-do=undo]")?.dataset.case ?? undoable;
  if (good && document.activeElement?.closest("#bar")) document.activeElement.blur(); // keys again
  if (good) reading = setTimeout(DO.hush, READ_MS);
}

// Is the case still ours? The answer keeps it so.
async function beat() {
  const bar = form();
  if (!bar || Date.now() - seen > IDLE_MS) return;
  const case_id = bar.dataset.case;
  const body = JSON.stringify({ case_id, reviewer: reviewer() });
  let found;
  try {
    const answer = await fetch("/desk/keep", { method: "POST", headers: { "content-type": "application/json" }, body });
    found = answer.ok ? await answer.json() : null;
  } catch {
    if (!silent) say("The server does not answer. What you typed stays in this tab; this page tries again.");
    silent = true;
    return;
  }
  if (silent) return location.reload(); // another server may be there now; what was typed comes back
  if (form()?.dataset.case !== case_id || !found?.said || found.said === heard) return;
  heard = found.said;
  say(found.yours ? found.said : `${found.said} What you typed stays here.`);
}

setInterval(beat, BEAT_MS);
setInterval(() => silent && beat(), 2000);
document.addEventListener("visibilitychange", () => document.hidden || beat());
for (const sign of ["pointermove", "pointerdown", "keydown", "input", "wheel"]) {
  document.addEventListener(sign, () => {
    const back = Date.now() - seen > IDLE_MS;
    seen = Date.now();
    if (back) beat();
  }, { passive: true });
}

const DO = {
  next,
  undo,
  queue: () => document.documentElement.classList.toggle("queue-shown"),
  keys: () => (find("#keys").open ? find("#keys").close() : find("#keys").showModal()),
  hush: () => find("#notice .notice").replaceChildren(),
  rewrite: (button) => trigger("rewrite", { writer: button.dataset.writer ?? "" }),
  cancel: () => trigger("cancel", {}),
  edit: () => edit(),
  discard: () => discard(),
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-open], [data-cite], [data-do]");
  if (!target) return;
  if (target.dataset.cite) follow(target);
  else if (target.dataset.do) DO[target.dataset.do](target);
  else open(target.dataset.open, { back: target.dataset.back ?? "" });
});
document.addEventListener("submit", (event) => {
  const send = { bar: decide, edit: save, narrow }[event.target.classList[0]];
  if (!send) return;
  event.preventDefault();
  send();
});
document.addEventListener("change", (event) => {
  if (event.target.id !== "reviewer") return;
  sessionStorage.setItem("desk-reviewer", event.target.value);
  trigger("rename", { reviewer: reviewer() });
});

const KEYS = {
  "?": DO.keys,
  "/": () => find("#queue [type=search]")?.focus(),
  q: () => goToQueue(),
  j: () => step(1),
  k: () => step(-1),
  e: () => edit(),
  u: () => undo(),
  d: () => decide(),
  a: () => focusFirst(".actions"),
  r: () => focusFirst(".reasons"),
  t: () => form()?.note.focus(),
  x: () => escalate(),
  n: () => (form() ? notNow("skip") : next()),
  z: () => notNow("snooze"),
  p: () => notNow("assign"),
};

document.addEventListener("keydown", (event) => {
  const at = event.target;
  if (event.key === "Enter" && at.closest?.("form.bar")) {
    const note = at.matches("textarea");
    if (at.matches("button") || (note && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    return decide();
  }
  if (event.key === "Enter" && at.matches?.("#leave [name=to]")) return DO.assign();
  const typing = at.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  if (event.key === "Escape" && (typing || at.matches("#bar input")) && !at.closest("dialog")) return at.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || find("#keys")?.open) return;
  if (event.key.startsWith("Arrow") && at.matches("#queue .row")) return walk(event);
  const leaving = find("#leave")?.open;
  if (leaving && !"zp123456789".includes(event.key)) return;
  const act = /^[1-9]$/.test(event.key) ? () => choose(Number(event.key))
    : event.key === "Enter" && !at.matches("a, button, summary") ? decide : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
