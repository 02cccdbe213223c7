//! Logins by the connection of an organization to its provider of identities: docs/identity.md.
//!
//! The provider of an organization is trusted there and nowhere else. Its users are members, found by the
//! subject, and at the first login by an address in a domain that the organization has proven. A session
//! that it has opened neither leads to other organizations nor changes the account.

mod admission;
mod begin;
mod enter;
mod join;

use std::borrow::Cow;

use plinth_domain::{Id, Session, SsoConnection, SsoConnectionId};
use plinth_ports::OidcProvider;
use uuid::Uuid;

use crate::{Application, Error};

pub use begin::{BegunSso, SsoTarget};

plinth_domain::codes! {
    SSO_DOMAIN_OTHER = "sso.domain_other",
        "The provider tells an address that is in no proven domain of the organization.";
    SSO_ROLE_GONE = "sso.role_gone",
        "The connection gives a role that does not exist any more: an owner chooses another one.";
    SSO_REQUIRED = "sso.required",
        "Members of the organization log in by its provider of identities only. An owner may log in with \
         a second factor, too.";
    SSO_SESSION = "sso.session",
        "A session by an organization's provider of identities does not do this: log in in another way.";
}

/// What the names of connections begin with, where those of the installation's providers stand.
const PREFIX: &str = "sso-";

/// What a client asks for.
const SCOPES: [&str; 3] = ["openid", "email", "profile"];

/// The connection of this name; `None` for the name of another provider.
pub(super) fn connection_of(provider: &str) -> Option<SsoConnectionId> {
    let id = provider.strip_prefix(PREFIX).filter(|id| id.len() == 36)?;
    Uuid::try_parse(id).ok().map(Id::from_uuid)
}

/// Refuses what a session by the connection of an organization does not do.
pub(in crate::identity) fn refuse_sso(session: &Session) -> Result<(), Error> {
    let detail = "a session by an organization's provider does not do this: log in in another way";
    match session.connection {
        None => Ok(()),
        Some(_) => Err(Error::Refused { code: SSO_SESSION, detail: Cow::Borrowed(detail) }),
    }
}

impl Application {
    /// The provider of a connection, and the organization's client there.
    async fn sso_provider(&self, connection: &SsoConnection) -> Result<OidcProvider, Error> {
        let organization = connection.organization;
        let client_secret = match &connection.secret {
            None => None,
            Some(secret) => {
                let mut unit = self.ports.stores.system.begin_for(organization).await?;
                let sealed = unit.find_secret(organization, secret.id).await?;
                let sealed = sealed.ok_or(Error::NotFound("provider"))?;
                Some(self.ports.security.vault.open(organization.into(), &sealed)?)
            }
        };
        let values = &connection.values;
        let id = format!("{PREFIX}{}", connection.id);
        Ok(OidcProvider {
            name: id.clone(),
            id,
            issuer: values.issuer.as_str().to_owned(),
            client_id: values.client_id.as_str().to_owned(),
            client_secret,
            scopes: SCOPES.map(str::to_owned).to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_named_by_its_id_in_one_form() {
        let id = Uuid::from_u128(7);
        assert_eq!(connection_of(&format!("sso-{id}")), Some(Id::from_uuid(id)));
        for other in
            ["google", "sso-", "sso-google", &id.to_string(), &format!("sso-{}", id.simple())]
        {
            assert_eq!(connection_of(other), None, "{other}");
        }
    }
}
