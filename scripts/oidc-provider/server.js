// A provider of identities for tests, on a free port of loopback: `oidc-provider`, a certified
// implementation of OpenID Connect. It prints one line of JSON for its port. The parameter `login_hint`
// of the request says who logs in, without a form:
//
//     ada             ada@example.com, verified, with a name
//     unverified-ada  ada@example.com, not verified
//     silent-ada      no address and no name
//     nameless-ada    nameless-ada@example.com, verified, without a name
//     lead-ada        as ada, and the claim `groups` has also `leads` beside `staff`
//
// Without the hint the answer is a page with a form. Browsers are sent back to the addresses of the command
// line; one that ends with `*` stands for all that begin so.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const redirectUris = process.argv.slice(2);

function claimsOf(id) {
  const [, kind, name] = /^(?:(unverified|silent|nameless|lead)-)?(.*)$/.exec(id);
  if (kind === "silent") return { sub: id };
  const claims = { sub: id, email: `${kind === "nameless" ? id : name}@example.com`, email_verified: kind !== "unverified" };
  claims.groups = kind === "lead" ? ["staff", "leads"] : ["staff"];
  if (kind !== "nameless") claims.name = name[0].toUpperCase() + name.slice(1);
  return claims;
}

function start(issuer) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "plinth",
        client_secret: "a-secret-of-the-client-and-long-enough",
        redirect_uris: redirectUris,
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    cookies: { keys: ["a key of tests"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(id) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    // Everyone has agreed to what the client asks for.
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600 },
  });
  provider.Client.prototype.redirectUriAllowed = (uri) =>
    redirectUris.some((allowed) => (allowed.endsWith("*") ? uri.startsWith(allowed.slice(0, -1)) : uri === allowed));
  return provider;
}

const FORM = '<!doctype html><title>Provider</title><form method="get"><input name="as"><button>Log in</button></form>';

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = start(`http://127.0.0.1:${port}`);
  const handle = provider.callback();
  server.on("request", async (request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    if (!url.pathname.startsWith("/interaction/")) return handle(request, response);
    try {
      const { params } = await provider.interactionDetails(request, response);
      const accountId = url.searchParams.get("as") ?? params.login_hint;
      if (!accountId) {
        response.setHeader("Content-Type", "text/html");
        return response.end(FORM);
      }
      const result = accountId === "refuses" ? { error: "access_denied" } : { login: { accountId } };
      return await provider.interactionFinished(request, response, result);
    } catch (error) {
      response.statusCode = 500;
      return response.end(String(error));
    }
  });
  console.log(JSON.stringify({ port }));
});
