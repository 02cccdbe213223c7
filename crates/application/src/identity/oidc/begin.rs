use plinth_domain::Timestamp;
use plinth_ports::{AuthorizationRequest, OidcProvider, Origin};

use super::{
    state::{Purpose, State},
    told,
};
use crate::{Application, Error};

/// A login that goes on at a provider.
pub struct BegunOidc {
    /// Where the browser goes.
    pub authorization_url: String,
    /// What the client needs to complete the login: no one else may have it.
    pub binding: String,
    /// When it is too late to complete the login.
    pub expires_at: Timestamp,
}

impl Application {
    /// Begins a login at a provider. With `reauthenticates`, the user has to log in there also where
    /// they are logged in.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown provider; the provider does not answer.
    pub async fn begin_oidc_login(
        &self,
        origin: &Origin,
        provider: &str,
        reauthenticates: bool,
    ) -> Result<BegunOidc, Error> {
        self.throttle_address(origin).await?;
        self.begin_oidc(self.oidc_provider(provider)?, Purpose::Login, reauthenticates).await
    }

    pub(super) async fn begin_oidc(
        &self,
        provider: &OidcProvider,
        purpose: Purpose,
        reauthenticates: bool,
    ) -> Result<BegunOidc, Error> {
        let (security, now) = (&self.ports.security, self.ports.clock.now());
        let (key, id) = (&security.key, &provider.id);
        let state = State::new(key, &*security.secrets, id, purpose, reauthenticates, now);
        let request = AuthorizationRequest {
            redirect_uri: self.ports.oidc.redirect_uri(provider),
            state: state.text().to_owned(),
            nonce: state.nonce(key),
            verifier: state.verifier(key),
            reauthenticates,
        };
        let url = self.ports.oidc.client.authorization_url(provider, request).await;
        Ok(BegunOidc {
            authorization_url: url.map_err(|error| told(id, &error))?,
            binding: state.binding().to_owned(),
            expires_at: state.expires_at(),
        })
    }
}
