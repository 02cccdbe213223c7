use async_trait::async_trait;
use plinth_domain::{Timestamp, UserId};
use plinth_ports::{
    IDENTITY_TAKEN, MAX_USER_IDENTITIES, Result, TokenHash, UserIdentities, UserIdentity,
    UserIdentityId,
};

use super::system_unit::SystemDraft;

#[async_trait]
impl UserIdentities for SystemDraft {
    async fn find_identity(&mut self, issuer: &str, subject: &str) -> Result<Option<UserIdentity>> {
        let is_it = |row: &&UserIdentity| row.issuer == issuer && row.subject == subject;
        Ok(self.0.tables.identities.values().find(is_it).cloned())
    }

    async fn identities(&mut self, user: UserId) -> Result<Vec<UserIdentity>> {
        let identities = self.0.tables.identities.values();
        let mut own: Vec<_> = identities.filter(|row| row.user == user).cloned().collect();
        own.sort_by_key(|identity| (identity.created_at, identity.id));
        own.truncate(MAX_USER_IDENTITIES);
        Ok(own)
    }

    async fn insert_identity(&mut self, identity: &UserIdentity) -> Result<()> {
        let taken = self.find_identity(&identity.issuer, &identity.subject).await?.is_some();
        let exists = self.0.tables.identities.contains(&identity.id);
        let no_user = !self.0.tables.users.contains(&identity.user);
        self.0.forbid(exists, "user_identities_pkey")?;
        self.0.forbid(taken, IDENTITY_TAKEN.0)?;
        self.0.forbid(no_user, "user_identities_user_id_fkey")?;
        self.0.tables.identities.insert(identity.id, identity.clone());
        Ok(())
    }

    async fn touch_identity(&mut self, identity: UserIdentityId, at: Timestamp) -> Result<()> {
        if let Some(row) = self.0.tables.identities.get_mut(&identity) {
            row.last_used_at = at;
        }
        Ok(())
    }

    async fn remove_identity(&mut self, user: UserId, identity: UserIdentityId) -> Result<bool> {
        let identities = &mut self.0.tables.identities;
        Ok(identities.retain(|id, row| *id != identity || row.user != user) == 1)
    }

    async fn remove_identities(&mut self, user: UserId) -> Result<()> {
        self.0.tables.identities.retain(|_, row| row.user != user);
        Ok(())
    }

    async fn use_oidc_state(&mut self, state: &TokenHash, expires_at: Timestamp) -> Result<bool> {
        let states = &mut self.0.tables.used_oidc_states;
        let is_first = !states.contains(state);
        if is_first {
            states.insert(*state, expires_at);
        }
        Ok(is_first)
    }
}
