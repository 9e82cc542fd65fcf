// The bar under a case: action, reason, why another way, note; and the ways to leave a case. Stands on desk.js.
// What was typed for a case stays in this tab until the case is decided: over a look at a precedent, a reload, a restart.

const BUSY_MS = 8000; // after this long without an answer the button can be used again
const GROUPS = [".actions", ".reasons", ".override"];
const form = () => find("#bar form.bar");
const chosen = (name) => form()?.querySelector(`input[name=${name}]:checked`)?.value ?? "";
const unsent = (case_id) => `desk:${case_id}`;

let busy = 0;
let sent = ""; // the case whose decision is on its way
let asked = false; // the server wants to know why another way

function decide() {
  const bar = form();
  if (!bar || busy) return;
  const missing = !chosen("action") ? ["Choose an action first.", ".actions"]
    : !chosen("reason") ? ["Choose a reason first.", ".reasons"]
    : !bar.querySelector(".override").hidden && !chosen("override") ? ["Say why you go another way first.", ".override"]
    : !reviewer() ? ["Say who is reviewing first.", ""] : null;
  if (missing) {
    say(missing[0]);
    return missing[1] ? focusFirst(missing[1]) : find("#reviewer").focus();
  }
  if (keepTyping()) return;
  const { review, edit: version } = draftOf(bar)?.dataset ?? {};
  busy = setTimeout(() => (free(), beat()), BUSY_MS); // no answer: is the server there?
  sent = bar.dataset.case;
  bar.querySelector("button.primary").disabled = true;
  trigger("decide", {
    case_id: bar.dataset.case,
    review_id: review ?? "",
    draft_edit: Number(version ?? 0),
    action: chosen("action"),
    reason: chosen("reason"),
    note: bar.note.value,
    override: chosen("override"),
    override_words: bar.override_words.value,
    reviewer: reviewer(),
  });
}

// the draft counts only if it is this case's
function draftOf(bar) {
  const draft = find("#draft section");
  return draft?.dataset.case === bar.dataset.case ? draft : null;
}

function answerBar(bad, ask) {
  free();
  if (!bad) return;
  sent = ""; // refused: what was typed is still needed
  unlock();
  asked = ask === "override";
  shape();
  if (asked) focusFirst(".override");
}

function free() {
  clearTimeout(busy);
  busy = 0;
  const button = form()?.querySelector("button.primary");
  if (button) button.disabled = false;
}

function changed() {
  const bar = form();
  if (!bar) return;
  shape();
  const typed = {
    action: chosen("action"), reason: chosen("reason"), override: chosen("override"),
    note: bar.note.value, override_words: bar.override_words.value,
  };
  sessionStorage.setItem(unsent(bar.dataset.case), JSON.stringify(typed));
}

function restore() {
  const bar = form();
  const typed = bar && JSON.parse(sessionStorage.getItem(unsent(bar.dataset.case)));
  if (!typed) return;
  for (const name of ["action", "reason", "override"]) {
    const one = [...bar.querySelectorAll(`input[name=${name}]`)].find((input) => input.value === typed[name]);
    if (one) one.checked = true;
  }
  bar.note.value = typed.note;
  bar.override_words.value = typed.override_words ?? "";
}

// A new case: Gradio keeps input elements between renderings, so what was typed for the last case is cleared here.
function settleBar() {
  if (sent) sessionStorage.removeItem(unsent(sent));
  sent = "";
  asked = false;
  find("#leave")?.close();
  form()?.reset();
  restore();
  shape();
  free();
}

// Shows what fits what is chosen: the reasons of the action, and the question why, where it goes another way.
function shape() {
  const bar = form();
  if (!bar) return;
  const action = chosen("action");
  const [reasons, override] = [".reasons", ".override"].map((part) => bar.querySelector(part));
  reasons.hidden = !action;
  let number = 0;
  for (const label of reasons.querySelectorAll("[data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(action);
    const input = label.querySelector("input");
    if (label.hidden) input.checked = false;
    else label.querySelector("kbd").textContent = ++number;
  }
  const others = [["The draft", draftOf(bar)?.dataset.action], ["The policy", bar.dataset.policy]]
    .filter(([, says]) => says && says !== "escalate" && says !== action);
  override.hidden = !action || action === "escalate" || !(others.length || asked);
  if (override.hidden) override.querySelectorAll(":checked").forEach((input) => (input.checked = false));
  const agree = others.length === 2 && others[0][1] === others[1][1];
  bar.querySelector(".against").textContent = agree ? `Draft and policy say ${named(others[0][1])}.`
    : others.map(([who, says]) => `${who} says ${named(says)}.`).join(" ");
  bar.querySelector("button.primary").textContent = action ? `Record: ${named(action)}` : "Record decision";
}

function named(action) {
  const input = [...form().querySelectorAll("input[name=action]")].find((one) => one.value === action);
  return input?.nextElementSibling.lastChild.textContent.trim() ?? action;
}

// digits choose in the group that has the focus, else in the first one that is not answered

const inputs = (group) => [...group.querySelectorAll("input[type=radio], button")].filter((one) => one.offsetParent || one.closest("label")?.offsetParent);
const visible = (part) => form()?.querySelector(`${part}:not([hidden])`);

function unanswered() {
  return GROUPS.map(visible).find((group) => group && !group.querySelector(":checked"));
}

function choose(number) {
  const dialog = find("#leave[open]");
  const focused = document.activeElement?.closest("[data-keys]");
  const group = focused ?? (dialog ? dialog.querySelector("[data-keys]") : unanswered() ?? visible(".actions"));
  const one = group && inputs(group)[number - 1];
  if (!one) return;
  one.click();
  if (one.type === "radio") advance();
}

function advance() {
  const group = unanswered();
  if (group) inputs(group)[0]?.focus();
  else form()?.querySelector("button.primary").focus();
}

function focusFirst(part) {
  const group = visible(part);
  if (!group) return say("Choose an action first.");
  (group.querySelector(":checked") ?? inputs(group)[0])?.focus();
}

function escalate() {
  const input = form()?.querySelector("input[value=escalate]");
  if (!input) return;
  input.click();
  advance();
}

// leaving a case

function notNow(part) {
  const dialog = find("#leave");
  if (!dialog) return;
  if (!dialog.open) dialog.showModal();
  dialog.querySelector(`[data-part=${part}] :is(button, input)`)?.focus();
}

function left(how, more = {}) {
  const dialog = find("#leave");
  const why = dialog.querySelector("[name=why]").value;
  dialog.close();
  trigger("leave", { case_id: form().dataset.case, how, reason: why, reviewer: reviewer(), ...more });
}

Object.assign(DO, {
  leave: () => (find("#leave").open ? find("#leave").close() : notNow("skip")),
  skip: (button) => left("skip", { reason: button.dataset.reason }),
  snooze: (button) => left("snooze", { hours: Number(button.dataset.hours) }),
  assign: () => left("assign", { to: find("#leave [name=to]").value }),
  release: () => left("release"),
  wake: () => left("wake"),
});

document.addEventListener("input", (event) => {
  if (event.target.closest("form.bar")) changed();
});
document.addEventListener("click", (event) => {
  // by mouse or finger; arrow keys click too, and must stay where they are
  if (event.detail && event.target.matches("#bar input[type=radio]")) advance();
});

// what stands above the bar must know how high it is
new ResizeObserver(() => document.documentElement.style.setProperty("--bar", `${find("#bar").offsetHeight}px`)).observe(find("#bar"));
new MutationObserver(settle).observe(find("#bar"), { subtree: true, childList: true, attributes: true, attributeFilter: ["data-case", "data-kind"] });
new MutationObserver(answered).observe(find("#notice"), { subtree: true, childList: true, attributes: true, characterData: true });
if (known !== null && find("input#reviewer")) find("#reviewer").value = known;
settle();
settleQueue();
