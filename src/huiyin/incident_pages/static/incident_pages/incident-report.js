"use strict";
/* A report from the scene is not lost with the connection, nor sent twice: it is kept in this browser under its key until the server has
   answered, and sent again with the same key. Without this script the form is sent as any other. */
(() => {
  const STORE = "reports";
  const AGAIN = 15000; // milliseconds between tries while the page is open
  const TOO_OLD = 20 * 3600 * 1000; // the server knows a key for a day: what is older might be opened a second time
  const form = document.querySelector("form[data-report]");
  const told = document.querySelector("[data-unsent]");
  if (!form || !told || !window.indexedDB) return;
  const mine = form.dataset.report;
  let sending = false;
  let expired = false;

  function say(what) {
    expired = what === "expired";
    told.querySelector("[data-unsent-text]").textContent = told.dataset[what] ?? "";
    told.hidden = !what;
    if (what) told.scrollIntoView({ block: "nearest" });
  }

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("huiyin-incidents", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  async function kept(mode, act) {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
    });
  }
  const keep = (report) => kept("readwrite", (store) => store.put(report));
  const forget = (key) => kept("readwrite", (store) => store.delete(key));
  const waiting = async () => (await kept("readonly", (store) => store.getAll())).filter((report) => report.by === mine);

  // What is sent is what was written down; only the token against forged forms is that of the page that sends it.
  function body(report) {
    const data = new FormData();
    for (const [name, value] of report.entries) data.append(name, value);
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return data;
  }

  // "sent", "wrong" (it must be filled in anew), "expired" (nobody is signed in), "away" (no connection, or the server is in trouble).
  async function send(report) {
    let answer;
    try {
      answer = await fetch(report.address, { method: "POST", body: body(report), credentials: "same-origin" });
    } catch {
      return ["away"];
    }
    if (answer.redirected && /\/incidents\/received\//.test(answer.url)) return ["sent", answer.url];
    if (answer.redirected || answer.status === 401 || answer.status === 403) return ["expired"];
    if (answer.status === 422) return ["wrong"];
    return ["away"];
  }

  async function sendAll() {
    if (sending) return;
    sending = true;
    try {
      for (const report of await waiting()) {
        if (Date.now() - report.at > TOO_OLD) {
          await forget(report.key);
          say("old");
          continue;
        }
        say("sending");
        const [outcome, address] = await send(report);
        if (outcome === "sent" || outcome === "wrong") await forget(report.key);
        if (outcome === "sent") return location.assign(address);
        say(outcome);
        if (outcome !== "wrong") return;
      }
    } catch {
      say("");
    } finally {
      sending = false;
    }
  }

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name) return; // a button that asks for something else
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    const entries = [...new FormData(form).entries()].filter(([name]) => name !== "csrfmiddlewaretoken");
    const report = { key: form.elements._key.value, by: mine, at: Date.now(), address: location.href, entries };
    try {
      await keep(report);
    } catch {
      form.submit(); // a browser that keeps nothing still sends the form
      return;
    }
    say("sending");
    const [outcome, address] = await send(report);
    if (outcome === "sent") {
      await forget(report.key);
      location.assign(address);
    } else if (outcome === "wrong") {
      await forget(report.key);
      form.submit(); // the page that comes back says what is wrong
    } else {
      say(outcome);
      form.hidden = true; // it is written down; to fill it in again would double it
    }
  });

  addEventListener("online", sendAll);
  // Whoever has signed in on another page comes back to one whose token is worth nothing any more.
  document.addEventListener("visibilitychange", () => {
    if (expired && !document.hidden) location.reload();
  });
  setInterval(sendAll, AGAIN);
  sendAll();
})();
