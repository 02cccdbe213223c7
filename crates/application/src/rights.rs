//! Rights that are handed on, and that end together with the rights of those who handed them on.

use plinth_domain::{
    Access, ApiKey, ApiKeyId, AssignedRole, Invitation, Membership, Permission, Principal, Role,
    UserId,
};
use plinth_ports::Invalidation;

use crate::{AuditRecord, ByProject, Context, Error, project_rights::check, resource::Found};

impl Context<'_> {
    /// Locks the rights in the organization until the command ends, and reads the caller's again.
    /// Returns the number of owners.
    ///
    /// From then on the command's time is that of the lock, so that it comes after the command
    /// that it has waited for.
    pub(crate) async fn lock_rights(&mut self, permission: Permission) -> Result<u64, Error> {
        let owners = self.unit.members().lock_owners().await?;
        self.now = owners.locked_at;
        self.read_rights(permission).await?;
        Ok(owners.count)
    }

    /// Reads the caller's rights again: they may have ended since the request was admitted.
    pub(crate) async fn read_rights(&mut self, permission: Permission) -> Result<(), Error> {
        self.access = self.access_now().await?;
        self.access.require(permission)?;
        Ok(())
    }

    /// Does so where a role on a single project may admit the caller.
    pub(crate) async fn read_rights_by(
        &mut self,
        permission: Permission,
        by: ByProject<'_>,
    ) -> Result<(), Error> {
        self.access = self.access_now().await?;
        check(&mut *self.unit, &self.access, permission, by).await
    }

    /// What the caller may do now.
    async fn access_now(&mut self) -> Result<Access, Error> {
        Ok(match self.access.principal() {
            Principal::User(user) => {
                Access::of_member(&self.membership(user).await?).assured(self.access.assurance())
            }
            Principal::ApiKey { id, creator } => {
                let membership = self.membership(creator).await?;
                let key = self.unit.api_keys().find(id).await?;
                let access = key.and_then(|key| Access::of_api_key(&key, &membership, self.now));
                access.ok_or(Error::INVALID_TOKEN)?
            }
            Principal::Operator { session, .. } => {
                let session = self.unit.support_sessions().find(session).await?;
                let access = session.and_then(|found| Access::of_support_session(&found, self.now));
                access.ok_or(Error::INVALID_TOKEN)?
            }
            Principal::Worker(_) | Principal::Webhook(_) | Principal::DocumentLink(_) => {
                self.access
            }
        })
    }

    /// Refuses a user who has not proved lately who they are.
    pub(crate) fn check_fresh_proof(&self) -> Result<(), Error> {
        if self.access.has_fresh_proof(self.now) { Ok(()) } else { Err(Error::STEP_UP_REQUIRED) }
    }

    /// Does so where an owner is made, changed or removed.
    pub(crate) fn check_proof_for(&self, roles: &[AssignedRole]) -> Result<(), Error> {
        if roles.iter().any(|role| role.is_owner()) { self.check_fresh_proof() } else { Ok(()) }
    }

    async fn membership(&mut self, user: UserId) -> Result<Membership, Error> {
        let member = self.unit.members().find(user).await?;
        let membership = member.map(|member| member.membership);
        membership.filter(Membership::is_active).ok_or(Error::INVALID_TOKEN)
    }

    /// The API key that the caller uses, if it is one.
    pub(crate) async fn own_key(&mut self) -> Result<Option<ApiKey>, Error> {
        let Some(id) = self.access.principal().api_key() else { return Ok(None) };
        self.unit.api_keys().get(id).await.map(Some)
    }

    /// Revokes the keys that a key has created, directly or not, and withdraws the invitations that
    /// it and they have created.
    pub(crate) async fn end_works_of_key(
        &mut self,
        key: ApiKeyId,
    ) -> Result<Vec<AuditRecord>, Error> {
        let descendants = self.unit.api_keys().descendants(key).await?;
        let keys: Vec<_> = descendants.iter().map(|key| key.id).chain([key]).collect();
        let mut audits = self.revoke(descendants).await?;
        let pending = self.unit.invitations().pending_by(&keys).await?;
        audits.extend(self.withdraw(pending).await?);
        Ok(audits)
    }

    /// Revokes the keys of a user who is no longer a member, with those that they have created for
    /// service accounts, and withdraws the user's invitations.
    pub(crate) async fn end_works_of_user(
        &mut self,
        user: UserId,
    ) -> Result<Vec<AuditRecord>, Error> {
        let mut keys = self.unit.api_keys().created_by(user).await?;
        for index in 0..keys.len() {
            let descendants = self.unit.api_keys().descendants(keys[index].id).await?;
            for key in descendants {
                if !keys.iter().any(|known| known.id == key.id) {
                    keys.push(key);
                }
            }
        }
        let mut audits = self.revoke(keys).await?;
        let pending = self.unit.invitations().pending_of(user).await?;
        audits.extend(self.withdraw(pending).await?);
        Ok(audits)
    }

    /// Withdraws the invitations that a member would not be allowed to create any more.
    pub(crate) async fn end_excess_of(
        &mut self,
        member: &Membership,
    ) -> Result<Vec<AuditRecord>, Error> {
        let access = Access::of_member(member);
        // An owner may offer every role.
        if access.may_invite(Role::Owner.into()) {
            return Ok(Vec::new());
        }
        let mut excess = Vec::new();
        for invitation in self.unit.invitations().pending_of(member.user).await? {
            let role = self.find_role(invitation.role).await?;
            if !role.is_some_and(|role| access.may_invite(role)) {
                excess.push(invitation);
            }
        }
        self.withdraw(excess).await
    }

    async fn revoke(&mut self, keys: Vec<ApiKey>) -> Result<Vec<AuditRecord>, Error> {
        let mut audits = Vec::with_capacity(keys.len());
        for before in keys {
            let after = before.clone().revoke(self.now)?;
            self.unit.api_keys().update(&after).await?;
            // A manager's key may have created keys of service accounts.
            self.forget(Invalidation::Member(after.organization, after.created_by));
            audits.push(AuditRecord::changed("api_key.revoked", &before, &after)?);
        }
        Ok(audits)
    }

    /// Closes the invitations that have expired, so that their addresses can be invited again.
    pub(crate) async fn close_expired_invitations(&mut self) -> Result<Vec<AuditRecord>, Error> {
        let expired = self.unit.invitations().expired(self.now).await?;
        self.close(expired, "invitation.expired").await
    }

    async fn withdraw(&mut self, pending: Vec<Invitation>) -> Result<Vec<AuditRecord>, Error> {
        self.close(pending, "invitation.revoked").await
    }

    async fn close(
        &mut self,
        pending: Vec<Invitation>,
        action: &'static str,
    ) -> Result<Vec<AuditRecord>, Error> {
        let mut audits = Vec::with_capacity(pending.len());
        for before in pending {
            let after = before.clone().revoke(self.now)?;
            self.unit.invitations().update(&after).await?;
            audits.push(AuditRecord::changed(action, &before, &after)?);
        }
        Ok(audits)
    }
}
