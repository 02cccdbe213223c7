// Begins and completes logins by providers of identities. What completes a login is kept in the tab
// (sessionStorage), so that a page that another one has led here completes nothing. Each provider comes
// back to an address of its own, so that no answer is taken for that of another one. The session is in
// cookies, for the pages of this origin.
"use strict";

const TEXTS = {
  title: ["Log in", "Anmelden"],
  name: ["Your name", "Ihr Name"],
  organization: ["Name of your organization", "Name Ihrer Organisation"],
  create: ["Create the account", "Konto anlegen"],
  code: ["Code of your device", "Code Ihres Geräts"],
  confirm: ["Confirm", "Bestätigen"],
  with: ["Log in with", "Anmelden mit"],
  email: ["Your address at work", "Ihre Adresse bei der Arbeit"],
  go: ["Log in by your organization", "Über Ihre Organisation anmelden"],
  unconnected: [
    "No organization logs users of this address in.",
    "Keine Organisation meldet Benutzer mit dieser Adresse an.",
  ],
  foreign: [
    "This login was not begun in this window. Please begin again.",
    "Diese Anmeldung wurde nicht in diesem Fenster begonnen. Bitte beginnen Sie neu.",
  ],
  refused: ["The provider has refused the login.", "Der Anbieter hat die Anmeldung abgelehnt."],
  unknown: [
    "You have no account yet. Create one:",
    "Sie haben noch kein Konto. Legen Sie eines an:",
  ],
  factor: ["Please confirm with your second factor.", "Bitte bestätigen Sie mit Ihrem zweiten Faktor."],
  done: ["You are logged in.", "Sie sind angemeldet."],
  linked: ["The identity is linked to your account.", "Die Identität ist mit Ihrem Konto verknüpft."],
  away: ["The server does not answer.", "Der Server antwortet nicht."],
};

const german = navigator.language.startsWith("de");
const text = (key) => TEXTS[key][german ? 1 : 0];
const element = (id) => document.getElementById(id);
const tell = (words) => {
  element("told").textContent = words;
};

document.documentElement.lang = german ? "de" : "en";
document.title = text("title");
element("title").textContent = text("title");
for (const labelled of document.querySelectorAll("[data-text]")) {
  labelled.textContent = text(labelled.dataset.text);
}

// The page of a provider is one level deeper than the script.
const API = new URL("../api/v1/", document.currentScript.src);
// The provider that has sent the browser here; none where a login begins.
const answering = location.pathname.match(/\/account\/oidc\/([^/]+)$/)?.[1];

const query = new URLSearchParams(location.search);
// The code stays in no history.
history.replaceState(null, "", location.pathname);

// The answer of the API: its status and its body.
async function send(path, body) {
  const headers = { "Content-Type": "application/json" };
  const csrf = document.cookie.match(/(?:^|; )(?:__Host-)?plinth_csrf=([^;]*)/);
  if (csrf) headers["X-CSRF-Token"] = csrf[1];
  const answer = await fetch(new URL(path, API), {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

function tellProblem(problem) {
  const faults = (problem.errors ?? []).map((fault) => fault.detail);
  tell([problem.detail ?? problem.title, ...faults].join(" "));
}

// Goes on to a path of this origin, whatever is stored.
function goTo(path) {
  if (!path) return false;
  const target = new URL(path, location.origin);
  if (target.origin !== location.origin) return false;
  location.replace(target.href);
  return true;
}

async function enter(session, returnTo) {
  const kept = await send("auth/cookies", { refresh_token: session.refresh_token });
  if (kept.status !== 200) return tellProblem(kept.body);
  for (const id of ["register", "factor"]) element(id).hidden = true;
  if (!goTo(returnTo)) tell(text("done"));
  return undefined;
}

// Shows a form, whose values become the body of a request that logs in.
function ask(id, words, path, bodyOf, returnTo) {
  tell(words);
  const form = element(id);
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { status, body } = await send(path, bodyOf(Object.fromEntries(new FormData(form))));
    if (status === 200 || status === 201) await enter(body, returnTo);
    else tellProblem(body);
  });
}

async function complete() {
  const key = `plinth.oidc.${query.get("state")}`;
  const begun = JSON.parse(sessionStorage.getItem(key) ?? "null");
  sessionStorage.removeItem(key);
  if (begun?.provider !== answering) return tell(text("foreign"));
  if (!query.has("code")) return tell(text("refused"));
  const answer = { code: query.get("code"), state: query.get("state"), binding: begun.binding };
  if (query.has("iss")) answer.iss = query.get("iss");
  const provider = encodeURIComponent(begun.provider);
  if (begun.links) {
    const linked = await send(`me/identities/${provider}/complete`, answer);
    if (linked.status !== 200) return tellProblem(linked.body);
    if (!goTo(begun.return_to)) tell(text("linked"));
    return undefined;
  }
  const { status, body } = await send(`auth/oidc/${provider}/complete`, answer);
  if (status === 200) return enter(body, begun.return_to);
  if (status === 202) {
    document.querySelector("[name=name]").value = body.name ?? "";
    const account = ({ name, organization }) => ({ token: body.token, name, organization: { name: organization } });
    return ask("register", text("unknown"), "auth/oidc/register", account, begun.return_to);
  }
  if (body.challenge) {
    const proof = ({ code }) => ({ challenge: body.challenge, code });
    return ask("factor", text("factor"), "auth/login/second-factor", proof, begun.return_to);
  }
  return tellProblem(body);
}

// Goes to the provider of a login that was begun.
function goOn(provider, { authorization_url: url, binding, return_to }) {
  const state = new URL(url).searchParams.get("state");
  sessionStorage.setItem(`plinth.oidc.${state}`, JSON.stringify({ provider, binding, return_to }));
  location.assign(url);
}

const start = () => (query.has("return_to") ? { return_to: query.get("return_to") } : {});

async function begin(provider) {
  const { status, body } = await send(`auth/oidc/${encodeURIComponent(provider)}/start`, start());
  return status === 200 ? goOn(provider, body) : tellProblem(body);
}

async function beginAtOrganization(email) {
  const { status, body } = await send("auth/sso/start", { email, ...start() });
  if (status === 404) return tell(text("unconnected"));
  return status === 200 ? goOn(body.provider, body) : tellProblem(body);
}

async function choose() {
  const form = element("sso");
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    beginAtOrganization(new FormData(form).get("email")).catch(() => tell(text("away")));
  });
  const { body } = await send("auth/oidc/providers");
  for (const { id, name } of body.data) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${text("with")} ${name}`;
    button.dataset.provider = id;
    button.addEventListener("click", () => begin(id).catch(() => tell(text("away"))));
    element("providers").append(button);
  }
}

(answering === undefined ? choose() : complete()).catch(() => tell(text("away")));
