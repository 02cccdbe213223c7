mod both;

use std::{path::Path, time::Duration};

use both::Both;
use plinth_application::{Application, Cells};
use plinth_domain::{Id, OrganizationId, OrganizationStatus};
use plinth_migration::relocation::{self, AtWork, Content, Lock};
use plinth_ports::Whereabouts;
use plinth_settings::{ExposeSecret, Settings};
use tokio::time::{Instant, sleep};

use crate::{audit, cell::cells, failure::Result, terminal};

/// How long processes that hear no signal admit a credential from their caches, and a moment.
const CACHED: Duration = Duration::from_secs(65);
/// How often it looks whether the work has ended.
const LOOK: Duration = Duration::from_millis(200);
/// How often rows are copied, when sweeps change them meanwhile.
const COPIES: u32 = 5;

/// A move of an organization from this cell to another one.
pub(super) struct Relocation<'a> {
    organization: OrganizationId,
    both: Both<'a>,
}

impl<'a> Relocation<'a> {
    /// Opens the other cell.
    pub(super) async fn prepare(
        organization: OrganizationId,
        application: &'a Application,
        settings: &'a Settings,
        file: &Path,
    ) -> Result<Self> {
        let both = Both::open(application, settings, file).await?;
        both.check(organization).await?;
        Ok(Self { organization, both })
    }

    pub(super) async fn run(self, wait: Duration) -> Result<()> {
        let lock = lock(self.both.settings, self.organization).await?;
        let begun = Instant::now();
        let moved = self.go_on(wait).await;
        lock.release().await?;
        moved?;
        let took = terminal::time(begun.elapsed());
        terminal::say(&format!("moved to {} in {took}", self.both.to));
        terminal::step("`plinth organization remove` removes what is left in this cell");
        self.both.close().await;
        Ok(())
    }

    async fn go_on(&self, wait: Duration) -> Result<()> {
        let (both, directory) = (&self.both, &self.both.cells.directory);
        match directory.whereabouts(self.organization).await? {
            // Only the last step may be missing.
            Some(Whereabouts::In(cell)) if cell.name == both.to => {}
            Some(Whereabouts::In(cell) | Whereabouts::Moving { from: cell, .. })
                if cell.name == both.cells.here.name =>
            {
                self.begin().await?;
                if let Err(error) = self.carry_over(wait).await {
                    terminal::step("it failed: the organization stays in this cell");
                    back(both.application, both.settings, self.organization).await?;
                    return Err(error);
                }
                if !directory.end_move(self.organization, &both.to).await? {
                    return Err("the directory does not know this move any more".into());
                }
                terminal::step(&format!("the directory says {}", both.to));
            }
            _ => return Err("the organization is not in this cell".into()),
        }
        if directory.was_active(self.organization).await? {
            both.target.application.reactivate(self.organization).await?;
            directory.arrive(self.organization).await?;
        }
        Ok(())
    }

    /// From here on, no cell admits the organization's credentials.
    async fn begin(&self) -> Result<()> {
        let Both { application, cells, settings, to, .. } = &self.both;
        let found = application.find_organization(self.organization).await?;
        let is_active = found.status == OrganizationStatus::Active;
        let between = [&*cells.here.name, &**to];
        if !cells.directory.begin_move(self.organization, between, is_active).await? {
            return Err("the organization is moving to another cell already".into());
        }
        if is_active {
            application.suspend(self.organization).await?;
        }
        terminal::step("suspended");
        if settings.redis.url.is_none() {
            terminal::step("without Redis, other processes of this cell hear of it within 65 s");
            sleep(CACHED).await;
        }
        Ok(())
    }

    async fn carry_over(&self, wait: Duration) -> Result<()> {
        self.drain(wait).await?;
        // From here on, not even a request that was admitted before commits.
        relocation::close(self.both.source_url(), self.organization.uuid()).await?;
        self.drain(wait).await?;
        self.copy_rows().await?;
        self.copy_files().await?;
        self.verify().await
    }

    async fn drain(&self, wait: Duration) -> Result<()> {
        let until = Instant::now() + wait;
        loop {
            // A worker may be numbering them at the moment.
            let _ = self.both.application.sequence_pending().await;
            let id = self.organization.uuid();
            let at_work = relocation::at_work(self.both.source_url(), id).await?;
            if at_work == AtWork::default() {
                terminal::step("nothing of it is at work");
                return Ok(());
            }
            if Instant::now() > until {
                let AtWork { jobs, executions, entries } = at_work;
                return Err(format!(
                    "still at work: {jobs} jobs, {executions} executions, {entries} entries of \
                     the audit log without a number"
                )
                .into());
            }
            sleep(LOOK).await;
        }
    }

    /// Copies the rows until both cells have the same.
    async fn copy_rows(&self) -> Result<()> {
        let (id, both) = (self.organization.uuid(), &self.both);
        for _ in 0..COPIES {
            let rows = relocation::copy(both.source_url(), both.target_url(), id).await?;
            let there = relocation::fingerprints(both.target_url(), id).await?;
            if relocation::fingerprints(both.source_url(), id).await? == there {
                terminal::step(&format!("{rows} rows copied, equal in {} tables", there.len()));
                return Ok(());
            }
            sleep(LOOK).await;
        }
        Err("the organization's rows go on changing in this cell".into())
    }

    async fn copy_files(&self) -> Result<()> {
        let (source, target) = (self.both.application, &self.both.target.application);
        let copied = source.copy_files(target, self.organization).await?;
        let id = self.organization.uuid();
        let contents = relocation::contents(self.both.target_url(), id).await?;
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
        let app = &self.both.target.application;
        let found = audit::follow(app, self.organization).await?;
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
}

/// Gives an interrupted move up: the organization stays in this cell.
pub(super) async fn give_up(
    app: &Application,
    settings: &Settings,
    organization: OrganizationId,
) -> Result<()> {
    let lock = lock(settings, organization).await?;
    let given_up = back(app, settings, organization).await;
    lock.release().await?;
    given_up
}

/// One command at a time moves an organization, or changes what a move changes.
pub(super) async fn lock(settings: &Settings, organization: OrganizationId) -> Result<Lock> {
    let Some(directory) = &settings.cell.directory_url else {
        return Err("this installation is no cell".into());
    };
    Ok(Lock::take(directory.expose_secret(), organization.uuid()).await?)
}

async fn back(app: &Application, settings: &Settings, organization: OrganizationId) -> Result<()> {
    let Cells { here, directory, .. } = cells(app)?;
    match directory.whereabouts(organization).await? {
        Some(Whereabouts::Moving { from, .. }) if from.name == here.name => {}
        _ => return Err("the organization is not on its way from this cell".into()),
    }
    let url = settings.database.migration_url().expose_secret();
    relocation::reopen(url, organization.uuid()).await?;
    if !directory.give_up_move(organization, &here.name).await? {
        return Err("the directory does not know this move any more".into());
    }
    if directory.was_active(organization).await? {
        app.reactivate(organization).await?;
    }
    terminal::step("given up");
    Ok(())
}
