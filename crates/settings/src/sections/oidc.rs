use url::Url;

use crate::{
    declaration::section,
    oidc_providers::OidcProviders,
    readers::{BaseUrl, Maybe, OidcProviderList},
    setting::plain,
};

section! {
    "oidc"
    /// Logins by providers of identities (OpenID Connect): docs/identity.md.
    pub struct Oidc {
        /// The providers, as a JSON array. Each has `id` (its name in paths: small letters, digits and
        /// hyphens), `name` (on a button), `issuer` (exactly as in its tokens), `client_id`, and perhaps
        /// `client_secret` and `scopes` (by default `openid`, `email` and `profile`).
        providers: Option<OidcProviders> = "providers" by Maybe(OidcProviderList),
            plain().example("'[{\"id\":\"google\",\"name\":\"Google\",\"issuer\":\"https://accounts.google.com\",\"client_id\":\"…\",\"client_secret\":\"…\"}]'");

        /// Where providers send browsers back to. Each has an address of its own, which is registered
        /// there: this one, `/` and the id of the provider. By default the page `/account/oidc` below
        /// `server.public_url`. A client with pages of its own completes the login there.
        redirect_url: Option<Url> = "redirect_url" by Maybe(BaseUrl),
            plain().example("https://app.example.com/login/callback");
    }
}
