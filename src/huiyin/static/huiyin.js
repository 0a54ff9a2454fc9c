"use strict";
/* Small comforts. Every page works without them. */

// Under a finger nothing moves: a press that ends on another place than it began is lost. What comes meanwhile waits for its end.
const waiting = [];
let pressed = false;
let ending;
function whenReleased(change) {
  if (pressed) waiting.push(change);
  else change();
}
function press() {
  clearTimeout(ending);
  pressed = true;
}
// The click that a press ends in comes after its release, on touch screens a little later.
function release(event) {
  clearTimeout(ending);
  ending = setTimeout(
    () => {
      pressed = false;
      for (const change of waiting.splice(0)) change();
    },
    event.type === "pointerup" ? 100 : 0,
  );
}
window.addEventListener("pointerdown", (event) => event.button === 0 && press(), true);
window.addEventListener("keydown", (event) => event.key === " " && press(), true);
for (const end of ["pointerup", "pointercancel", "keyup", "click"]) window.addEventListener(end, release, true);
window.addEventListener("blur", release);
document.addEventListener("htmx:beforeSend", (event) => {
  const { xhr } = event.detail;
  const arrive = xhr.onload;
  xhr.onload = () => whenReleased(arrive);
});

// An open menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// The text that phrases belong to; of those for several texts the one that was written in last.
const textOf = (list) => document.getElementById(list.dataset.phrasesOf) ?? list.writtenLast ?? list.closest("form").querySelector("textarea");

// A standard phrase goes where the cursor is; without scripts it is copied by hand.
for (const button of document.querySelectorAll("[data-insert]")) button.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const text = textOf(button.closest("[data-phrases-of]"));
  text.setRangeText(button.dataset.text, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  button.closest("details").open = false;
  text.focus();
});
// What was said before is put into the text that is being written: the one that was last in hand, else the first that is empty.
for (const button of document.querySelectorAll("[data-take]")) button.hidden = !document.querySelector("#filled-in textarea");
let lastWritten = null;
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("#filled-in textarea")) lastWritten = target;
});
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-take]");
  if (!button) return;
  const texts = [...document.querySelectorAll("#filled-in textarea")];
  const text = lastWritten ?? texts.find((one) => !one.value) ?? texts[0];
  text.setRangeText(button.dataset.take, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});
// Ctrl+/ in a text opens its phrases; there a digit puts one in, and Escape goes back to the text.
document.addEventListener("keydown", (event) => {
  const text = event.target.closest("textarea");
  const list = text?.id && (document.querySelector(`[data-phrases-of="${CSS.escape(text.id)}"]`) ?? text.form?.querySelector("[data-phrases-of='']"));
  if (!list || event.key !== "/" || !event.ctrlKey) return;
  event.preventDefault();
  list.writtenLast = text;
  list.open = true;
  list.querySelector("[data-insert]")?.focus();
});
document.addEventListener("keydown", (event) => {
  const list = event.target.closest("[data-phrases-of]");
  if (!list || event.ctrlKey || event.metaKey || event.altKey) return;
  const buttons = [...list.querySelectorAll("[data-insert]")];
  const at = buttons.indexOf(document.activeElement);
  if (event.key >= "1" && event.key <= "9") buttons[event.key - 1]?.click();
  else if (event.key === "ArrowDown") buttons[Math.min(at + 1, buttons.length - 1)].focus();
  else if (event.key === "ArrowUp") buttons[Math.max(at - 1, 0)].focus();
  else if (event.key === "Escape") {
    list.open = false;
    textOf(list).focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
});

// Enter in a box that looks something up looks it up: it would press the first button of the form otherwise, which sends it.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input[name^='_find']")) return;
  event.preventDefault();
  event.target.parentElement.querySelector("button[name='_find']").click();
});

// A field that is asked for only when another one holds a certain value, or a number above one.
const fits = (value, wanted) => (Array.isArray(wanted) ? wanted.includes(value) : Number(value) > wanted.above);
function follow(form) {
  for (const field of form.querySelectorAll("[data-asked-if]")) {
    const wanted = JSON.parse(document.getElementById(field.dataset.askedIf).textContent);
    const given = new FormData(form);
    const asked = Object.entries(wanted).every(([name, values]) => given.getAll(name).some((value) => fits(value, values)));
    field.hidden = !asked;
    for (const control of field.querySelectorAll("input, select, textarea")) control.disabled = !asked;
  }
}
// Of people, those alone who work in the unit that was chosen.
function within(form) {
  for (const select of form.querySelectorAll("select[data-within]")) {
    const unit = new FormData(form).get(select.dataset.within);
    for (const option of select.options) {
      const elsewhere = Boolean(unit) && Boolean(option.value) && !option.dataset.units.split(" ").includes(unit);
      option.hidden = option.disabled = elsewhere;
      if (elsewhere && option.selected) select.value = "";
    }
  }
}
// Who chooses to stay unnamed sends nothing about themselves.
function unnamed(form) {
  for (const kind of form.querySelectorAll(".person-box select, .petitioner-box select")) {
    const box = kind.closest(".person-box, .petitioner-box");
    for (const control of box.querySelectorAll(".identity input")) control.disabled = kind.value === "anonymous";
  }
}
function followAll() {
  for (const form of document.querySelectorAll("form")) {
    follow(form);
    within(form);
    unnamed(form);
  }
}
document.addEventListener("change", (event) => {
  if (!event.target.form) return;
  follow(event.target.form);
  within(event.target.form);
  unnamed(event.target.form);
});
document.addEventListener("DOMContentLoaded", followAll);
document.addEventListener("htmx:afterSwap", followAll);

// What is typed while an answer is on its way stays: in the block that comes, each field has what was changed since it was asked for.
const heldBy = (block) =>
  [...block.querySelectorAll("input, select, textarea")].filter((field) => field.name && !["file", "hidden", "submit"].includes(field.type));
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const nameOf = (field) => (isTicked(field) ? `${field.name}=${field.value}` : field.name);
const givenIn = (field) => (isTicked(field) ? field.checked : field.value);
const asked = new WeakMap(); // by request: what the block held when it was sent
const typedSince = new WeakMap(); // by request: what was changed meanwhile, and where the cursor stands

document.addEventListener("htmx:beforeSend", (event) => {
  asked.set(event.detail.xhr, new Map(heldBy(event.detail.target).map((field) => [nameOf(field), givenIn(field)])));
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target, elt, requestConfig } = event.detail;
  if (target.contains(composing)) {
    // A character that is being put together would be cut off: it is asked again once it is there.
    event.detail.shouldSwap = false;
    composing.addEventListener("compositionend", () => htmx.trigger(elt, requestConfig.triggeringEvent.type), { once: true });
    return;
  }
  const before = asked.get(xhr) ?? new Map();
  const changed = heldBy(target).filter((field) => before.has(nameOf(field)) && before.get(nameOf(field)) !== givenIn(field));
  const dropped = Number(requestConfig.formData.get("_drop") ?? Infinity);
  const active = target.contains(document.activeElement) ? document.activeElement : null;
  typedSince.set(xhr, {
    fields: new Map(changed.map((field) => [afterDrop(nameOf(field), dropped), givenIn(field)])),
    focus: active?.name && { name: afterDrop(nameOf(active), dropped), at: active.selectionStart, until: active.selectionEnd },
  });
});
document.addEventListener("htmx:afterSwap", (event) => {
  const { xhr, target } = event.detail;
  const kept = typedSince.get(xhr);
  const block = document.getElementById(target.id) ?? target;
  typedSince.delete(xhr);
  if (!kept) return;
  for (const field of heldBy(block)) {
    const name = nameOf(field);
    if (kept.fields.has(name)) field[isTicked(field) ? "checked" : "value"] = kept.fields.get(name);
    if (kept.focus?.name !== name) continue;
    field.focus({ preventScroll: true });
    if (typeof kept.focus.at === "number") field.setSelectionRange(kept.focus.at, kept.focus.until);
  }
});
let composing = null;
document.addEventListener("compositionstart", (event) => (composing = event.target));
document.addEventListener("compositionend", () => (composing = null));
// Who stands behind somebody that is taken out moves up by one; what was typed about them who is out goes with them.
function afterDrop(name, dropped) {
  const [, number, rest] = name.match(/^p(\d+)(-.*)$/) ?? [];
  if (number === undefined || number < dropped) return name;
  return Number(number) === dropped ? "" : `p${number - 1}${rest}`;
}

// What is shown while typing: characters used of those allowed.
document.addEventListener("input", (event) => {
  const counter = event.target.id && document.querySelector(`[data-counts="${event.target.id}"]`);
  if (counter) counter.textContent = [...event.target.value].length;
});

// A form is sent once, however often its button is pressed; the server would accept only one anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.once === undefined || event.submitter?.formTarget === "_blank") return; // shown beside, and not done
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});

// Errors are read first: the summary takes the focus when a page comes back with it.
document.addEventListener("DOMContentLoaded", () => document.querySelector("[data-focus]")?.focus());

// Whoever opens a place to write at writes there.
document.addEventListener("click", ({ target }) => {
  const place = target.closest(".paper-comment summary")?.parentElement;
  if (place && !place.open) requestAnimationFrame(() => place.querySelector("textarea").focus());
});

// A row of places that is wider than the screen shows where one is.
document.addEventListener("DOMContentLoaded", () => {
  for (const here of document.querySelectorAll('.tabs > [aria-current="page"]')) {
    const row = here.parentElement;
    row.scrollLeft += here.getBoundingClientRect().right - row.getBoundingClientRect().right + here.offsetWidth;
  }
});

// A picture that is wider than its frame opens at the way that a case ordinarily takes.
document.addEventListener("DOMContentLoaded", () => {
  for (const frame of document.querySelectorAll(".picture")) {
    const first = frame.querySelector(".stage")?.getBoundingClientRect();
    const box = frame.getBoundingClientRect();
    if (first) frame.scrollLeft = first.left - box.left + first.width / 2 - box.width / 2;
  }
});
