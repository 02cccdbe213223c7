use async_trait::async_trait;
use plinth_domain::{
    AddressBlock, ApiKey, ApiKeyId, Email, Job, OrganizationId, RetentionDays, Session, Timestamp,
    Upload, UploadState,
};
use plinth_ports::{Admission, Result, SystemStore, SystemUnit, TokenHash, TokenKey};

use super::{MemoryStore, draft::Draft, system_unit::SystemDraft};

#[async_trait]
impl SystemStore for MemoryStore {
    async fn begin(&self) -> Result<Box<dyn SystemUnit>> {
        Ok(Box::new(SystemDraft(self.draft().await?)))
    }

    async fn begin_for(&self, _: OrganizationId) -> Result<Box<dyn SystemUnit>> {
        SystemStore::begin(self).await
    }

    async fn find_session(&self, access: &TokenKey) -> Result<Option<Admission<Session>>> {
        let tables = self.snapshot();
        // No token here is of an earlier version, which names no organization.
        let Some(organization) = access.organization else { return Ok(None) };
        let row = tables.sessions.of(organization).find(|row| row.tokens.access == access.hash);
        Ok(row.and_then(|row| {
            tables.admission(row.session, row.session.organization, row.session.user)
        }))
    }

    async fn find_api_key(&self, secret: &TokenKey) -> Result<Option<Admission<ApiKey>>> {
        let tables = self.snapshot();
        let mut secrets = tables.api_key_secrets.iter();
        let key = secrets
            .find(|(key, stored)| secret.organization == Some(key.0) && **stored == secret.hash);
        let key = key.map(|(key, _)| key);
        Ok(key.and_then(|key| {
            let key = tables.records.api_keys.get(key)?;
            tables.admission(key.clone(), key.organization, key.created_by)
        }))
    }

    async fn is_known_client(&self, email: &Email, client: AddressBlock) -> Result<bool> {
        let tables = self.snapshot();
        let Some(account) = tables.users.values().find(|row| row.user.email == *email) else {
            return Ok(false);
        };
        let mut sessions = tables.sessions.values();
        let opened =
            sessions.any(|row| row.session.user == account.user.id && row.client.block() == client);
        Ok(opened && client != AddressBlock::of(None))
    }

    async fn find_sessions(
        &self,
        access: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<Session>)>> {
        let mut found = Vec::new();
        for &(organization, hash) in access {
            let key = TokenKey { organization: Some(organization), hash };
            found.extend(self.find_session(&key).await?.map(|admission| (hash, admission)));
        }
        Ok(found)
    }

    async fn find_api_keys(
        &self,
        secrets: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<ApiKey>)>> {
        let mut found = Vec::new();
        for &(organization, hash) in secrets {
            let key = TokenKey { organization: Some(organization), hash };
            found.extend(self.find_api_key(&key).await?.map(|admission| (hash, admission)));
        }
        Ok(found)
    }

    async fn touch_api_key(
        &self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()> {
        let mut draft = self.draft().await?;
        if let Some(key) = draft.tables.records.api_keys.get_mut(&(organization, key)) {
            key.last_used_at = Some(at);
        }
        draft.commit()
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64> {
        let mut draft = self.draft().await?;
        let tables = &mut draft.tables;
        let finished = |upload: &Upload| upload.state == UploadState::Finished;
        let gone = tables.uploads.retain(|_, row| row.expires_at > now || !finished(row))
            + tables.replies.retain(|_, row| row.expires_at > now)
            + tables.used_oidc_states.retain(|_, expires_at| *expires_at > now)
            + tables.sessions.retain(|_, row| !row.is_over(now))
            + tables.records.jobs.retain(|_, job| !is_over(job, now));
        draft.commit()?;
        Ok(gone as u64)
    }

    async fn retentions(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<(OrganizationId, RetentionDays)>> {
        let tables = self.snapshot();
        let rest = tables.organizations.iter().filter(|(id, _)| after.is_none_or(|a| **id > a));
        Ok(rest.take(limit as usize).map(|(id, one)| (*id, one.settings.retention)).collect())
    }

    async fn remove_old_entries(
        &self,
        organization: OrganizationId,
        kept: RetentionDays,
        limit: u32,
    ) -> Result<u64> {
        let mut draft = self.draft().await?;
        let until = draft.now() - chrono::Days::new(kept.days().into());
        let removed = draft.tables.shorten_chain(organization, until, limit);
        draft.commit()?;
        Ok(removed)
    }

    async fn drop_empty_partitions(&self) -> Result<u64> {
        Ok(0)
    }
}

/// Whether the job ended 30 days ago or earlier.
fn is_over(job: &Job, now: Timestamp) -> bool {
    job.finished_at.is_some_and(|end| end <= now - chrono::Days::new(30))
}

impl MemoryStore {
    pub(super) async fn draft(&self) -> Result<Draft> {
        let turn = self.turn().await?;
        Ok(Draft::new(self.snapshot(), Some(turn)))
    }
}
