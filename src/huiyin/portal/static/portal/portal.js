"use strict";
/* Copying receipt and code; without it one writes them down. */

// What was sent is no draft any more: the tab forgets that it began one.
document.addEventListener("DOMContentLoaded", () => {
  const sent = document.querySelector("[data-draft-sent]");
  try {
    if (sent) Object.keys(sessionStorage).forEach((key) => key.startsWith(sent.dataset.draftSent) && sessionStorage.removeItem(key));
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const parts = button.dataset.copy.split(" ").map((id) => document.getElementById(id));
  try {
    await navigator.clipboard.writeText(parts.map((part) => part.textContent).join("\n"));
    button.querySelector("span").textContent = button.dataset.copied;
  } catch {
    const selection = window.getSelection();
    selection.removeAllRanges();
    const range = document.createRange();
    range.setStartBefore(parts[0]);
    range.setEndAfter(parts[parts.length - 1]);
    selection.addRange(range);
  }
});
