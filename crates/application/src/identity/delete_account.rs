use plinth_domain::{Invalid, Membership, OrganizationId, Password, User, UserStatus, codes};
use plinth_ports::{Invalidation, Login, SystemUnit};

use super::{ACCOUNT_IN_OTHER_CELL, second_factor::check_fresh, verify::WRONG};
use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
    sso::keep_break_glass,
};

/// How many organizations a refusal names.
const NAMED: usize = 100;

impl Application {
    /// Deletes the caller's account: the memberships, sessions, API keys and identities at providers
    /// end, and the user has no name, address or password any more. An account without a password
    /// needs a fresh proof instead. The user's identity stays, in what the audit log and
    /// records say.
    ///
    /// # Errors
    /// [`Error::SoleOwner`] while an organization has no other owner; where the user is the last owner
    /// with a second factor of one that requires its connection.
    pub async fn delete_account(
        &self,
        caller: &Caller,
        password: Option<Password>,
    ) -> Result<(), Error> {
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("user.delete"), async move {
            let verified = match password {
                Some(password) => app.verify_caller(&caller, password).await?,
                None => app.without_password(&caller).await?,
            };
            let id = verified.user.id;
            if app.is_member_in_other_cell(id).await? {
                let detail = "the account is a member of organizations in other cells";
                return Err(Error::conflict(ACCOUNT_IN_OTHER_CELL, detail));
            }
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let login = app.lock_for_deletion(&mut *unit, &caller, &verified).await?;
            let memberships = unit.memberships(id).await?;
            check_owners(&mut *unit, &memberships).await?;
            keep_break_glass(&mut *unit, &memberships).await?;
            let now = unit.now();
            for membership in &memberships {
                unit.remove_membership(membership).await?;
                // Without the member's name and address.
                let audit = AuditRecord::of("member.left", "member", Some(id.uuid()));
                app.record(&mut *unit, membership, audit, &caller.origin).await?;
            }
            app.end_api_keys(&mut *unit, id, &caller.origin).await?;
            let Login { user, password_version, .. } = login;
            let password_version = password_version + 1;
            let user = User::erase(user, now);
            let gone = Login { user, password: None, password_version, factor: None };
            unit.update_login(&gone).await?;
            unit.remove_identities(id).await?;
            unit.remove_avatar(id).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::User(id)).await;
            committed
        })
        .await
    }

    /// The caller's account, which has no password.
    async fn without_password(&self, caller: &Caller) -> Result<Login, Error> {
        let user = caller.access.principal().user().ok_or(Error::USERS_ONLY)?;
        let mut unit = self.ports.stores.system.begin_for(caller.access.organization()).await?;
        let login = unit.find_user(user).await?.ok_or(Error::INVALID_TOKEN)?;
        if login.password.is_some() {
            let missing = Invalid::new(codes::FIELD_REQUIRED, "the account has a password");
            return Err(Error::field("/password", missing));
        }
        Ok(login)
    }

    /// Locks the account, whose session and password are still those of the request. The organizations
    /// are locked before the memberships, so these are not locked here.
    async fn lock_for_deletion(
        &self,
        unit: &mut dyn SystemUnit,
        caller: &Caller,
        verified: &Login,
    ) -> Result<Login, Error> {
        let login = unit.lock_user(verified.user.id).await?;
        let login = login.filter(|login| login.user.status == UserStatus::Active);
        let login = login.ok_or(Error::INVALID_TOKEN)?;
        let organization = caller.access.organization();
        let session = unit.session_of_access_token(organization, &caller.credential).await?;
        let session = session.filter(|session| session.admits(self.ports.clock.now()));
        let session = session.ok_or(Error::INVALID_TOKEN)?;
        if login.password.is_none() {
            check_fresh(&session, unit.now())?;
        }
        if login.password_version == verified.password_version { Ok(login) } else { Err(WRONG) }
    }
}

/// Refuses to leave an organization without an owner. A command that makes or removes an owner locks
/// the organization, too.
async fn check_owners(unit: &mut dyn SystemUnit, of: &[Membership]) -> Result<(), Error> {
    let mut sole: Vec<(OrganizationId, String)> = Vec::new();
    for membership in of.iter().filter(|membership| membership.role.is_owner()) {
        let Some(owned) = unit.lock_organization(membership.organization).await? else { continue };
        if sole.len() < NAMED && unit.count_owners(owned.id).await? <= 1 {
            sole.push((owned.id, owned.name.as_str().to_owned()));
        }
    }
    if sole.is_empty() { Ok(()) } else { Err(Error::SoleOwner { organizations: sole }) }
}
