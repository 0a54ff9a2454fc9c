"use strict";
/* Nothing typed or chosen is lost: files are sent at once, in pieces; what is typed is kept on the server; leaving warns.
   Without this script a form comes back with everything as well, only later. */
(() => {
  const QUIET = 2500; // milliseconds without a key before what is typed is kept
  const TRIES = 5; // times a piece is sent before somebody has to press a button

  // What the form holds besides files, with what is asked of its draft.
  function asking(form, more) {
    const data = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name);
    for (const [name, value] of Object.entries(more)) data.append(name, value);
    return data;
  }
  function about(form, more) {
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "_draft"]) data.append(name, form.elements[name].value);
    for (const [name, value] of Object.entries(more)) data.append(name, value);
    return data;
  }
  const post = (form, body, keepalive = false) =>
    fetch(form.getAttribute("action") || location.href, { method: "POST", body, redirect: "manual", credentials: "same-origin", keepalive });

  // --- what is typed ---
  function remember(form) {
    if (form.querySelector("[data-draft-state]").dataset.byTab === undefined) return; // staff find theirs by account
    try {
      sessionStorage.setItem(`draft:${location.pathname}`, form.elements._draft.value);
    } catch {
      // A browser that keeps nothing still sends the form.
    }
  }
  // Signed out, the query closed, or the page open for so long that its mark against forgery is no longer taken.
  const isOver = (answer) => answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
  function say(form, what) {
    const line = form.querySelector("[data-draft-state]");
    whenReleased(() => {
      line.textContent = line.dataset[what];
      line.classList.toggle("draft-kept", what === "kept");
      line.classList.toggle("draft-trouble", what !== "kept");
    });
  }
  async function keep(form, leaving = false) {
    clearTimeout(form.draftTimer);
    if (!form.dataset.draftDirty || form.dataset.draftSaved) return;
    form.dataset.draftSaved = "yes";
    try {
      form.draftKeeping = post(form, asking(form, { _keep: "1" }), leaving);
      const answer = await form.draftKeeping;
      if (answer.status === 204) say(form, "kept");
      else say(form, isOver(answer) ? "expired" : "away");
      if (answer.status !== 204) delete form.dataset.draftSaved;
    } catch {
      delete form.dataset.draftSaved;
      say(form, "away");
    }
    delete form.draftKeeping;
    sendWhenDone(form);
  }
  function changed(form) {
    form.dataset.draftDirty = "yes";
    delete form.dataset.draftSaved;
    remember(form);
    clearTimeout(form.draftTimer);
    form.draftTimer = setTimeout(() => keep(form), QUIET);
  }

  // --- files ---
  const pending = (form) => form.querySelectorAll(".upload-line").length;

  function line(input, file) {
    const row = document.createElement("p");
    row.className = "upload-line";
    const name = document.createElement("span");
    name.className = "kept-name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = file.size || 1;
    bar.setAttribute("aria-label", file.name);
    bar.value = 0;
    const words = document.createElement("span");
    words.className = "soft";
    words.textContent = input.dataset.waiting;
    row.append(name, bar, words);
    input.after(row);
    return { row, bar, words };
  }
  async function sendPieces(input, file, shown) {
    const form = input.form;
    const start = { _begin: "1", _input: input.name, name: file.name, size: file.size, mark: String(file.lastModified) };
    let answer = await post(form, about(form, start));
    while (answer.ok && answer.headers.get("Content-Type").includes("json")) {
      const { id, received, piece } = await answer.json();
      shown.bar.value = received;
      shown.words.textContent = `${Math.floor((100 * received) / (file.size || 1))}%`;
      const body = about(form, { _piece: id, offset: received });
      body.append("piece", file.slice(received, received + piece), "piece");
      answer = await post(form, body);
    }
    return answer;
  }
  async function told(answer) {
    try {
      return (await answer.json()).message;
    } catch {
      return "";
    }
  }
  const failed = (input, file, shown, message, again) => whenReleased(() => showFailed(input, file, shown, message, again));
  function showFailed(input, file, shown, message, again) {
    shown.bar.remove();
    shown.words.className = "field-error";
    shown.words.textContent = message;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = again ? input.dataset.again : "×";
    button.addEventListener("click", () => {
      shown.row.remove();
      if (again) upload(input, file);
      else sendWhenDone(input.form);
    });
    shown.row.append(button);
    shown.row.classList.replace("upload-line", "upload-failed");
    delete input.form.dataset.draftSend;
  }
  async function upload(input, file) {
    const shown = line(input, file);
    for (let left = TRIES; left; left -= 1) {
      try {
        const answer = await sendPieces(input, file, shown);
        if (isOver(answer)) {
          say(input.form, "expired");
          return failed(input, file, shown, input.form.querySelector("[data-draft-state]").dataset.expired, true);
        }
        if (answer.ok) {
          const html = await answer.text();
          return whenReleased(() => {
            shown.row.remove();
            listed(input, html);
            sendWhenDone(input.form);
          });
        }
        if (answer.status >= 500) break;
        return failed(input, file, shown, (await told(answer)) || input.dataset.away, answer.status === 410);
      } catch {
        await new Promise((go) => setTimeout(go, 1000 * (TRIES - left + 1)));
      }
    }
    failed(input, file, shown, input.dataset.away, true);
  }
  function listed(input, html) {
    const box = input.form.querySelector(`[data-kept="${CSS.escape(input.name)}"]`);
    box.outerHTML = html;
    changed(input.form);
  }
  async function takeOut(button) {
    const form = button.form;
    const name = button.closest("[data-kept]").dataset.kept;
    const input = [...form.querySelectorAll("[data-upload]")].find((one) => one.name === name);
    const answer = await post(form, about(form, { _remove: button.value, _script: "1", _input: name }));
    if (answer.ok) listed(input, await answer.text());
  }
  function sendWhenDone(form) {
    const by = form.draftSubmitter;
    if (!form.dataset.draftSend || pending(form) || form.draftKeeping) return;
    delete form.dataset.draftSend;
    form.requestSubmit(by);
  }

  document.addEventListener("change", async (event) => {
    const input = event.target;
    if (!input.matches("form[data-draft] [data-upload]")) return;
    const files = [...input.files];
    input.value = "";
    for (const file of files) await upload(input, file);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form; // of controls outside of it, too
    if (form?.matches("[data-draft]") && event.target.type !== "file") changed(form);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".kept-files button[name=_remove]");
    if (!button) return;
    event.preventDefault();
    takeOut(button).catch(() => say(button.form, "away"));
  });
  // Registered before the script that sends a form once: what waits for files is not sent yet.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      // A draft that arrives after the form itself would be offered again.
      if (form.matches("[data-draft]") && (pending(form) || form.draftKeeping)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        form.draftSubmitter = event.submitter;
        form.dataset.draftSend = "yes";
        form.querySelector(".upload-line")?.scrollIntoView({ block: "center" });
      } else if (form.matches("[data-draft], .draft-offer")) {
        for (const draft of document.querySelectorAll("form[data-draft]")) {
          clearTimeout(draft.draftTimer);
          delete draft.dataset.draftDirty;
        }
      }
    },
    true,
  );
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    for (const form of document.querySelectorAll("form[data-draft]")) keep(form, true);
  });
  window.addEventListener("beforeunload", (event) => {
    const forms = [...document.querySelectorAll("form[data-draft]")];
    if (forms.some((form) => form.dataset.draftDirty || pending(form))) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-draft]");
    if (!form) return;
    if (form.querySelector("[data-draft-state]").dataset.begun !== undefined) {
      form.dataset.draftDirty = form.dataset.draftSaved = "yes";
      remember(form);
      return;
    }
    const offer = document.querySelector("[data-draft-offer]");
    let token = null;
    try {
      token = sessionStorage.getItem(`draft:${location.pathname}`);
    } catch {
      return;
    }
    const known = [...document.querySelectorAll(".draft-offer input[name=_draft]")].some((one) => one.value === token);
    if (!offer || !token || known) return;
    offer.querySelector("[name=_draft]").value = token;
    offer.hidden = false;
  });
})();
