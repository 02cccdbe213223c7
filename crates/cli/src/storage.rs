//! `plinth storage`.

mod limits;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use plinth_application::{
    Application, JobKind,
    documents::{ReportLostContent, VersionRef},
    storage::{Discrepancy, Ownership, Verified},
};
use plinth_ports::{JobQueue, LedgerEntry};

use crate::{failure::Result, installation::Installation, terminal};
use limits::RepairLimits;

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
    /// and a job marks the versions as failed. Blobs that Plinth did not create, and those of
    /// organizations that the database does not know, are named and kept.
    ///
    /// A wrong bucket or a restored database makes live files look orphaned. So --repair works only
    /// on a storage that this database has adopted, asks for a confirmation, and refuses to change
    /// more than a small part of it (docs/backup.md).
    #[command(verbatim_doc_comment)]
    Verify {
        /// Repair the discrepancies
        #[arg(long)]
        repair: bool,

        #[command(flatten)]
        limits: RepairLimits,
    },

    /// Record that the object storage belongs to this database
    ///
    /// Only the owner may repair. Make sure that no other installation, and no copy of this
    /// database, uses the bucket or directory.
    #[command(verbatim_doc_comment)]
    Adopt {
        /// Do not ask for a confirmation
        #[arg(long)]
        yes: bool,
    },
}

impl Storage {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let installation = Installation::open().await?;
        let plinth = plinth_bootstrap::assemble(&installation.settings).await?;
        let ended = match self.what {
            What::Verify { repair, limits } => {
                verify(&plinth.application, &plinth.queue(), repair.then_some(limits)).await
            }
            What::Adopt { yes } => adopt(&plinth.application, yes).await,
        };
        plinth.close().await;
        installation.close().await?;
        ended
    }
}

async fn adopt(app: &Application, yes: bool) -> Result<ExitCode> {
    let question = match app.storage_ownership().await? {
        Ownership::Ours => {
            terminal::say("the storage belongs to this database already");
            return Ok(ExitCode::SUCCESS);
        }
        Ownership::Unclaimed => "the storage belongs to no database yet: adopt it?",
        Ownership::Foreign => {
            "the storage belongs to another database, of which this one may be a copy: adopt it \
             all the same?"
        }
    };
    terminal::confirm(question, yes)?;
    app.adopt_storage().await?;
    terminal::say("the storage belongs to this database");
    Ok(ExitCode::SUCCESS)
}

/// Compares, and repairs within the limits if there are any.
async fn verify(
    app: &Application,
    queue: &dyn JobQueue,
    repair: Option<RepairLimits>,
) -> Result<ExitCode> {
    let (verified, found) = compare(app).await?;
    match repair {
        _ if found.is_empty() => Ok(ExitCode::SUCCESS),
        None => Ok(ExitCode::FAILURE),
        Some(limits) => {
            limits.check(app, verified, &found).await?;
            repair_discrepancies(app, queue, found).await
        }
    }
}

/// Prints and returns the discrepancies.
async fn compare(app: &Application) -> Result<(Verified, Vec<Discrepancy>)> {
    let mut found = Vec::new();
    let verified = app
        .verify_storage(|discrepancy| {
            terminal::say(&match &discrepancy {
                Discrepancy::Orphan(key) => format!("ORPHAN   {key}"),
                Discrepancy::Missing(entry) => format!("MISSING  {}", entry.key),
                Discrepancy::WrongSize(LedgerEntry { key, size_bytes, .. }, size) => {
                    format!("LENGTH   {key}  {size} bytes instead of {size_bytes}")
                }
                Discrepancy::OtherInstallation(key) => format!("OTHER    {key}"),
                Discrepancy::Foreign(key) => format!("FOREIGN  {key}"),
            });
            if !matches!(discrepancy, Discrepancy::Foreign(_) | Discrepancy::OtherInstallation(_)) {
                found.push(discrepancy);
            }
        })
        .await?;
    let Verified { blobs, versions } = verified;
    terminal::say(&format!("{blobs} blobs, {versions} versions, {} faults", found.len()));
    Ok((verified, found))
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
            Discrepancy::Orphan(key) => {
                app.remove_orphan(key).await?;
            }
            Discrepancy::Missing(entry) | Discrepancy::WrongSize(entry, _) => {
                let version = VersionRef { document: entry.document, version: entry.version };
                let draft = ReportLostContent { version }.draft()?;
                lost.push(app.new_job(entry.organization, draft));
            }
            Discrepancy::Foreign(_) | Discrepancy::OtherInstallation(_) => {}
        }
    }
    queue.tick("storage.verify", now, &lost).await?;
    terminal::say("repaired");
    Ok(ExitCode::SUCCESS)
}
