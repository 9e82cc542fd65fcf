// The import page in the browser: sends a file, collects the form, and shows one step at a time.
// Runs once, as js_on_load of the invisible signal component; `trigger` is given by Gradio.
// The server says in #step where the page is. The form is never drawn again because of a mistake: complaints are put
// beside what they are about, so that nothing typed is lost.

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const form = () => find("#columns form.mapping");
const TOML_LIMIT = 500_000; // bytes of a schema file; the largest that people write have a few thousand
const BUSY_MS = 8000; // after this long without an answer a button can be used again

let at = "start"; // the step that is shown
let token = ""; // the token of the file that is worked on
let sending = null; // the request of a file on its way
let seen = ""; // the number of the last step that was acted on
let drawn = null; // the form that was restored last
let met = null; // the title of the last result

function say(text) {
  const place = find("#notice .notice");
  if (!place) return;
  place.className = "notice error";
  place.setAttribute("role", "alert");
  const close = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "×" });
  close.dataset.do = "hush";
  close.setAttribute("aria-label", "Close this message");
  place.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }), close);
}

function hush() {
  find("#notice .notice")?.replaceChildren();
}

// one file to the server

function send(file) {
  if (sending || !file) return;
  const limit_mb = Number(find("#start .drop")?.dataset.limitMb ?? 0);
  if (limit_mb && file.size > limit_mb * 1e6) return say(`${file.name} is larger than ${limit_mb.toLocaleString("en")} MB: split it, use fra import, or raise FRA_UPLOAD_LIMIT_MB.`);
  if (!file.size) return say(`${file.name} is empty: its first line must name the columns.`);
  hush();
  const drop = find("#start .drop"), shown = find("#start .sending");
  drop.hidden = true;
  shown.hidden = false;
  find(".sending-name", shown).textContent = file.name;
  const request = (sending = new XMLHttpRequest());
  const bar = find("progress", shown), figures = find(".sending-figures", shown);
  request.upload.addEventListener("progress", (event) => {
    bar.value = (100 * event.loaded) / Math.max(1, event.total);
    figures.textContent = `${(event.loaded / 1e6).toFixed(1)} of ${(event.total / 1e6).toFixed(1)} MB`;
  });
  const ended = (why) => {
    sending = null;
    shown.hidden = true;
    drop.hidden = false;
    const chosen = find("#file");
    if (chosen) chosen.value = ""; // so that the same file can be chosen again once it is mended
    if (why) say(why);
  };
  request.addEventListener("load", () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* an answer that is no JSON has no token either */ }
    ended(answer.upload ? "" : answer.error ?? `The server did not take the file (${request.status}); try again.`);
    if (answer.upload) trigger("open", { upload: answer.upload });
  });
  request.addEventListener("error", () => ended("The connection broke; the server may have stopped. Try again."));
  request.addEventListener("abort", () => ended(""));
  request.open("POST", "/import/files");
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.send(file);
}

async function adopt(file) {
  if (!file) return;
  if (file.size > TOML_LIMIT) return say(`${file.name} is too large for a schema.`);
  const text = await file.text();
  sessionStorage.removeItem(typed());
  trigger("adopt", { upload: token, text });
}

// the form as a value

const typed = () => `import:${token}`;

function choices() {
  const here = form();
  const value = (name) => here.elements[name]?.value ?? "";
  const names = ["source", "kind", "currency", "time_zone", "decimal", "amount_unit", "encoding", "delimiter", "quote"];
  const found = Object.fromEntries(names.map((name) => [name, value(name)]));
  const rows = all("[data-column]", here).sort((a, b) => a.dataset.column - b.dataset.column);
  const label = rows.find((row) => find(".role", row).value === "label");
  const labels = {};
  for (const word of label ? all(".word", label) : []) {
    const text = word.dataset.word ?? find(".word-value", word).value.trim();
    const means = find(".meaning", word).value;
    if (text && means) labels[text] = means;
  }
  return {
    ...found,
    missing: value("missing").split(",").map((word) => word.trim()).filter(Boolean),
    each: here.dataset.each,
    labels,
    assumed_delay_days: (label && find(".delay-value", label).value) || "30",
    actions: JSON.parse(here.dataset.actions),
    columns: Object.fromEntries(rows.map((row) => [row.dataset.column, {
      role: find(".role", row).value,
      phrase: find(".phrase", row).value,
      format: find(".format-value", row).value,
    }])),
  };
}

const filled = () => ({
  upload: token,
  choices: choices(),
  basis: form().dataset.basis,
  reveal: Boolean(find("[data-do-change=show]")?.checked),
});

// What was typed stays in this tab until the file is imported: over a reload and a restart.
function keep() {
  if (form()) sessionStorage.setItem(typed(), JSON.stringify(choices()));
}

function restore() {
  const here = form();
  const known = JSON.parse(sessionStorage.getItem(typed()));
  if (!here || !known) return;
  const set = (field, value) => { if (field && value !== undefined) field.value = value; };
  for (const [name, value] of Object.entries(known)) {
    if (typeof value === "string" && here.elements[name]) set(here.elements[name], value);
  }
  set(here.elements.missing, known.missing.join(", "));
  for (const row of all("[data-column]", here)) {
    const one = known.columns[row.dataset.column];
    if (!one) continue;
    set(find(".role", row), one.role);
    set(find(".phrase", row), one.phrase);
    set(find(".format-value", row), one.format);
    if (one.role !== "label") continue;
    set(find(".delay-value", row), known.assumed_delay_days);
    for (const word of all(".word[data-word]", row)) set(find(".meaning", word), known.labels[word.dataset.word] ?? "");
    const other = Object.entries(known.labels).find(([text]) => !all(".word[data-word]", row).some((word) => word.dataset.word === text));
    if (other) [set(find(".word-value", row), other[0]), set(find(".other .meaning", row), other[1])];
  }
}

// A format is for times and for scores written as percent, values with a meaning are for the label.
function suit() {
  const dated = form()?.dataset.dated.split(" ") ?? [];
  const scored = form()?.dataset.scored.split(" ") ?? [];
  for (const row of all("[data-column]", form() ?? undefined)) {
    const role = find(".role", row).value;
    find(".format", row).hidden = !dated.includes(role) && !scored.includes(role);
    find("input.format-value", row)?.setAttribute("placeholder", scored.includes(role) ? "0 to 1, or: percent" : "ISO 8601");
    find(".words", row).hidden = role !== "label";
    row.classList.toggle("left-out", role === "ignore");
  }
}

// complaints beside what they are about

function mark() {
  all(".complaint").forEach((line) => line.remove());
  all("[aria-invalid]").forEach((field) => { field.removeAttribute("aria-invalid"); field.removeAttribute("aria-describedby"); });
  const here = form();
  if (!here) return;
  let first = null;
  for (const [number, complaint] of all("#notice .complaints li").entries()) {
    const field = fieldAt(here, JSON.parse(complaint.dataset.at));
    const line = Object.assign(document.createElement("p"), { className: "complaint", id: `complaint-${number}`, textContent: complaint.textContent });
    if (!field) {
      find(".form-complaints", here).append(line);
      first ??= find(".form-complaints", here);
      continue;
    }
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", line.id);
    field.closest("details")?.setAttribute("open", "");
    (field.closest(".format label") ?? field).after(line);
    first ??= field;
  }
  first?.scrollIntoView({ block: "center" });
  first?.focus?.({ preventScroll: true });
}

function fieldAt(here, place) {
  for (let length = place.length; length; length -= 1) {
    const wanted = JSON.stringify(place.slice(0, length));
    const found = all("[data-place]", here).find((field) => field.dataset.place === wanted && !field.closest("[hidden]"));
    if (found) return found;
  }
  return null;
}

// one step at a time

function go(step) {
  at = step;
  find("#import").dataset.at = step;
  const steps = all(".steps li");
  const here = steps.findIndex((item) => item.dataset.at === step);
  steps.forEach((item, number) => {
    item.classList.toggle("past", number < here);
    if (number === here) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
}

function settle() {
  const told = find("#step [data-step]");
  if (!told || told.dataset.number === seen) return;
  seen = told.dataset.number;
  token = told.dataset.upload || (told.dataset.step === "start" ? "" : token);
  const moved = at !== told.dataset.step;
  go(told.dataset.step);
  if (at === "done") sessionStorage.removeItem(typed());
  const address = new URL(location.href);
  if (token) address.searchParams.set("upload", token);
  else address.searchParams.delete("upload");
  history.replaceState(null, "", address);
  free();
  if (moved) window.scrollTo({ top: 0 });
  if (told.dataset.fetch) download(`/import/files/${token}/schema.toml`);
}

// A link and not a change of location: that would tell Gradio that the page is left, and it would close its streams.
function download(address) {
  Object.assign(document.createElement("a"), { href: address, download: "" }).click();
}

function draw() {
  const here = form();
  if (here && here !== drawn) {
    drawn = here;
    restore();
    suit();
  }
}

// Results arrive where nobody has the focus any more: the button that asked for them is gone.
function arrive() {
  const title = find(at === "check" ? "#findings h2[tabindex]" : "#result h2[tabindex]");
  if (!title || title === met) return;
  met = title;
  title.focus({ preventScroll: true });
}

let busy = 0;
function wait(button) {
  if (!button) return;
  button.disabled = true;
  clearTimeout(busy);
  busy = setTimeout(free, BUSY_MS);
}
function free() {
  clearTimeout(busy);
  all("#import button[disabled]").forEach((button) => { button.disabled = false; });
}

const DO = {
  hush,
  abort: () => sending?.abort(),
  resume: (button) => trigger("open", { upload: button.dataset.upload }),
  discard: (button) => trigger("discard", { upload: button.dataset.upload }),
  again: () => { hush(); trigger("open", { upload: "" }); },
  propose: () => { sessionStorage.removeItem(typed()); trigger("propose", { upload: token }); },
  save: () => trigger("save", filled()),
  back: () => { go("columns"); window.scrollTo({ top: 0 }); },
  start: (button) => { wait(button); trigger("start", filled()); },
  stop: (button) => { wait(button); trigger("stop", { upload: token }); },
  train: (button) => { wait(button); trigger("train"); },
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-do]");
  if (target) DO[target.dataset.do](target);
});
// The panel is drawn anew with every figure, and a click counts only where press and release meet the same button.
document.addEventListener("pointerdown", (event) => {
  const button = event.target.closest("[data-do=stop]");
  if (button && !button.disabled) DO.stop(button);
});
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.id === "file") send(field.files[0]);
  else if (field.id === "own-schema") { adopt(field.files[0]); field.value = ""; }
  else if (field.dataset.doChange === "show") trigger("show", filled());
});
document.addEventListener("input", (event) => {
  if (!event.target.closest("form.mapping")) return;
  suit();
  keep();
});
document.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!event.target.matches("form.mapping")) return;
  keep();
  wait(find("button.primary", event.target));
  trigger("check", filled());
});
for (const kind of ["dragover", "drop", "dragleave"]) {
  document.addEventListener(kind, (event) => {
    if (kind !== "dragleave") event.preventDefault(); // a file dropped beside the place must not replace the page
    find("#start .drop")?.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && at === "start") send(event.dataTransfer.files[0]);
  });
}
window.addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

// Panels are drawn at any time and in any order, so one observer looks at all of them; each part knows what it has seen.
let marked = "";
function look() {
  settle();
  draw();
  arrive();
  const now = all("#notice .complaints li").map((line) => line.dataset.at + line.textContent).join("\n");
  if (now !== marked) mark();
  marked = now;
  if (find("#notice .error p")) free();
}
new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-number"], characterData: true });
look();
