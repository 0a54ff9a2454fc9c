"use strict";
/* Registering by keys alone, and reading back on a second screen. The form works without it. */
(() => {
  const form = document.getElementById("filled-in");

  // --- the page for the petitioner, on a second screen: its word reaches the form in the same browser ---
  const confirming = document.querySelector("[data-read-back]");
  if (confirming) {
    const channel = new BroadcastChannel(`read-back:${confirming.dataset.readBack}`);
    confirming.hidden = false;
    confirming.addEventListener("click", () => {
      channel.postMessage("confirmed");
      confirming.textContent = confirming.dataset.done;
      confirming.disabled = true;
    });
  }
  if (!form) return;

  const said = form.querySelector("[data-read-back-said]");
  const ticked = () => form.querySelector("input[type=checkbox][name='more-read_back']");
  new BroadcastChannel(`read-back:${form.elements._draft.value}`).addEventListener("message", () =>
    whenReleased(() => {
      said.textContent = said.dataset.words;
      said.hidden = false;
      if (ticked()) ticked().checked = true;
    }),
  );
  // What was changed since has not been read back.
  form.addEventListener("input", (event) => {
    if (said.hidden || event.target === ticked()) return;
    said.hidden = true;
    if (ticked()) ticked().checked = false;
  });

  // --- with a keyboard one begins at a field; the page opens at its top, where how it came and what was begun before stand ---
  if (window.matchMedia("(pointer: fine)").matches) form.querySelector("[data-begins]")?.focus({ preventScroll: true });

  // --- keys ---
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // --- one goes on at the representative who was added; the button that was pressed is gone with the old list ---
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const pressed = detail.requestConfig?.elt.name;
    if (pressed === "_more") [...form.querySelectorAll(".petitioner-box [id$='-name']")].at(-1).focus();
    if (pressed === "_drop") form.querySelector("button[name=_more]").focus();
  });

  // --- a call is written down in the order in which one hears it ---
  const first = JSON.parse(document.getElementById("told-first").textContent).channel;
  form.addEventListener("change", (event) => {
    if (event.target.name !== "channel") return;
    const who = form.querySelector("[data-order=who]");
    const what = form.querySelector("[data-order=what]");
    if (first.includes(event.target.value)) who.before(what);
    else what.before(who);
  });

  // --- what was copied from a card or a list goes where it belongs ---
  const NUMBER = /(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])/;
  const PHONE = /(?<!\d)(?:\+?86[\s-]*)?(1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?!\d)/;
  const LABELS = /(?:姓名|名字|电话|手机号?码?|联系方式|联系电话|身份证号?码?|证件号码?|公民身份号码|住址|地址)\s*[:：]?/g;
  function parts(text) {
    const found = {};
    const id = text.match(NUMBER);
    if (id) found.id_number = id[0].toUpperCase();
    let rest = id ? text.replace(id[0], " ") : text;
    const phone = rest.match(PHONE);
    if (phone) found.phone = phone[1].replace(/[\s-]/g, "");
    if (phone) rest = rest.replace(phone[0], " ");
    if (!id && !phone) return null;
    const words = rest.replace(LABELS, " ").split(/[\s,，;；、|]+/).filter(Boolean);
    if (words.length && /^[\p{Script=Han}·]{2,15}$/u.test(words[0])) found.name = words.shift();
    if (words.length) found.address = words.join(" ");
    return Object.keys(found).length > 1 ? found : null;
  }
  form.addEventListener("paste", (event) => {
    const [, person] = event.target.id?.match(/^(p\d+)-(?:name|phone|id_number|address)$/) ?? [];
    const found = person && parts(event.clipboardData.getData("text"));
    if (!found) return;
    event.preventDefault();
    for (const [name, value] of Object.entries(found)) {
      const input = document.getElementById(`${person}-${name}`);
      if (input.value && input !== event.target) continue;
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // --- a picture that was copied is a file as well ---
  form.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    const input = document.getElementById("f-files");
    if (!files.length || !input) return;
    event.preventDefault();
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    input.files = held.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
