// Lists the newest mails, asks for new ones every two seconds, and shows the one that is chosen.
"use strict";

const element = (id) => document.getElementById(id);
let mails = [];

function show(mail) {
  element("mail").hidden = false;
  element("subject").textContent = mail.subject;
  element("to").textContent = mail.to;
  element("sent").textContent = new Date(mail.sent_at).toLocaleString();
  element("text").textContent = mail.text;
  element("html").src = `mail/${mail.id}/html`;
  // A frame without scripts opens no pages: the links of the mail are shown beside it.
  const links = (mail.text.match(/https?:\/\/\S+/g) ?? []).map((address) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.target = "_blank";
    link.rel = "noreferrer";
    link.textContent = address;
    item.append(link);
    return item;
  });
  element("links").replaceChildren(...links);
}

function entry(mail) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.textContent = `${mail.subject} → ${mail.to}`;
  button.addEventListener("click", () => show(mail));
  item.append(button);
  return item;
}

async function refresh() {
  try {
    const newest = await (await fetch("mail/newest")).json();
    if (newest.length && newest[0].id !== mails[0]?.id) {
      mails = newest;
      element("mails").replaceChildren(...mails.map(entry));
    }
    element("told").textContent = newest.length ? "" : "No mail was written yet.";
  } catch {
    element("told").textContent = "The server does not answer.";
  }
  setTimeout(refresh, 2000);
}

refresh();
