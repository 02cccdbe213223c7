//! The processing of a version by a worker.

use plinth_domain::{
    DOCUMENT_CONTENT_LOST, DOCUMENT_CORRUPTED, DOCUMENT_PROCESSING_FAILED, Document,
    DocumentVersion, JobDraft, JobId, OrganizationId, Permission, Verdict,
};
use plinth_ports::{
    Direction, DocumentVersionFilter, DocumentVersionSort, Findings, PageRequest, Sort,
    UnprocessedVersion,
};
use serde::{Deserialize, Serialize};

use crate::{
    Application, AuditRecord, Command, Context, Error, JobKind, Recorded, documents::VersionRef,
    knowledge,
};

/// The job that inspects a version and stores its properties, text and thumbnails.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProcessDocument {
    /// The version.
    pub version: VersionRef,
}

impl JobKind for ProcessDocument {
    const KIND: &'static str = "document.process";
    /// Over about eight minutes: a machine that is busy or short of memory recovers meanwhile.
    const MAX_ATTEMPTS: u16 = 10;
}

/// The job that marks a version as failed because the object storage has lost its bytes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportLostContent {
    /// The version.
    pub version: VersionRef,
}

impl JobKind for ReportLostContent {
    const KIND: &'static str = "document.lost";

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}", Self::KIND, self.version.version))
    }
}

/// The job that marks a version as failed because no job processes it any more.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FailUnprocessed {
    /// The version.
    pub version: VersionRef,
}

impl JobKind for FailUnprocessed {
    const KIND: &'static str = "document.unprocessed";

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}", Self::KIND, self.version.version))
    }
}

/// Whether a version still exists. The files of one that was removed must go, too: they may have
/// been written after the purge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// It exists.
    Present,
    /// It was removed with its document.
    Removed,
}

/// What a worker that begins to process a version finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// The version is to be processed.
    Begun(Box<DocumentVersion>),
    /// An earlier attempt has ended its processing.
    Ended,
    /// It was removed with its document.
    Removed,
}

/// A worker begins to process a version.
#[derive(Debug, Clone, Copy)]
pub struct StartProcessing(pub VersionRef);

impl Command for StartProcessing {
    const NAME: &'static str = "document.start_processing";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = Started;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Started>, Error> {
        let Some((document, version)) = self.0.find(ctx).await? else {
            return Ok(Recorded::without_audit(Started::Removed));
        };
        let Ok(started) = version.start(ctx.now) else {
            return Ok(Recorded::without_audit(Started::Ended));
        };
        let audit = store(ctx, document, started.clone(), "document.processing").await?;
        Ok(Recorded::new(Started::Begun(Box::new(started)), audit))
    }
}

/// A worker has processed a version.
#[derive(Debug, Clone)]
pub struct FinishProcessing {
    /// The version.
    pub of: VersionRef,
    /// The SHA-256 of the inspected bytes.
    pub sha256: [u8; 32],
    /// The number of the inspected bytes.
    pub size_bytes: u64,
    /// The findings, or why the file cannot be read.
    pub findings: Result<Findings, Verdict>,
}

impl Command for FinishProcessing {
    const NAME: &'static str = "document.finish_processing";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = VersionState;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<VersionState>, Error> {
        let Some((document, version)) = self.of.find(ctx).await? else {
            return Ok(Recorded::without_audit(VersionState::Removed));
        };
        let intact = version.sha256.is_none_or(|sha256| sha256 == self.sha256)
            && version.size_bytes == self.size_bytes;
        let is_current = document.current.id == version.id;
        let (ended, action, text) = match self.findings {
            _ if !intact => (version.reject(corrupted(), ctx.now), "document.rejected", None),
            Err(verdict) => {
                (version.give_up(self.sha256, verdict, ctx.now), "document.unreadable", None)
            }
            Ok(findings) => {
                let ready = version.finish(self.sha256, ctx.now).map(|version| DocumentVersion {
                    properties: findings.properties,
                    has_thumbnails: !findings.thumbnails.is_empty(),
                    ..version
                });
                (ready, "document.ready", findings.text)
            }
        };
        // The lease had expired, and another worker was faster.
        let Ok(ended) = ended else {
            return Ok(Recorded::without_audit(VersionState::Present));
        };
        if let Some(text) = text.filter(|_| is_current) {
            knowledge::index(ctx, &document, ended.id, &text).await?;
        }
        let audit = store(ctx, document, ended, action).await?;
        Ok(Recorded::new(VersionState::Present, audit))
    }
}

/// A version was not processed, and no further attempt is made.
#[derive(Debug, Clone)]
pub struct FailProcessing {
    /// The version; `None` when the job's payload, which names it, cannot be read.
    pub of: Option<VersionRef>,
    /// The job that was to process the version.
    pub job: JobId,
    /// The reason, for the uploader.
    pub detail: String,
}

impl Command for FailProcessing {
    const NAME: &'static str = "document.fail_processing";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = VersionState;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<VersionState>, Error> {
        let of = match self.of {
            Some(of) => Some(of),
            None => VersionRef::of_job(self.job, ctx).await?,
        };
        let found = match of {
            Some(of) => of.find(ctx).await?,
            None => None,
        };
        let Some((document, version)) = found else {
            return Ok(Recorded::without_audit(VersionState::Removed));
        };
        let verdict = Verdict::new(DOCUMENT_PROCESSING_FAILED, self.detail);
        let Ok(failed) = version.fail(verdict, ctx.now) else {
            return Ok(Recorded::without_audit(VersionState::Present));
        };
        let audit = store(ctx, document, failed, "document.failed").await?;
        Ok(Recorded::new(VersionState::Present, audit))
    }
}

/// The object storage has lost the bytes of a version.
#[derive(Debug, Clone, Copy)]
pub struct LoseContent(pub VersionRef);

impl Command for LoseContent {
    const NAME: &'static str = "document.lose_content";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let Some((document, version)) = self.0.find(ctx).await? else {
            return Ok(Recorded::without_audit(()));
        };
        let verdict =
            Verdict::new(DOCUMENT_CONTENT_LOST, "its content is gone from the object storage");
        let audit = store(ctx, document, version.lose(verdict, ctx.now), "document.failed").await?;
        Ok(Recorded::new((), audit))
    }
}

impl Application {
    /// A job for each version, up to `limit`, whose processing has not ended although no job will
    /// go on with it: its job was cancelled, or was removed, or died without its handler.
    pub async fn unprocessed_versions(
        &self,
        limit: u16,
    ) -> Result<Vec<(OrganizationId, JobDraft)>, Error> {
        let stuck = self.ports.files.ledger.unprocessed(limit).await?;
        let fail = |version: UnprocessedVersion| {
            let UnprocessedVersion { organization, document, version } = version;
            let version = VersionRef { document, version };
            Ok((organization, FailUnprocessed { version }.draft()?))
        };
        stuck.into_iter().map(fail).collect()
    }
}

impl VersionRef {
    /// The version that a job was enqueued for.
    async fn of_job(job: JobId, ctx: &mut Context<'_>) -> Result<Option<Self>, Error> {
        let filter = DocumentVersionFilter { document: None, job: Some(job) };
        let sort = Sort { by: DocumentVersionSort::CreatedAt, direction: Direction::Ascending };
        let page = PageRequest::first(1, sort);
        let found = ctx.unit.document_versions().list(&filter, &page).await?.items.pop();
        Ok(found.map(|version| Self { document: version.document, version: version.id }))
    }

    async fn find(
        self,
        ctx: &mut Context<'_>,
    ) -> Result<Option<(Document, DocumentVersion)>, Error> {
        let document = ctx.unit.documents().find(self.document).await?;
        let Some(document) = document else { return Ok(None) };
        let version = ctx.unit.document_versions().find(self.version).await?;
        Ok(version.map(|version| (document, version)))
    }
}

/// Stores a version. If it is the newest one, stores its document, too: the representation of the
/// document changes, so its `ETag` must change.
async fn store(
    ctx: &mut Context<'_>,
    before: Document,
    version: DocumentVersion,
    action: &'static str,
) -> Result<AuditRecord, Error> {
    ctx.unit.document_versions().update(&version).await?;
    if before.current.id != version.id {
        return Ok(AuditRecord::about(action, &before));
    }
    let after = before.clone().supersede(version, ctx.now);
    ctx.unit.documents().update(&after).await?;
    AuditRecord::changed(action, &before, &after)
}

fn corrupted() -> Verdict {
    Verdict::new(DOCUMENT_CORRUPTED, "what is stored is not what was uploaded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::PurgeDocument;

    const ID: &str = "01a1f990-3deb-7000-8000-000000000001";

    fn rewritten<J: JobKind>(stored: &str) -> String {
        let job: J = serde_json::from_str(stored).unwrap();
        job.draft().unwrap().payload.as_str().to_owned()
    }

    /// Rows of an earlier version hold these texts: a worker must decode them,
    /// and an older worker must decode what this version writes.
    #[test]
    fn the_stored_payload_of_each_kind_keeps_its_form() {
        let version = format!(r#"{{"document_id":"{ID}","version_id":"{ID}"}}"#);
        assert_eq!(rewritten::<ProcessDocument>(&version), version);
        assert_eq!(rewritten::<ReportLostContent>(&version), version);
        assert_eq!(rewritten::<FailUnprocessed>(&version), version);
        let purge = format!(r#"{{"document_id":"{ID}","version_ids":["{ID}"]}}"#);
        assert_eq!(rewritten::<PurgeDocument>(&purge), purge);
    }
}
