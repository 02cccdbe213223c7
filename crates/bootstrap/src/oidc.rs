use std::sync::Arc;

use plinth_application::Oidc;
use plinth_oidc_client::HttpOidc;
use plinth_outgoing::Outgoing;
use plinth_ports::{Clock, OidcProvider};
use plinth_settings::{OidcProviderSettings, OidcProviders, Settings};

use crate::mail;

/// The page of the API that completes logins; those of the providers are below.
const PAGE: &str = "/account/oidc";

/// The providers of identities, called by this client.
pub(crate) fn providers(settings: &Settings, client: Outgoing, clock: Arc<dyn Clock>) -> Oidc {
    let oidc = &settings.oidc;
    let providers = oidc.providers.as_ref().map(OidcProviders::as_slice).unwrap_or_default();
    let redirect_base = match &oidc.redirect_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => mail::public_url(settings) + PAGE,
    };
    Oidc {
        client: Arc::new(HttpOidc::new(client, clock)),
        providers: providers.iter().map(provider).collect(),
        redirect_base,
    }
}

fn provider(set: &OidcProviderSettings) -> OidcProvider {
    OidcProvider {
        id: set.id.clone(),
        name: set.name.clone(),
        issuer: set.issuer.clone(),
        client_id: set.client_id.clone(),
        client_secret: set.client_secret.clone(),
        scopes: set.scopes.clone(),
    }
}
