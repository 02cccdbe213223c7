// Shows the OpenAPI document with Scalar, which asks no other server. Requests that are sent from the page
// have the token that is given in it, or else the session of the console.
"use strict";

// With the path that a proxy takes away.
const server = new URL("..", location.href).href.replace(/\/$/, "");
const asked = { method: "POST" };
let mayBeSignedIn = true;

// The cookie has the prefix where the server is reached by TLS.
function csrfToken() {
  return document.cookie.match(/(?:^|; )(?:__Host-)?plinth_csrf=([^;]+)/)?.[1];
}

// The cookie ends with the access token; the refresh token lives longer.
async function sessionToken() {
  if (!csrfToken() && mayBeSignedIn) {
    mayBeSignedIn = (await fetch(`${server}/api/v1/auth/cookies/refresh`, asked)).ok;
  }
  return csrfToken();
}

Scalar.createApiReference("#reference", {
  url: "../api/v1/openapi.json",
  servers: [{ url: server }],
  // The links of the page of problems lead to these.
  generateTagSlug: ({ name }) => name.replaceAll(" ", "-"),
  generateOperationSlug: ({ operationId }) => operationId,
  onRequestBuilt: async ({ request }) => {
    // Scalar sends an empty token where none is given.
    if (/^bearer \S/i.test(request.headers.get("Authorization") ?? "")) return;
    request.headers.delete("Authorization");
    const token = await sessionToken();
    if (token) request.headers.set("X-CSRF-Token", token);
  },
  documentDownloadType: "direct",
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
});
