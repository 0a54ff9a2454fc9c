"use strict";
/* Keys for who works here all day (the sheet: ?). Nothing can be done by a key alone that has no link or button. */

const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open], details[open].menu") !== null;
const shown = (element) => element.getClientRects().length > 0;

// What can be done on a page: steps to choose from, or the form of one.
const DOABLE = ["main [data-actions] :is(a[href], button)", "#filled-in :is(input, textarea, select)", ".decision-bar button"];

function move(step) {
  const items = [...document.querySelectorAll("main [data-item], main td:first-child > a, main .duty-case > a")].filter(shown);
  if (!items.length) return;
  const at = items.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1);
  items[next].focus();
  items[next].scrollIntoView({ block: "nearest" });
}

const does = {
  "/": () => { const box = document.getElementById("find"); box?.focus(); box?.select(); },
  "?": () => document.getElementById("keys")?.showModal(),
  j: () => move(1),
  k: () => move(-1),
  o: () => document.activeElement?.closest("main a[href]")?.click(),
  a: () => DOABLE.map((kind) => [...document.querySelectorAll(kind)].find(shown)).find(Boolean)?.focus(),
  u: () => window.history.back(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const address = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const action = does[event.key] ?? (address && (() => address.click()));
  if (!action) return;
  event.preventDefault();
  action();
});
