// Shows the problems that have every given word in their code or meaning.
"use strict";

const filter = document.getElementById("filter");
const found = document.getElementById("found");
const entries = [...document.querySelectorAll(".entry")].map((entry) => ({
  entry,
  text: `${entry.id} ${entry.querySelector("p").textContent}`.toLowerCase(),
}));

function show() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { entry, text } of entries) {
    entry.hidden = !words.every((word) => text.includes(word));
    if (!entry.hidden) shown += 1;
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden = !section.querySelector(".entry:not([hidden])");
  }
  found.textContent = words.length ? `${shown} of ${entries.length} problems` : "";
}

filter.parentElement.hidden = false;
filter.addEventListener("input", show);
// What a link leads to is shown, and so is everything else.
addEventListener("hashchange", () => {
  filter.value = "";
  show();
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
});
