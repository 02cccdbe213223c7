use std::{fs, path::Path, time::Duration};

use plinth_application::{Application, Cells};
use plinth_bootstrap::Plinth;
use plinth_domain::{Id, OrganizationId, OrganizationStatus};
use plinth_migration::relocation::{self, AtWork, Content};
use plinth_ports::Whereabouts;
use plinth_settings::{ExposeSecret, Settings, Sources};
use tokio::time::{Instant, sleep};

use crate::{cell::cells, failure::Result, terminal};

/// How long processes that hear no signal admit a credential from their caches, and a moment.
const CACHED: Duration = Duration::from_secs(65);
/// How often it looks whether the work has ended.
const LOOK: Duration = Duration::from_millis(200);
/// How often rows are copied, when they change meanwhile: requests that began before end.
const COPIES: u32 = 5;

/// A move of an organization from this cell to another one.
pub(super) struct Relocation<'a> {
    organization: OrganizationId,
    from: Side<'a>,
    /// The application of the other cell.
    target: Plinth,
    to: String,
    target_settings: Settings,
}

/// This cell.
struct Side<'a> {
    application: &'a Application,
    cells: &'a Cells,
    settings: &'a Settings,
}

impl<'a> Relocation<'a> {
    /// Opens the other cell.
    pub(super) async fn prepare(
        organization: OrganizationId,
        application: &'a Application,
        settings: &'a Settings,
        file: &Path,
    ) -> Result<Self> {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        let target_settings = Settings::load(&Sources::none().with_file(name, text))?;
        let target = plinth_bootstrap::assemble(&target_settings).await?;
        let from = Side { application, cells: cells(application)?, settings };
        let to = cells(&target.application)?.here.name.clone();
        if to == from.cells.here.name {
            return Err("both settings are of one cell".into());
        }
        Ok(Self { organization, from, target, to, target_settings })
    }

    pub(super) async fn run(self, wait: Duration) -> Result<()> {
        let begun = Instant::now();
        let directory = &self.from.cells.directory;
        match directory.whereabouts(self.organization).await? {
            // Only the last step is missing.
            Some(Whereabouts::In(cell)) if cell.name == self.to => {}
            Some(Whereabouts::In(cell) | Whereabouts::Moving { from: cell, .. })
                if cell.name == self.from.cells.here.name =>
            {
                self.begin().await?;
                if let Err(error) = self.carry_over(wait).await {
                    terminal::step("it failed: the organization stays in this cell");
                    give_up(self.from.application, self.organization).await?;
                    return Err(error);
                }
                if !directory.end_move(self.organization, &self.to).await? {
                    return Err("another command has ended this move".into());
                }
                terminal::step(&format!("the directory says {}", self.to));
            }
            _ => return Err("the organization is not in this cell".into()),
        }
        if directory.was_active(self.organization).await? {
            self.target.application.reactivate(self.organization).await?;
        }
        self.target.close().await;
        let took = terminal::time(begun.elapsed());
        terminal::say(&format!("moved to {} in {took}", self.to));
        terminal::step(
            "what is left here: `plinth organization remove`, after the next backup there",
        );
        Ok(())
    }

    /// From here on, no cell serves the organization.
    async fn begin(&self) -> Result<()> {
        let Side { application, cells, settings } = &self.from;
        let found = application.find_organization(self.organization).await?;
        let is_active = found.status == OrganizationStatus::Active;
        let between = [&*cells.here.name, &*self.to];
        if !cells.directory.begin_move(self.organization, between, is_active).await? {
            return Err("the organization is moving to another cell already".into());
        }
        application.suspend(self.organization).await?;
        terminal::step("suspended");
        if settings.redis.url.is_none() {
            terminal::step("without Redis, other processes of this cell hear of it within 65 s");
            sleep(CACHED).await;
        }
        Ok(())
    }

    async fn carry_over(&self, wait: Duration) -> Result<()> {
        self.drain(wait).await?;
        self.copy_rows().await?;
        self.copy_files().await?;
        self.verify().await
    }

    async fn drain(&self, wait: Duration) -> Result<()> {
        let until = Instant::now() + wait;
        loop {
            // A worker may be numbering them at the moment.
            let _ = self.from.application.sequence_pending().await;
            let at_work = relocation::at_work(self.source(), self.organization.uuid()).await?;
            let AtWork { jobs, executions, entries } = at_work;
            if at_work == (AtWork { jobs: 0, executions: 0, entries: 0 }) {
                terminal::step("nothing of it is at work");
                return Ok(());
            }
            if Instant::now() > until {
                return Err(format!(
                    "still at work: {jobs} jobs, {executions} executions, {entries} entries \
                     without a number"
                )
                .into());
            }
            sleep(LOOK).await;
        }
    }

    /// Copies the rows until both cells have the same.
    async fn copy_rows(&self) -> Result<()> {
        let id = self.organization.uuid();
        for _ in 0..COPIES {
            let rows = relocation::copy(self.source(), self.target_url(), id).await?;
            let there = relocation::fingerprints(self.target_url(), id).await?;
            if relocation::fingerprints(self.source(), id).await? == there {
                terminal::step(&format!("{rows} rows copied, equal in {} tables", there.len()));
                return Ok(());
            }
            sleep(LOOK).await;
        }
        Err("the organization's rows go on changing in this cell".into())
    }

    async fn copy_files(&self) -> Result<()> {
        let (source, target) = (self.from.application, &self.target.application);
        let copied = source.copy_files(target, self.organization).await?;
        let contents = relocation::contents(self.target_url(), self.organization.uuid()).await?;
        for Content { document, version, sha256 } in &contents {
            let (document, version) = (Id::from_uuid(*document), Id::from_uuid(*version));
            let found = target.hash_content(self.organization, document, version).await?;
            // One that the storage of this cell has lost is lost there as well.
            let is_equal = match found {
                Some(hash) => hash[..] == sha256[..],
                None => source.hash_content(self.organization, document, version).await?.is_none(),
            };
            if !is_equal {
                return Err(format!("the bytes of version {version} differ").into());
            }
        }
        let (files, bytes) = (copied.files, copied.bytes);
        let hashes = contents.len();
        terminal::step(&format!("{files} files copied, {bytes} bytes, {hashes} hashes right"));
        Ok(())
    }

    /// Follows the chain of the audit log, and opens the secrets, in the other cell.
    async fn verify(&self) -> Result<()> {
        let app = &self.target.application;
        let mut found = app.verify_journal(self.organization, 0).await?;
        while !found.is_complete && found.fault.is_none() {
            found = app.verify_journal(self.organization, found.verified_to).await?;
        }
        if let Some(fault) = found.fault {
            return Err(format!("the audit log is {} there", fault.reason.name()).into());
        }
        let entries = found.verified_to;
        terminal::step(&format!("{entries} entries of the audit log verified there"));
        match app.unreadable_secrets(self.organization).await?.first() {
            Some(secret) => Err(format!(
                "the other cell lacks the master key of secret {}: {}",
                secret.secret, secret.error
            )
            .into()),
            None => Ok(()),
        }
    }

    fn source(&self) -> &str {
        self.from.settings.database.migration_url().expose_secret()
    }

    fn target_url(&self) -> &str {
        self.target_settings.database.migration_url().expose_secret()
    }
}

/// Gives a move up: the organization stays in this cell.
pub(super) async fn give_up(app: &Application, organization: OrganizationId) -> Result<()> {
    let Cells { here, directory, .. } = cells(app)?;
    match directory.whereabouts(organization).await? {
        Some(Whereabouts::Moving { from, .. }) if from.name == here.name => {}
        _ => return Err("the organization is not on its way from this cell".into()),
    }
    directory.give_up_move(organization).await?;
    if directory.was_active(organization).await? {
        app.reactivate(organization).await?;
    }
    terminal::step("given up");
    Ok(())
}
