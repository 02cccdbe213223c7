use plinth_domain::{OrganizationId, Session, Slug, UserId, UserStatus};
use plinth_ports::{Affiliation, Login, SystemUnit, TokenKey};

use crate::{Application, Caller, Error};

/// An account that is locked until commit, with its memberships of active organizations. Nothing
/// opens, rotates or revokes sessions of the account meanwhile.
pub(super) struct Account {
    pub(super) login: Login,
    pub(super) places: Vec<Affiliation>,
}

impl Account {
    /// Locks an account; `None` when there is none, or it is disabled.
    pub(super) async fn lock(
        unit: &mut dyn SystemUnit,
        user: UserId,
    ) -> Result<Option<Self>, Error> {
        let login = unit.lock_user(user).await?;
        Self::locked(unit, login).await
    }

    /// Locks the account of the session with this refresh token.
    pub(super) async fn lock_by_session(
        unit: &mut dyn SystemUnit,
        refresh: &TokenKey,
    ) -> Result<Option<Self>, Error> {
        let login = unit.lock_user_of_session(refresh).await?;
        Self::locked(unit, login).await
    }

    async fn locked(
        unit: &mut dyn SystemUnit,
        login: Option<Login>,
    ) -> Result<Option<Self>, Error> {
        let Some(login) = login.filter(|login| login.user.status == UserStatus::Active) else {
            return Ok(None);
        };
        let places = unit.lock_affiliations(login.user.id).await?;
        Ok(Some(Self { login, places }))
    }

    /// Whether the password is still the one that was verified.
    pub(super) fn still_has_password_of(&self, verified: &Login) -> bool {
        self.login.password_version == verified.password_version
    }

    /// The membership of an organization.
    pub(super) fn place(&self, organization: OrganizationId) -> Option<Affiliation> {
        self.places.iter().find(|place| place.organization.id == organization).cloned()
    }

    /// The membership of the organization with this slug, or else the oldest one.
    pub(super) fn place_called(&self, slug: Option<&Slug>) -> Option<Affiliation> {
        let is_wanted =
            |place: &&Affiliation| slug.is_none_or(|slug| place.organization.slug == *slug);
        self.places.iter().find(is_wanted).cloned()
    }

    /// The place that a login by the account's own means leads to: the wanted one, or else the oldest
    /// one whose connection admits the login. Where none does, it is the oldest one, which refuses it.
    pub(super) async fn place_for(
        &self,
        unit: &mut dyn SystemUnit,
        wanted: Option<&Slug>,
    ) -> Result<Option<Affiliation>, Error> {
        let has_factor = self.login.needs_factor();
        let places: &[Affiliation] = if wanted.is_none() { &self.places } else { &[] };
        for place in places {
            let connection = unit.lock_sso(place.organization.id).await?;
            let is_required = connection.is_some_and(|connection| connection.values.is_required);
            let is_exempt = has_factor && place.membership.role.is_owner();
            if !is_required || is_exempt {
                return Ok(Some(place.clone()));
            }
        }
        Ok(self.place_called(wanted))
    }
}

impl Application {
    /// Locks the account of a caller, and checks that the caller's session has not been revoked
    /// since the request was authenticated.
    pub(super) async fn lock_caller(
        &self,
        unit: &mut dyn SystemUnit,
        caller: &Caller,
    ) -> Result<(Account, Session), Error> {
        let user = caller.session_user()?;
        let account = Account::lock(unit, user).await?.ok_or(Error::INVALID_TOKEN)?;
        let organization = caller.access.organization();
        let session = unit.session_of_access_token(organization, &caller.credential).await?;
        let session = session.filter(|session| session.admits(self.ports.clock.now()));
        Ok((account, session.ok_or(Error::INVALID_TOKEN)?))
    }
}
