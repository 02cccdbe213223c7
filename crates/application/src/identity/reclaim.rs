use plinth_domain::{Invitation, Name, Timestamp, User, UserId, UserStatus};
use plinth_ports::{Actor, Affiliation, Login, Origin, PasswordHash, SystemUnit};

use super::{account::Account, verify::WRONG};
use crate::{Application, AuditRecord, Error};

/// A new password for an account whose address was only claimed, set by the one who holds an
/// invitation to the address and does not know the account's password.
pub(super) struct Reclaim {
    pub(super) found: Login,
    pub(super) password: PasswordHash,
    pub(super) name: Option<Name>,
}

impl Application {
    /// Whether the holder of an invitation's token may set a new password for the account of the
    /// invited address.
    ///
    /// An account whose address is proven is never given away. One whose address is only claimed goes
    /// to the one who proves the address. A token that the inviter has seen proves nothing: it gives
    /// only an account that is no member anywhere, so that an inviter reaches nothing of others.
    pub(super) async fn may_reclaim(
        &self,
        unit: &mut dyn SystemUnit,
        login: &Login,
        invitation: &Invitation,
    ) -> Result<bool, Error> {
        let User { id, status, email_verified_at, .. } = login.user;
        // A service account has no password and no person.
        let is_person = status == UserStatus::Active && login.password.is_some();
        if !is_person || email_verified_at.is_some() {
            return Ok(false);
        }
        if invitation.proves_address {
            return Ok(true);
        }
        Ok(!unit.is_member(id).await? && !self.is_member_elsewhere(id).await?)
    }

    /// Sets the new password of a locked account, and ends what the previous holder of the account has opened: its
    /// sessions, API keys, second factor and identities at providers.
    pub(super) async fn reclaim(
        &self,
        unit: &mut dyn SystemUnit,
        account: Account,
        reclaim: Reclaim,
        invitation: &Invitation,
        origin: &Origin,
    ) -> Result<User, Error> {
        let now = self.ports.clock.now();
        let unchanged = account.still_has_password_of(&reclaim.found);
        if !unchanged || !self.may_reclaim(unit, &account.login, invitation).await? {
            return Err(WRONG);
        }
        let mut login = account.login.with_password(reclaim.password, now);
        login.user.email_verified_at = invitation.proves_address.then_some(now);
        login.user.name = reclaim.name.unwrap_or(login.user.name);
        // It was that of the previous holder.
        login.factor = None;
        self.end_claim(unit, &login, &account.places, (origin, now)).await?;
        Ok(login.user)
    }

    /// Stores a login without what its previous holder has proved, and ends what the holder has opened:
    /// sessions, identities at providers and API keys.
    pub(super) async fn end_claim(
        &self,
        unit: &mut dyn SystemUnit,
        login: &Login,
        places: &[Affiliation],
        (origin, now): (&Origin, Timestamp),
    ) -> Result<(), Error> {
        let id = login.user.id;
        unit.update_login(login).await?;
        unit.revoke_sessions(id, now).await?;
        unit.remove_identities(id).await?;
        self.end_api_keys(unit, id, origin).await?;
        for place in places {
            let audit = AuditRecord::of("user.reclaimed", "user", Some(id.uuid()));
            let entry = audit.entry(Actor::System, origin.clone(), &*self.ports.ids, now);
            unit.append(place.organization.id, &entry).await?;
        }
        Ok(())
    }

    /// Revokes the API keys of a user in all organizations.
    pub(super) async fn end_api_keys(
        &self,
        unit: &mut dyn SystemUnit,
        user: UserId,
        origin: &Origin,
    ) -> Result<(), Error> {
        let now = unit.now();
        for before in unit.revoke_api_keys(user, now).await? {
            let after = before.clone().revoke(now)?;
            let audit = AuditRecord::changed("api_key.revoked", &before, &after)?;
            let entry = audit.entry(Actor::System, origin.clone(), &*self.ports.ids, now);
            unit.append(before.organization, &entry).await?;
        }
        Ok(())
    }
}
