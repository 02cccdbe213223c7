use async_trait::async_trait;
use plinth_domain::{
    ApiKey, ApiKeyId, Job, OrganizationId, Session, Timestamp, Upload, UploadState,
};
use plinth_ports::{Admission, Result, SystemStore, SystemUnit, TokenHash};

use super::{MemoryStore, draft::Draft, system_unit::SystemDraft};

#[async_trait]
impl SystemStore for MemoryStore {
    async fn begin(&self) -> Result<Box<dyn SystemUnit>> {
        Ok(Box::new(SystemDraft(self.draft().await?)))
    }

    async fn find_session(&self, access: &TokenHash) -> Result<Option<Admission<Session>>> {
        let tables = self.snapshot();
        let row = tables.sessions.values().find(|row| row.access == *access);
        Ok(row.and_then(|row| {
            let membership = tables.admits(row.session.organization, row.session.user)?;
            Some(Admission { credential: row.session, membership })
        }))
    }

    async fn find_api_key(&self, secret: &TokenHash) -> Result<Option<Admission<ApiKey>>> {
        let tables = self.snapshot();
        let row = tables.api_keys.values().find(|row| row.secret == *secret);
        Ok(row.and_then(|row| {
            let membership = tables.admits(row.key.organization, row.key.created_by)?;
            Some(Admission { credential: row.key.clone(), membership })
        }))
    }

    async fn touch_api_key(
        &self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()> {
        let mut draft = self.draft().await?;
        if let Some(row) = draft.tables.api_keys.get_mut(&(organization, key)) {
            row.key.last_used_at = Some(at);
        }
        draft.commit()
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64> {
        let mut draft = self.draft().await?;
        let tables = &mut draft.tables;
        let finished = |upload: &Upload| upload.state == UploadState::Finished;
        let gone = tables.uploads.retain(|_, row| row.expires_at > now || !finished(row))
            + tables.replies.retain(|_, row| row.expires_at > now)
            + tables.sessions.retain(|_, row| row.session.expires_at > now)
            + tables.jobs.retain(|_, row| !is_forgotten(&row.job, now));
        draft.commit()?;
        Ok(gone as u64)
    }
}

/// Whether its end lies back a month.
fn is_forgotten(job: &Job, now: Timestamp) -> bool {
    job.finished_at.is_some_and(|end| end <= now - chrono::Days::new(30))
}

impl MemoryStore {
    pub(super) async fn draft(&self) -> Result<Draft> {
        let turn = self.turn().await?;
        Ok(Draft::new(self.snapshot(), Some(turn)))
    }
}
