use async_trait::async_trait;
use plinth_domain::{
    ApiKey, DocumentVersion, Invitation, Timestamp, Upload, UploadProgress, UploadState,
};
use plinth_ports::{Counted, Result, Usage};

use super::unit::Unit;

#[async_trait]
impl Usage for Unit {
    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, _name: &'static str) -> Result<()> {
        Ok(())
    }

    async fn count(&mut self, counted: Counted, now: Timestamp) -> Result<u64> {
        let organization = self.organization_id();
        let invitations = || {
            let open = self.records::<Invitation>().filter(|row| row.status(now) == "pending");
            open.map(|_| 1).sum::<u64>()
        };
        let uploads = || {
            let all = self.tables().uploads.of(organization);
            all.filter(|row| row.state == UploadState::Open && row.expires_at > now)
        };
        Ok(match counted {
            Counted::Members => {
                let members = self.tables().memberships.of(organization);
                members.map(|_| 1).sum::<u64>() + invitations()
            }
            Counted::OpenInvitations => invitations(),
            Counted::LiveApiKeys => self
                .records::<ApiKey>()
                .filter(|row| row.agent_run.is_none() && row.is_live(now))
                .map(|_| 1)
                .sum(),
            Counted::OpenUploads => uploads().map(|_| 1).sum(),
            Counted::StoredBytes => {
                let versions = self.records::<DocumentVersion>().map(|row| row.size_bytes);
                let held = |row: &Upload| {
                    let UploadProgress { offset, reserved, .. } = row.progress;
                    // The rest of one that joins others is counted there.
                    let declared = row.length.filter(|_| row.joins.is_empty());
                    declared.unwrap_or(offset).max(reserved)
                };
                versions.sum::<u64>() + uploads().map(held).sum::<u64>()
            }
        })
    }
}
