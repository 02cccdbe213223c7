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

/// Look after the object storage
#[derive(Debug, Args)]
pub(crate) struct Storage {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Compare the object storage with the database, both ways
    ///
    /// Names blobs that belong to nothing (older than an hour), and versions of documents whose
    /// bytes are missing or of another length; the exit code is 1 then. With --repair, the former
    /// are removed, and a job marks the latter as failed. Blobs that Plinth did not make are named
    /// and left alone.
    #[command(verbatim_doc_comment)]
    Verify {
        /// Put right what was found
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
            Ok(found) if repair => mend(app, &plinth.queue(), found).await,
            Ok(_) => Ok(ExitCode::FAILURE),
            Err(error) => Err(error),
        };
        plinth.close().await;
        installation.close().await?;
        ended
    }
}

/// Says what does not fit together, and answers it.
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

/// Removes blobs that belong to nothing, and queues a job for each version
/// without its bytes, so that the organization's records change on its behalf.
async fn mend(
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
