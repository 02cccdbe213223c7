//! The handlers that make exports of organizations, and remove them.

mod parts;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use futures::TryStreamExt;
use plinth_application::organization_exports::{
    BeginExport, BegunExport, FailExport, MakeExport, RemoveExport, RemoveOldExport, StoreExport,
    too_large,
};
use plinth_archive::{About, Archiver, EntryName, Fault, JournalHead, Organization};
use plinth_domain::{BlobKey, BlobLocation, OrganizationExportId, Permission, ThumbnailSize};
use plinth_ports::{
    ArchivedContent, ArchivedTable, Blobs, MultipartId, StoreError, TenantArchive, TenantSnapshot,
};

use crate::{Handler, JobContext, JobFailure};
use parts::Parts;

/// The code of an export whose job has failed for a reason without a code.
const FAILED: &str = "organization_export.failed";

/// Makes exports.
///
/// An attempt begins anew: it discards what an earlier one has stored, and the file exists only when it
/// is complete.
pub struct ExportMaker {
    archive: Arc<dyn TenantArchive>,
    blobs: Arc<dyn Blobs>,
}

impl ExportMaker {
    /// Reads rows here, and reads and stores files there.
    #[must_use]
    pub fn new(archive: Arc<dyn TenantArchive>, blobs: Arc<dyn Blobs>) -> Self {
        Self { archive, blobs }
    }

    /// Writes rows and files, and returns what is to be stored of them.
    async fn make(
        &self,
        ctx: &JobContext,
        id: OrganizationExportId,
        begun: BegunExport,
        mut parts: Parts<'_>,
    ) -> Result<StoreExport, JobFailure> {
        let scope = ctx.access().require(Permission::DocumentCreate);
        let scope = scope.map_err(JobFailure::permanent)?;
        let mut archiver = Archiver::default();
        let mut snapshot = self.archive.open(scope).await.map_err(store)?;
        let journal_head = snapshot.journal_head().await.map_err(store)?;
        for table in snapshot.tables().await.map_err(store)? {
            archiver = Box::pin(rows(&mut *snapshot, &table, archiver, &mut parts)).await?;
        }
        let contents = contents(&mut *snapshot).await?;
        // From here on, no connection is used.
        drop(snapshot);
        for content in contents {
            self.files(ctx, content, &mut archiver, &mut parts).await?;
        }
        let organization = begun.organization;
        let about = About {
            created_at: begun.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            organization: Organization {
                id: organization.id.uuid(),
                name: organization.name.as_str().to_owned(),
                slug: organization.slug.as_str().to_owned(),
            },
            journal_head: journal_head
                .map(|head| JournalHead { number: head.number, hash: HEXLOWER.encode(&head.hash) }),
        };
        let (last, made) = archiver.finish(about).map_err(fault)?;
        parts.push(&last).await.map_err(store)?;
        let (size_bytes, sha256) = parts.complete().await.map_err(store)?;
        Ok(StoreExport { id, size_bytes, sha256, rows: made.rows, files: made.files })
    }

    /// Writes the bytes of a version, and its thumbnails.
    async fn files(
        &self,
        ctx: &JobContext,
        content: ArchivedContent,
        archiver: &mut Archiver,
        parts: &mut Parts<'_>,
    ) -> Result<(), JobFailure> {
        let ArchivedContent { document, version, has_thumbnails } = content;
        let ids = (document.uuid(), version.uuid());
        let name = EntryName::File { document: ids.0, version: ids.1 };
        let mut wanted = vec![(BlobLocation::Content(document, version), name)];
        for size in ThumbnailSize::ALL.into_iter().filter(|_| has_thumbnails) {
            let is_large = size == ThumbnailSize::Large;
            let name = EntryName::Thumbnail { document: ids.0, version: ids.1, is_large };
            wanted.push((BlobLocation::Thumbnail(document, version, size), name));
        }
        for (location, name) in wanted {
            let key = BlobKey::new(ctx.job().organization, location);
            let Some(mut bytes) = self.blobs.read(&key, None).await.map_err(store)? else {
                archiver.miss(&name);
                continue;
            };
            archiver.begin_file(&name).map_err(fault)?;
            while let Some(chunk) = bytes.try_next().await.map_err(store)? {
                archiver.bytes(&chunk).map_err(fault)?;
                parts.push(&archiver.take()).await.map_err(store)?;
            }
        }
        Ok(())
    }

    async fn discard(&self, key: &BlobKey, upload: &str) -> Result<(), JobFailure> {
        let upload = MultipartId(upload.to_owned());
        self.blobs.abort(key, &upload).await.map_err(store)
    }
}

/// Writes the rows of a table. They are compressed on a thread for such work.
async fn rows(
    snapshot: &mut dyn TenantSnapshot,
    table: &ArchivedTable,
    mut archiver: Archiver,
    parts: &mut Parts<'_>,
) -> Result<Archiver, JobFailure> {
    archiver.begin_rows(&table.name, &table.columns).map_err(fault)?;
    let mut after = None;
    loop {
        let batch = snapshot.rows(table, after).await.map_err(store)?;
        after = batch.items.last().map(|row| row.id).or(after);
        let compress = move || {
            batch.items.iter().try_for_each(|row| archiver.row(&row.json))?;
            Ok((archiver, batch.has_more))
        };
        let compressed = tokio::task::spawn_blocking(compress).await.map_err(JobFailure::retry)?;
        let has_more;
        (archiver, has_more) = compressed.map_err(fault)?;
        parts.push(&archiver.take()).await.map_err(store)?;
        if !has_more {
            return Ok(archiver);
        }
    }
}

/// The versions whose bytes are stored: 33 bytes each.
async fn contents(snapshot: &mut dyn TenantSnapshot) -> Result<Vec<ArchivedContent>, JobFailure> {
    let (mut contents, mut after) = (Vec::new(), None);
    loop {
        let batch = snapshot.contents(after).await.map_err(store)?;
        after = batch.items.last().map(|content| content.version).or(after);
        contents.extend(batch.items);
        if contents.len() > plinth_archive::MAX_ENTRIES {
            return Err(JobFailure::permanent(too_large()));
        }
        if !batch.has_more {
            return Ok(contents);
        }
    }
}

fn key(ctx: &JobContext, export: OrganizationExportId) -> BlobKey {
    BlobKey::new(ctx.job().organization, BlobLocation::Export(export))
}

fn store(error: StoreError) -> JobFailure {
    plinth_application::Error::from(error).into()
}

fn fault(fault: Fault) -> JobFailure {
    match fault {
        Fault::TooMany => JobFailure::permanent(too_large()),
        other => JobFailure::retry(other),
    }
}

#[async_trait]
impl Handler for ExportMaker {
    type Job = MakeExport;

    /// 50 GB take about an hour.
    fn timeout(&self) -> Duration {
        Duration::from_hours(12)
    }

    /// It uses a connection, the storage and a core for a long time.
    fn at_once(&self) -> Option<usize> {
        Some(1)
    }

    async fn run(&self, job: MakeExport, ctx: JobContext) -> Result<(), JobFailure> {
        let key = key(&ctx, job.export);
        let upload = self.blobs.begin(&key).await.map_err(store)?;
        let begin = BeginExport { id: job.export, upload: upload.0.clone() };
        let begun = match ctx.execute(begin).await {
            Ok(Some(begun)) => begun,
            ended => {
                self.discard(&key, &upload.0).await?;
                return ended.map(drop).map_err(JobFailure::from);
            }
        };
        if let Some(earlier) = &begun.earlier {
            self.discard(&key, earlier).await?;
        }
        let parts = Parts::new(&*self.blobs, key, upload.clone());
        match Box::pin(self.make(&ctx, job.export, begun, parts)).await {
            Ok(made) => Ok(ctx.execute(made).await?),
            Err(failure) => {
                self.discard(&key, &upload.0).await?;
                if failure.is_permanent() {
                    let code = failure.code().map_or(FAILED, |code| code.name());
                    ctx.execute(FailExport { id: job.export, code: code.to_owned() }).await?;
                }
                Err(failure)
            }
        }
    }

    async fn dead_letter(
        &self,
        job: Option<MakeExport>,
        ctx: JobContext,
    ) -> Result<(), JobFailure> {
        let Some(MakeExport { export }) = job else { return Ok(()) };
        let key = key(&ctx, export);
        let code = ctx.job().error_code.clone().unwrap_or_else(|| FAILED.to_owned());
        if let Some(upload) = ctx.execute(FailExport { id: export, code }).await? {
            self.discard(&key, &upload).await?;
            self.blobs.remove(&key).await.map_err(store)?;
        }
        Ok(())
    }
}

/// Removes exports that are kept no longer.
pub struct ExportRemover {
    blobs: Arc<dyn Blobs>,
}

impl ExportRemover {
    /// Removes files here.
    #[must_use]
    pub fn new(blobs: Arc<dyn Blobs>) -> Self {
        Self { blobs }
    }
}

#[async_trait]
impl Handler for ExportRemover {
    type Job = RemoveExport;

    fn timeout(&self) -> Duration {
        Duration::from_mins(5)
    }

    async fn run(&self, job: RemoveExport, ctx: JobContext) -> Result<(), JobFailure> {
        self.blobs.remove(&key(&ctx, job.export)).await.map_err(store)?;
        Ok(ctx.execute(RemoveOldExport { id: job.export }).await?)
    }
}
