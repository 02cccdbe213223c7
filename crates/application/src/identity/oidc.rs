//! Logins by providers of identities (OpenID Connect Core 1.0): docs/identity.md.
//!
//! An identity is an issuer and a subject. It belongs to one user, who logs in by it. What begins a
//! login is signed and not stored; that it was used is stored.

mod begin;
mod complete;
mod link;
mod new_account;
mod registration;
mod sso;
mod state;

use plinth_domain::Timestamp;
use plinth_ports::{ConfirmedIdentity, OidcError, OidcProvider};

use crate::{Application, Error};

pub use begin::BegunOidc;
pub use complete::{OidcAnswer, OidcLogin, OidcLoginEnd};
pub use new_account::{NewHome, OidcRegistration};
pub use registration::PendingIdentity;
pub(crate) use sso::CODES as SSO_CODES;
pub(super) use sso::refuse_sso;
pub use sso::{BegunSso, SsoTarget};

plinth_domain::codes! {
    IDENTITY_LAST = "identity.last",
        "It is the only way to log in to the account: set a password or link another one first.";
    IDENTITY_TAKEN = "identity.taken", "The identity is linked to another account.";
    IDENTITY_TOO_MANY = "identity.too_many", "The account has as many identities as it may.";
    INVITATION_OTHER_ADDRESS = "invitation.other_address",
        "The invitation is for another address than the one that the provider has confirmed.";
    OIDC_EMAIL_UNVERIFIED = "oidc.email_unverified",
        "The provider does not say that the address is the user's, so no account is found by it.";
    OIDC_INVALID_REGISTRATION = "oidc.invalid_registration",
        "The token of a registration is too old, or is none: log in at the provider again.";
    OIDC_INVALID_STATE = "oidc.invalid_state",
        "The login was not begun by this client, is too old, was used, or is of another provider.";
    OIDC_NOT_CONFIRMED = "oidc.not_confirmed",
        "The provider did not confirm who the user is: begin again.";
    OIDC_UNREACHABLE = "oidc.unreachable", "The provider does not answer; try again.";
}

/// The same for a state that is too old, was used, or is of another client or provider, and for a
/// text that is none.
const INVALID_STATE: Error = Error::Unauthenticated {
    code: OIDC_INVALID_STATE,
    detail: "the login was not begun here, is too old, or was used: begin again",
};

impl Application {
    /// The providers of the installation.
    #[must_use]
    pub fn oidc_providers(&self) -> &[OidcProvider] {
        &self.ports.oidc.providers
    }

    fn oidc_provider(&self, id: &str) -> Result<&OidcProvider, Error> {
        let found = self.oidc_providers().iter().find(|provider| provider.id == id);
        found.ok_or(Error::NotFound("provider"))
    }
}

/// When the user has proved who they are: when they logged in at the provider, where it tells.
fn proved_at(confirmed: &ConfirmedIdentity, now: Timestamp) -> Timestamp {
    confirmed.authenticated_at.map_or(now, |at| at.min(now))
}

/// What a client is told of a provider's failure; the rest is logged.
fn told(provider: &str, error: &OidcError) -> Error {
    tracing::warn!(provider, error = error as &dyn std::error::Error, "a provider's login failed");
    match error {
        OidcError::Unreachable(_) => {
            Error::Overloaded { code: OIDC_UNREACHABLE, detail: "the provider does not answer" }
        }
        OidcError::Refused(_) => Error::Unauthenticated {
            code: OIDC_NOT_CONFIRMED,
            detail: "the provider did not confirm who you are: begin again",
        },
    }
}
