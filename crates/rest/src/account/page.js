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
  register: {
    title: ["Complete your registration", "Registrierung abschließen"],
    button: ["Save", "Speichern"],
    told: ["Choose the password of your account.", "Wählen Sie das Passwort Ihres Kontos."],
    done: ["Your registration is complete. You can log in.", "Ihre Registrierung ist abgeschlossen. Sie können sich anmelden."],
    path: "auth/register/complete",
    fields: ["password"],
    completion: "new-password",
  },
  email: {
    title: ["Change your address", "Adresse ändern"],
    button: ["Confirm", "Bestätigen"],
    done: ["Your account has the new address.", "Ihr Konto hat die neue Adresse."],
    // The answer says whether the address of before has to confirm, too.
    awaits: [
      "The new address is confirmed. A mail to your present address asks for the second confirmation.",
      "Die neue Adresse ist bestätigt. Eine E-Mail an Ihre bisherige Adresse bittet um die zweite Bestätigung.",
    ],
    path: "auth/email/change",
    fields: [],
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
    fields: ["name", "password", "code"],
    completion: "current-password",
  },
  shared: {
    title: ["A document for you", "Ein Dokument für Sie"],
    button: ["Download", "Herunterladen"],
    done: ["The download begins.", "Der Download beginnt."],
    path: "shared-documents/download",
    fields: ["password"],
    completion: "off",
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
if (password) {
  password.autocomplete = page.completion;
  if (page.completion === "new-password") password.minLength = 12;
}
element("form").hidden = page === PAGES.shared;
if (page === PAGES.shared) openShared();

// Says what the link leads to, and asks for a password only if it has one.
async function openShared() {
  try {
    const answer = await post("shared-documents/open", { token });
    const shared = await answer.json();
    element("told").textContent = answer.ok
      ? `${shared.name} (${Math.ceil(shared.size_bytes / 1024).toLocaleString()} KiB)`
      : (shared.detail ?? shared.title);
    if (!answer.ok) return;
    if (!shared.needs_password) password.parentElement.remove();
    element("form").hidden = false;
  } catch {
    element("told").textContent = say(["The server does not answer.", "Der Server antwortet nicht."]);
  }
}

function post(path, body) {
  return fetch(`../api/v1/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

// Only an account with a second factor is asked for a code.
function askForCode() {
  const code = document.querySelector("[name=code]");
  code.parentElement.hidden = false;
  code.required = true;
  code.focus();
}

element("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  element("send").disabled = true;
  const given = [...new FormData(event.target)].filter(([, value]) => value !== "");
  const body = Object.fromEntries(given);
  // Devices show six digits; anything else is a recovery code.
  if (body.code && !/^[0-9 ]{6,7}$/.test(body.code)) {
    body.recovery_code = body.code;
    delete body.code;
  }
  if (token) body.token = token;
  try {
    const answer = await post(page.path, body);
    if (answer.ok) {
      element("form").remove();
      if (page === PAGES.shared) location.assign((await answer.clone().json()).url);
      const awaits = page.awaits && (await answer.json()).state === "awaits_current_address";
      element("told").textContent = say(awaits ? page.awaits : page.done);
      return;
    }
    const problem = await answer.json();
    if (problem.code === "auth.second_factor_needed") askForCode();
    const faults = (problem.errors ?? []).map((fault) => fault.detail);
    element("told").textContent = [problem.detail ?? problem.title, ...faults].join(" ");
  } catch {
    element("told").textContent = say(["The server does not answer.", "Der Server antwortet nicht."]);
  }
  element("send").disabled = false;
});
