//! `plinth migrate`.

mod progress;

use std::process::ExitCode;

use clap::{ArgGroup, Args, Subcommand};
use plinth_migration::{BackupState, Names, Options, Report};
use plinth_settings::{ExposeSecret, Settings};

use crate::{failure::Result, installation::Installation, terminal};

pub(crate) use progress::lines as progress;

/// Apply, undo or show the migrations of the database
///
/// Uses `database.admin_url`, else `database.url`; if neither is set, the private PostgreSQL,
/// which runs until the command ends.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Migrate {
    #[command(subcommand)]
    direction: Direction,
}

#[derive(Debug, Subcommand)]
enum Direction {
    /// Apply every pending migration, each in its own transaction
    ///
    /// Creates the roles and the extensions, too. Several replicas may run it at once: one
    /// migrates, the others wait.
    #[command(verbatim_doc_comment)]
    Up,

    /// Undo the newest migration, or several; the rows in their tables are lost
    #[command(group = ArgGroup::new("how_far"))]
    Down {
        /// How many migrations to undo
        #[arg(long, value_name = "N", default_value_t = 1, group = "how_far",
              value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,

        /// Undo every migration: the database is empty afterwards
        #[arg(long, group = "how_far")]
        all: bool,
    },

    /// Create the roles and the extensions only, before a backup is restored
    Roles,

    /// Show every migration, and whether it is applied; changes nothing
    Status,
}

impl Migrate {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let installation = Installation::open().await?;
        let settings = &installation.settings;
        match self.direction {
            Direction::Up => {
                let report = up(settings).await?;
                terminal::say(&summary(
                    &report,
                    "applied",
                    "nothing to do: the database is up to date",
                ));
            }
            Direction::Down { steps, all } => {
                let report = down(settings, (!all).then_some(steps)).await?;
                terminal::say(&summary(
                    &report,
                    "undone",
                    "nothing to undo: the database is empty",
                ));
            }
            Direction::Roles => {
                let names = plinth_migration::make_roles(url(settings), &options(settings)).await?;
                let Names { application, owner, backup } = names;
                terminal::say(&format!("owner        {owner}"));
                terminal::say(&format!("application  {application}"));
                terminal::say(&format!("backup       {backup}"));
            }
            Direction::Status => show(settings).await?,
        }
        installation.close().await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Applies pending migrations and prints a line for each.
pub(crate) async fn up(settings: &Settings) -> Result<Report> {
    let _lines = progress();
    Ok(plinth_migration::up(url(settings), &options(settings)).await?)
}

/// The number of pending migrations.
pub(crate) async fn pending(settings: &Settings) -> Result<usize> {
    let steps = plinth_migration::status(url(settings), &options(settings)).await?;
    Ok(steps.iter().filter(|step| !step.applied).count())
}

/// Whether the backup role can make a complete backup.
pub(crate) async fn backup_state(settings: &Settings) -> Result<BackupState> {
    Ok(plinth_migration::backup_state(url(settings), &options(settings)).await?)
}

/// The number of all migrations.
pub(crate) async fn count(settings: &Settings) -> Result<usize> {
    Ok(plinth_migration::status(url(settings), &options(settings)).await?.len())
}

async fn down(settings: &Settings, steps: Option<u32>) -> Result<Report> {
    let _lines = progress();
    Ok(plinth_migration::down(url(settings), &options(settings), steps).await?)
}

async fn show(settings: &Settings) -> Result<()> {
    let steps = plinth_migration::status(url(settings), &options(settings)).await?;
    for step in &steps {
        let word = if step.applied { "applied" } else { "pending" };
        terminal::say(&format!("{word}  {}", step.name));
    }
    let applied = steps.iter().filter(|step| step.applied).count();
    terminal::say(&format!("{applied} of {} steps are applied", steps.len()));
    Ok(())
}

/// The result of a run, in one line.
pub(crate) fn summary(report: &Report, done: &str, nothing: &str) -> String {
    match report.applied.len() {
        0 => nothing.to_owned(),
        1 => format!("1 step {done} ({})", terminal::time(report.took)),
        steps => format!("{steps} steps {done} ({})", terminal::time(report.took)),
    }
}

fn url(settings: &Settings) -> &str {
    settings.database.migration_url().expose_secret()
}

fn options(settings: &Settings) -> Options {
    let database = &settings.database;
    Options {
        application_role: database.application_role.clone(),
        application_password: database.application_password.clone(),
        owner_role: database.owner_role.clone(),
        backup_role: database.backup_role.clone(),
        backup_password: database.backup_password.clone(),
        ..Options::default()
    }
}
