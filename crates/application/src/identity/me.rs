use plinth_domain::{Access, Principal, User};
use plinth_ports::Affiliation;

use crate::{Application, Caller, Error, command::person};

/// What a caller may know about themselves.
#[derive(Debug, Clone)]
pub struct Me {
    /// What they are admitted to.
    pub access: Access,
    /// The person: the caller, or the API key's creator.
    pub user: User,
    /// All of the person's places; for an API key only the one it acts in.
    pub affiliations: Vec<Affiliation>,
}

impl Application {
    /// Tells a caller who they are, where, and what they may do.
    pub async fn me(&self, caller: &Caller) -> Result<Me, Error> {
        let access = caller.access;
        let mut unit = self.ports.system.begin().await?;
        let user = person(access.principal())?;
        let login = unit.find_user(user).await?.ok_or(Error::INVALID_TOKEN)?;
        let mut affiliations = unit.affiliations(user).await?;
        if let Principal::ApiKey { .. } = access.principal() {
            affiliations.retain(|place| place.organization.id == access.organization());
        }
        Ok(Me { access, user: login.user, affiliations })
    }
}
