// The support page in the browser: keeps the talk of this tab, sends questions, and lights what an answer rests on.
// Runs once, as js_on_load of the invisible signal component; `trigger` is given by Gradio. What somebody typed is put
// on the page as text and never as markup.

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const PATIENCE_MS = 60_000; // the first question waits for the model that reads texts

let number = 0; // of the newest question
let focus = ""; // the case that the talk is about
let last = ""; // the question that is asked again with a case or a topic
let late = 0;

function line(className, text) {
  const item = document.createElement("li");
  const body = Object.assign(document.createElement("div"), { className });
  body.textContent = text;
  item.append(body);
  find("#log .talk-log").append(item);
  item.scrollIntoView({ block: "nearest" });
  return item;
}

function about(case_id) {
  focus = case_id;
  const place = find(".talk-about");
  place.hidden = !case_id;
  find(".about-case", place).textContent = case_id;
}

function ask(text, more = {}) {
  text = text.trim();
  if (!text) return find("#question").focus();
  find("#log .welcome")?.remove();
  number += 1;
  last = text;
  line("asked", more.shown ?? text);
  line("said wait", "Looking…").dataset.waits = number;
  const asked = number;
  clearTimeout(late);
  late = setTimeout(() => {
    const item = find(`#log [data-waits="${asked}"]`);
    if (item) item.firstElementChild.textContent = "No answer came; the server may have stopped. Ask again.";
  }, PATIENCE_MS);
  trigger("ask", { number, text, focus, chosen: more.chosen ?? "", topic: more.topic ?? "", language: find("#language").value });
}

// an answer arrives in #answer, and is moved to its place in the talk
new MutationObserver(() => {
  const said = find("#answer .said");
  if (!said) return;
  const place = find(`#log [data-waits="${said.dataset.number}"]`);
  if (!place) return;
  place.replaceChildren(said);
  delete place.dataset.waits;
  if (said.dataset.case) about(said.dataset.case);
  place.scrollIntoView({ block: "nearest" });
}).observe(document.body, { childList: true, subtree: true });

function light(id) {
  all("#beside .lit").forEach((one) => one.classList.remove("lit"));
  const source = find(`#beside [data-source="${CSS.escape(id)}"]`);
  source?.classList.add("lit");
  source?.scrollIntoView({ block: "nearest" });
  source?.focus({ preventScroll: true });
}

function judge(place, thumb) {
  const question = place.closest(".said").dataset.question;
  trigger("judge", { question, thumb });
  const box = place.closest(".judging");
  if (thumb > 0) return box.replaceChildren("Thank you.");
  const form = document.createElement("form");
  const what = Object.assign(document.createElement("input"), { type: "text", maxLength: 2000, placeholder: "What would have been right?" });
  what.setAttribute("aria-label", "What would have been right?");
  const wanted = Object.assign(document.createElement("input"), { type: "checkbox" });
  const label = document.createElement("label");
  label.append(wanted, " should be an article");
  form.append(what, label, Object.assign(document.createElement("button"), { className: "plain", textContent: "Send" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    trigger("judge", { question, thumb: -1, correction: what.value, wanted: wanted.checked });
    box.replaceChildren("Thank you.");
  });
  box.replaceChildren(form);
  what.focus();
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(find("#beside .message").textContent);
    button.textContent = "Copied";
  } catch {
    const range = document.createRange();
    range.selectNodeContents(find("#beside .message"));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    button.textContent = "Press Ctrl + C";
  }
  setTimeout(() => (button.textContent = "Copy"), 2500);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".asking")) return;
  event.preventDefault();
  const field = find("#question");
  ask(field.value);
  field.value = "";
});
document.addEventListener("keydown", (event) => {
  if (event.target.id === "question" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest(selector);
  let here;
  if ((here = at("[data-try]"))) ask(here.dataset.try);
  else if ((here = at("[data-pick]"))) ask(last, { chosen: here.dataset.pick, shown: here.dataset.pick });
  else if ((here = at("[data-topic]"))) ask(last, { topic: here.dataset.topic, shown: here.textContent });
  else if ((here = at("[data-thumb]"))) judge(here, Number(here.dataset.thumb));
  else if ((here = at("a[data-cite]"))) { event.preventDefault(); light(here.dataset.cite); }
  else if ((here = at("[data-do=copy]"))) copy(here);
  else if (at("[data-do=hush]")) find("#notice .notice")?.replaceChildren();
  else if ((here = at("[data-do=forget]"))) { about(""); find("#question").focus(); }
});
document.title = "Support · Fraud Review Assistant";
find("#question")?.focus();
