//! The connection of an organization to its provider of identities, and the domains that it proves.
//! Logins by it are in `identity/oidc/sso.rs`.

mod break_glass;
mod connection;
mod domains;

use plinth_domain::{
    CustomRoleId, OrganizationDomain, Permission, RoleMapping, RoleRef, SecretRef, SsoConnection,
    SsoRole,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Error, Query, Reading, View, resource::Resource};

pub use break_glass::LastBreakGlass;
pub(crate) use break_glass::keep_break_glass;
pub use connection::{NewSso, PutSso, RemoveSso};
pub use domains::{ClaimDomain, GetDomain, ListDomains, RemoveDomain};

plinth_domain::codes! {
    SSO_ISSUER_FORBIDDEN = "sso.issuer_forbidden",
        "The issuer is none that the operator lets Plinth call.";
    SSO_ISSUER_UNUSABLE = "sso.issuer_unusable",
        "There are no metadata and keys of a provider of OpenID Connect at the issuer.";
    SSO_SECRET_BOUND = "sso.secret_bound",
        "The secret is not sent to another client or issuer: give it again, or null.";
    SSO_UNPROVEN = "sso.unproven",
        "Log in by the connection once, before members log in by it only.";
    SSO_LAST_BREAK_GLASS = "sso.last_break_glass",
        "Members log in by the connection only, and no other owner has a second factor.";
    SSO_NO_DOMAIN = "sso.no_domain",
        "Prove a domain, before members log in by the connection only.";
    DOMAIN_TAKEN = "domain.taken", "Another organization has proven the domain.";
    DOMAIN_EXISTS = "domain.exists", "The organization has the domain already.";
    DOMAIN_UNPROVEN = "domain.unproven",
        "The TXT record of the domain is not there, or says something else.";
    DOMAIN_UNREACHABLE = "domain.unreachable",
        "The domain name system does not answer; try again.";
    DOMAIN_LAST = "domain.last",
        "Members log in by the connection only, and it needs this proven domain.";
}

impl Resource for SsoConnection {
    const KIND: &'static str = "sso_connection";
    const TOPIC: &'static str = "sso_connections";
    const READ: Permission = Permission::SsoRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        let values = &self.values;
        json!({
            "issuer": values.issuer.as_str(),
            "client_id": values.client_id.as_str(),
            "secret": self.secret.as_ref().map(SecretRef::shown),
            "role": named(values.role),
            "mapping": values.mapping.as_ref().map(mapping),
            "required": values.is_required,
            "proven_at": self.proven_at,
            "version": self.revision.version.number(),
        })
    }
}

fn named(role: SsoRole) -> String {
    match role.reference() {
        RoleRef::BuiltIn(role) => role.name().to_owned(),
        RoleRef::Custom(id) => id.to_string(),
    }
}

fn mapping(mapping: &RoleMapping) -> Value {
    let rules = mapping.rules().iter();
    let rules = rules.map(|rule| json!({"value": rule.value.as_str(), "role": named(rule.role)}));
    json!({"claim": mapping.claim(), "rules": rules.collect::<Vec<_>>()})
}

/// Whether a connection gives this custom role to new members.
pub(crate) fn gives(connection: &SsoConnection, role: CustomRoleId) -> bool {
    roles_of(connection).any(|given| given.reference() == RoleRef::Custom(role))
}

fn roles_of(connection: &SsoConnection) -> impl Iterator<Item = SsoRole> {
    let values = &connection.values;
    let rules = values.mapping.as_ref().map(RoleMapping::rules).unwrap_or_default();
    rules.iter().map(|rule| rule.role).chain([values.role])
}

impl Resource for OrganizationDomain {
    const KIND: &'static str = "organization_domain";
    const TOPIC: &'static str = "organization_domains";
    const READ: Permission = Permission::SsoRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        json!({
            "domain": self.domain.as_str(),
            "verified_at": self.verified_at,
            "version": self.revision.version.number(),
        })
    }
}

/// Reads the connection.
#[derive(Debug, Clone, Copy)]
pub struct GetSso;

impl Query for GetSso {
    const NAME: &'static str = "sso_connection.get";
    const PERMISSION: Permission = Permission::SsoRead;
    type Output = SsoConnection;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<SsoConnection, Error> {
        view.unit.sso().connection().await?.ok_or(NO_CONNECTION)
    }
}

const NO_CONNECTION: Error = Error::NotFound("connection");
