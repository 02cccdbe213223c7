use plinth_domain::{DomainName, Email, Slug};
use plinth_ports::Origin;

use super::super::{begin::BegunOidc, state::Purpose};
use crate::{Application, Error};

/// By what a client finds the connection.
#[derive(Debug, Clone)]
pub enum SsoTarget {
    /// By the domain of an address. Whether there is an account of it makes no difference.
    Address(Email),
    /// By the slug of the organization.
    Organization(Slug),
}

/// A login that goes on at the provider of an organization.
pub struct BegunSso {
    /// The name of the connection, by which the login is completed.
    pub provider: String,
    /// How it goes on.
    pub begun: BegunOidc,
}

impl Application {
    /// Begins a login by the connection of an organization.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the domain is no proven one, or there is no such organization, or it has
    /// no connection; the provider does not answer.
    pub async fn begin_sso_login(
        &self,
        origin: &Origin,
        target: SsoTarget,
        reauthenticates: bool,
    ) -> Result<BegunSso, Error> {
        self.throttle_address(origin).await?;
        let mut unit = self.ports.stores.system.begin().await?;
        let connection = match target {
            SsoTarget::Address(email) => match DomainName::of(&email) {
                Some(domain) => unit.find_sso_of_domain(&domain).await?,
                None => None,
            },
            SsoTarget::Organization(slug) => unit.find_sso_of_slug(&slug).await?,
        };
        drop(unit);
        let connection = connection.ok_or(Error::NotFound("connection"))?;
        let provider = self.sso_provider(&connection).await?;
        let begun = self.begin_oidc(&provider, Purpose::Login, reauthenticates).await?;
        Ok(BegunSso { provider: provider.id, begun })
    }
}
