use plinth_domain::{Access, Email, Principal, Slug, User};
use plinth_ports::Affiliation;

use crate::{Application, Caller, Error, command::person};

/// The caller's account.
#[derive(Debug, Clone)]
pub struct Me {
    /// The access that the credential gives.
    pub access: Access,
    /// The user: the caller, or the creator of the API key.
    pub user: User,
    /// The user's memberships; for an API key, and for a session by the connection of an
    /// organization, only that of its organization.
    pub affiliations: Vec<Affiliation>,
}

impl Application {
    /// An account's membership in an organization, for the command line alone: it looks across
    /// organizations without a permission, so no request may reach it. `None` when the account does
    /// not exist or is not a member.
    pub async fn find_affiliation(
        &self,
        email: &Email,
        organization: &Slug,
    ) -> Result<Option<Affiliation>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let Some(login) = unit.find_login(email).await? else { return Ok(None) };
        let affiliations = unit.affiliations(login.user.id).await?;
        Ok(affiliations.into_iter().find(|found| found.organization.slug == *organization))
    }

    /// Reads the caller's account, memberships and permissions.
    pub async fn me(&self, caller: &Caller) -> Result<Me, Error> {
        let access = caller.access;
        let mut unit = self.ports.stores.system.begin_for(access.organization()).await?;
        let user = person(access.principal())?;
        let login = unit.find_user(user).await?.ok_or(Error::INVALID_TOKEN)?;
        let mut affiliations = unit.affiliations(user).await?;
        let organization = access.organization();
        let is_bound = if let Principal::User(_) = access.principal() {
            let session = unit.session_of_access_token(organization, &caller.credential).await?;
            session.ok_or(Error::INVALID_TOKEN)?.connection.is_some()
        } else {
            true
        };
        if is_bound {
            affiliations.retain(|place| place.organization.id == organization);
        }
        Ok(Me { access, user: login.user, affiliations })
    }
}
