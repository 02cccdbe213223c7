// Gives the token of a mail's link to the API. The pages are those of `PAGES`; each asks for the fields
// of its form, or for nothing but a press of its button.
"use strict";

const PAGES = {
  verify: {
    title: ["Confirm your address", "Adresse bestätigen"],
    button: ["Confirm", "Bestätigen"],
    done: ["Your address is confirmed.", "Ihre Adresse ist bestätigt."],
    path: "auth/email/verify",
    fields: [],
  },
  reset: {
    title: ["Choose a new password", "Neues Passwort wählen"],
    button: ["Save", "Speichern"],
    done: ["The password is changed. You can log in with it.", "Das Passwort ist geändert. Sie können sich damit anmelden."],
    path: "auth/password/reset",
    fields: ["password"],
    completion: "new-password",
  },
  invitation: {
    title: ["Accept the invitation", "Einladung annehmen"],
    button: ["Accept", "Annehmen"],
    told: [
      "If you have an account with this address, give its password. Otherwise choose one, and tell your name.",
      "Haben Sie ein Konto mit dieser Adresse, geben Sie dessen Passwort an. Sonst wählen Sie eines und nennen Ihren Namen.",
    ],
    done: ["You are a member now. You can log in.", "Sie sind jetzt Mitglied. Sie können sich anmelden."],
    path: "invitations/accept",
    fields: ["name", "password"],
    completion: "current-password",
  },
  forgot: {
    title: ["Forgotten password", "Passwort vergessen"],
    button: ["Send the mail", "E-Mail senden"],
    done: [
      "If the address has an account, a mail with a link is on its way.",
      "Gibt es zu der Adresse ein Konto, ist eine E-Mail mit einem Link unterwegs.",
    ],
    path: "auth/password/forgot",
    fields: ["email"],
  },
};

const german = navigator.language.startsWith("de");
const say = ([english, other]) => (german ? other : english);
const element = (id) => document.getElementById(id);
const page = PAGES[location.pathname.split("/").pop()];
const token = location.hash.slice(1);
// The token stays in no history.
history.replaceState(null, "", location.pathname);

document.documentElement.lang = german ? "de" : "en";
document.title = say(page.title);
element("title").textContent = say(page.title);
element("send").textContent = say(page.button);
element("told").textContent = page.told ? say(page.told) : "";
for (const label of document.querySelectorAll("[data-field]")) {
  if (!page.fields.includes(label.dataset.field)) label.remove();
}
const password = document.querySelector("[name=password]");
if (password) password.autocomplete = page.completion;
element("form").hidden = false;

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  element("send").disabled = true;
  const given = [...new FormData(event.target)].filter(([, value]) => value !== "");
  const body = Object.fromEntries(given);
  if (token) body.token = token;
  try {
    const answer = await fetch(`../api/v1/${page.path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      element("form").remove();
      element("told").textContent = say(page.done);
      return;
    }
    const problem = await answer.json();
    const faults = (problem.errors ?? []).map((fault) => fault.detail);
    element("told").textContent = [problem.detail ?? problem.title, ...faults].join(" ");
  } catch {
    element("told").textContent = say(["The server does not answer.", "Der Server antwortet nicht."]);
  }
  element("send").disabled = false;
});
