//! The connection of an organization to a provider of identities of its own.

mod roles;

use crate::{Id, Invalid, OrganizationId, Revision, SecretRef, Text, Timestamp, UserId};

pub use roles::{RoleMapping, RoleRule, SsoRole};

crate::codes! {
    SSO_ISSUER_MALFORMED = "sso.issuer_malformed",
        "An issuer is no address of 1 to 500 visible ASCII characters.";
    SSO_ROLE_OWNER = "sso.role_owner", "A provider of identities makes no owners.";
    SSO_CLAIM_MALFORMED = "sso.claim_malformed",
        "The name of a claim is not 1 to 100 visible ASCII characters.";
}

/// The identity of a connection.
pub type SsoConnectionId = Id<SsoConnection>;

/// The id of the organization's client at the provider.
pub type SsoClientId = Text<500>;

/// The issuer of a provider, exactly as its tokens have it: 1 to 500 visible ASCII characters. Which
/// addresses may be called is the operator's decision, and is checked apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoIssuer(String);

impl SsoIssuer {
    /// The maximum length in characters.
    pub const MAX: usize = 500;

    /// Parses an issuer.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits =
            (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            let detail = "1 to 500 ASCII characters without white space";
            return Err(Invalid::new(SSO_ISSUER_MALFORMED, detail));
        }
        Ok(Self(text.to_owned()))
    }

    /// The issuer as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an organization says about its connection, apart from the client's secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoValues {
    /// The issuer of the provider.
    pub issuer: SsoIssuer,
    /// The client there.
    pub client_id: SsoClientId,
    /// The role of a new member for whom no rule of the mapping holds.
    pub role: SsoRole,
    /// What claims decide about the role.
    pub mapping: Option<RoleMapping>,
    /// Whether members log in by the connection only.
    pub is_required: bool,
}

/// The connection of an organization to its provider of identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoConnection {
    /// The identity.
    pub id: SsoConnectionId,
    /// The organization, which has one connection.
    pub organization: OrganizationId,
    /// What the organization says about it.
    pub values: SsoValues,
    /// The secret of the client; `None` for a public client.
    pub secret: Option<SecretRef>,
    /// When a member first logged in by it; `None` for one that has not been shown to work.
    pub proven_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

impl SsoConnection {
    /// A new connection.
    #[must_use]
    pub const fn create(
        id: SsoConnectionId,
        organization: OrganizationId,
        values: SsoValues,
        secret: Option<SecretRef>,
        at: Timestamp,
    ) -> Self {
        Self { id, organization, values, secret, proven_at: None, revision: Revision::first(at) }
    }

    /// Whether these values name the client of this connection, at the same provider.
    #[must_use]
    pub fn has_client_of(&self, values: &SsoValues) -> bool {
        self.values.issuer == values.issuer && self.values.client_id == values.client_id
    }

    /// The connection with other values. To another client it is another connection, with this id: a
    /// subject is known to one client, and the client has to be shown to work.
    #[must_use]
    pub fn replace(
        self,
        id: SsoConnectionId,
        values: SsoValues,
        secret: Option<SecretRef>,
        at: Timestamp,
    ) -> Self {
        let is_same = self.has_client_of(&values);
        let (id, proven_at) = if is_same { (self.id, self.proven_at) } else { (id, None) };
        Self { id, values, secret, proven_at, revision: self.revision.next(at), ..self }
    }

    /// The connection, by which members need not log in any more.
    #[must_use]
    pub fn make_optional(self, at: Timestamp) -> Self {
        let values = SsoValues { is_required: false, ..self.values };
        Self { values, revision: self.revision.next(at), ..self }
    }

    /// The next revision, which ends the logins that are under way.
    #[must_use]
    pub fn renew(self, at: Timestamp) -> Self {
        Self { revision: self.revision.next(at), ..self }
    }
}

/// The identity of a [`SsoIdentity`].
pub type SsoIdentityId = Id<SsoIdentity>;

/// A member at the provider of the organization's connection. It logs in to this organization and to no
/// other one, and ends with the connection and with the membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsoIdentity {
    /// The identity here.
    pub id: SsoIdentityId,
    /// The organization.
    pub organization: OrganizationId,
    /// The connection.
    pub connection: SsoConnectionId,
    /// The user at the provider (`sub`): 1 to 255 printable ASCII characters.
    pub subject: String,
    /// The user, who is a member of the organization.
    pub user: UserId,
    /// When the user first logged in by it.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;

    fn values(issuer: &str, client: &str) -> SsoValues {
        SsoValues {
            issuer: SsoIssuer::parse(issuer).unwrap(),
            client_id: SsoClientId::parse(client).unwrap(),
            role: SsoRole::new(Role::Viewer.into()).unwrap(),
            mapping: None,
            is_required: false,
        }
    }

    #[test]
    fn a_connection_to_another_client_is_another_one_that_has_to_be_shown_to_work() {
        let id = uuid::Uuid::nil();
        let at = Timestamp::UNIX_EPOCH;
        let known = values("https://a.example", "plinth");
        let made =
            SsoConnection::create(Id::from_uuid(id), Id::from_uuid(id), known.clone(), None, at);
        assert_eq!(made.proven_at, None);
        let proven = SsoConnection { proven_at: Some(at), ..made };
        let required = SsoValues { is_required: true, ..known };
        let next = Id::from_uuid(uuid::Uuid::from_u128(7));
        let kept = proven.clone().replace(next, required, None, at);
        assert_eq!((kept.id, kept.proven_at), (proven.id, Some(at)));
        assert_eq!(kept.revision, proven.revision.next(at));
        for other in [values("https://b.example", "plinth"), values("https://a.example", "other")] {
            let replaced = proven.clone().replace(next, other, None, at);
            assert_eq!((replaced.id, replaced.proven_at), (next, None));
        }
        assert_eq!(proven.clone().renew(at).proven_at, Some(at));
    }

    #[test]
    fn an_issuer_is_visible_ascii() {
        for bad in ["", "https://a.example/ä", "https://a b.example", &"a".repeat(501)] {
            assert_eq!(SsoIssuer::parse(bad).unwrap_err().code, SSO_ISSUER_MALFORMED, "{bad}");
        }
    }
}
