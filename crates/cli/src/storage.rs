//! `plinth storage`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use plinth_application::{
    Application, JobKind,
    documents::{ReportLostContent, VersionRef},
    storage::Discrepancy,
};
use plinth_ports::{JobQueue, LedgerEntry};

use crate::{failure::Result, installation::Installation, terminal};

/// Verify and repair the object storage
#[derive(Debug, Args)]
pub(crate) struct Storage {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Compare the object storage with the database
    ///
    /// Names orphaned blobs (older than an hour), and versions of documents whose bytes are missing
    /// or have another length; then the exit code is 1. With --repair, orphaned blobs are removed,
    /// and a job marks the versions as failed. Blobs that Plinth did not create are named and
    /// kept.
    #[command(verbatim_doc_comment)]
    Verify {
        /// Repair the discrepancies
        #[arg(long)]
        repair: bool,
    },
}

impl Storage {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let What::Verify { repair } = self.what;
        let installation = Installation::open().await?;
        let plinth = plinth_bootstrap::assemble(&installation.settings).await?;
        let app = &plinth.application;
        let found = verify(app).await;
        let ended = match found {
            Ok(found) if found.is_empty() => Ok(ExitCode::SUCCESS),
            Ok(found) if repair => repair_discrepancies(app, &plinth.queue(), found).await,
            Ok(_) => Ok(ExitCode::FAILURE),
            Err(error) => Err(error),
        };
        plinth.close().await;
        installation.close().await?;
        ended
    }
}

/// Prints and returns the discrepancies.
async fn verify(app: &Application) -> Result<Vec<Discrepancy>> {
    let mut found = Vec::new();
    let looked_at = app
        .verify_storage(|discrepancy| {
            terminal::say(&match &discrepancy {
                Discrepancy::Orphan(key) => format!("ORPHAN   {key}"),
                Discrepancy::Missing(entry) => format!("MISSING  {}", entry.key),
                Discrepancy::WrongSize(LedgerEntry { key, size_bytes, .. }, size) => {
                    format!("LENGTH   {key}  {size} bytes instead of {size_bytes}")
                }
                Discrepancy::Foreign(key) => format!("FOREIGN  {key}"),
            });
            if !matches!(discrepancy, Discrepancy::Foreign(_)) {
                found.push(discrepancy);
            }
        })
        .await?;
    let plinth_application::storage::Verified { blobs, versions } = looked_at;
    terminal::say(&format!("{blobs} blobs, {versions} versions, {} faults", found.len()));
    Ok(found)
}

/// Removes orphaned blobs, and enqueues a job for each version without its bytes: a job, because
/// a write for an organization needs that organization's scope.
async fn repair_discrepancies(
    app: &Application,
    queue: &dyn JobQueue,
    found: Vec<Discrepancy>,
) -> Result<ExitCode> {
    let now = app.now();
    let mut lost = Vec::new();
    for discrepancy in found {
        match discrepancy {
            Discrepancy::Orphan(key) => app.remove_orphan(&key).await?,
            Discrepancy::Missing(entry) | Discrepancy::WrongSize(entry, _) => {
                let version = VersionRef { document: entry.document, version: entry.version };
                let draft = ReportLostContent { version }.draft()?;
                lost.push(app.new_job(entry.organization, draft));
            }
            Discrepancy::Foreign(_) => {}
        }
    }
    queue.tick("storage.verify", now, &lost).await?;
    terminal::say("repaired");
    Ok(ExitCode::SUCCESS)
}
