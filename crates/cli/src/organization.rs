//! `plinth organization`.

mod erase;
mod import;
mod relocate;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use plinth_application::Application;
use plinth_domain::{Id, OrganizationId};
use plinth_ports::Whereabouts;
use plinth_settings::{ExposeSecret, Settings};

use crate::{
    cell::cells,
    failure::Result,
    installation::Installation,
    terminal::{self, confirm},
};
use relocate::Relocation;

/// Suspend an organization, or move it to another cell
#[derive(Debug, Args)]
pub(crate) struct Organization {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// End the access of an organization's members and API keys; its jobs wait
    Suspend(Which),

    /// Give the members and API keys of a suspended organization access again
    Reactivate(Which),

    /// Say in which cell an organization is
    Where(Which),

    /// Move an organization to another cell
    ///
    /// Run it with the settings of the cell that the organization is in. Suspends the organization, waits
    /// for its running jobs and executions, copies rows and files, compares all of them, verifies the
    /// audit log in the other cell, switches the directory, and gives the members access there. When a
    /// step before the switch fails, the organization stays where it is. After an interruption, the same
    /// command goes on. The rows of before stay until `plinth organization remove`. docs/cells.md
    #[command(verbatim_doc_comment)]
    Move {
        #[command(flatten)]
        which: Which,

        /// The settings file (TOML) of the cell to move it to
        #[arg(long, value_name = "FILE", required_unless_present = "give_up")]
        to: Option<PathBuf>,

        /// How long to wait for running jobs and executions
        #[arg(long, value_name = "SECONDS", default_value_t = 300)]
        wait: u64,

        /// Give up a move that was interrupted: the organization stays where it was
        #[arg(long, conflicts_with = "to")]
        give_up: bool,
    },

    /// Import the file of an export as an organization
    ///
    /// The file is checked first: names, lengths, hashes, references. Then all rows and files come in, or
    /// none. The organization keeps its identity where the installation does not have it; otherwise it
    /// gets another one, and an audit log of its own. Members without an account here get one, and choose
    /// a password by mail. docs/tenants.md
    #[command(verbatim_doc_comment)]
    Import(import::Importing),

    /// Keep an organization: none of its owners can have it removed
    Hold(Which),

    /// End the legal hold of an organization
    Release(Which),

    /// Let the members of an organization log in without its provider of identities again
    ///
    /// For the day on which the provider does not work, and no owner with a second factor is left.
    #[command(verbatim_doc_comment)]
    SsoOptional(Which),

    /// Remove the organizations whose owners have asked for it, once their days of grace are over
    ///
    /// Run it every night, with the login of migrations: the application itself may not remove the audit
    /// log. Removes rows, files and accounts without another organization, and writes a certificate into
    /// a table of the installation. docs/tenants.md
    #[command(verbatim_doc_comment)]
    Erase {
        /// Only this organization
        #[arg(value_name = "ID", value_parser = organization)]
        organization: Option<OrganizationId>,
    },

    /// Remove the rows and files of an organization that is in another cell
    #[command(verbatim_doc_comment)]
    Remove {
        #[command(flatten)]
        which: Which,

        /// Do not ask for a confirmation
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
struct Which {
    /// The identity of the organization
    #[arg(value_name = "ID", value_parser = organization)]
    organization: OrganizationId,
}

/// The identity of an organization on the command line.
pub(crate) fn organization(text: &str) -> std::result::Result<OrganizationId, String> {
    text.parse().map(Id::from_uuid).map_err(|_| "the ID of an organization is a UUID".to_owned())
}

impl Organization {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let installation = Installation::open().await?;
        let plinth = plinth_bootstrap::assemble(&installation.settings).await?;
        let settings = &installation.settings;
        let done = self.what.run(&plinth.application, settings).await;
        plinth.close().await;
        installation.close().await?;
        done.map(|()| ExitCode::SUCCESS)
    }
}

impl What {
    async fn run(self, app: &Application, settings: &Settings) -> Result<()> {
        match self {
            Self::Suspend(Which { organization }) => {
                let is_new = app.suspend(organization).await?;
                terminal::say(if is_new { "suspended" } else { "it was suspended already" });
                Ok(())
            }
            Self::Reactivate(Which { organization }) => {
                let is_new = if cells(app).is_ok() {
                    let lock = relocate::lock(settings, organization).await?;
                    stays(app, organization).await?;
                    let is_new = app.reactivate(organization).await?;
                    lock.release().await?;
                    is_new
                } else {
                    app.reactivate(organization).await?
                };
                terminal::say(if is_new { "active" } else { "it was active already" });
                Ok(())
            }
            Self::Where(Which { organization }) => {
                terminal::say(&match cells(app)?.directory.whereabouts(organization).await? {
                    Some(Whereabouts::In(cell)) => format!("{}  {}", cell.name, cell.url),
                    Some(Whereabouts::Moving { from, to }) => {
                        format!("moving from {} to {to}", from.name)
                    }
                    None => return Err("the directory knows no such organization".into()),
                });
                Ok(())
            }
            Self::Move { which: Which { organization }, give_up: true, .. } => {
                relocate::give_up(app, settings, organization).await
            }
            Self::Move { which: Which { organization }, to, wait, .. } => {
                let Some(file) = to else { return Err("--to names the other cell".into()) };
                let relocation = Relocation::prepare(organization, app, settings, &file).await?;
                relocation.run(Duration::from_secs(wait)).await
            }
            Self::Hold(Which { organization }) => {
                let is_new = app.set_legal_hold(organization, true).await?;
                terminal::say(if is_new { "held" } else { "it was held already" });
                Ok(())
            }
            Self::Release(Which { organization }) => {
                let is_new = app.set_legal_hold(organization, false).await?;
                terminal::say(if is_new { "released" } else { "nothing held it" });
                Ok(())
            }
            Self::SsoOptional(Which { organization }) => {
                let is_new = app.make_sso_optional(organization).await?;
                terminal::say(if is_new { "optional" } else { "it was optional already" });
                Ok(())
            }
            Self::Erase { organization } => erase::run(app, settings, organization).await,
            Self::Import(asked) => import::run(app, settings, asked).await,
            Self::Remove { which: Which { organization }, yes } => {
                remove(app, settings, organization, yes).await
            }
        }
    }
}

/// Refuses an organization that is in another cell, or on its way.
async fn stays(app: &Application, organization: OrganizationId) -> Result<()> {
    let cells = cells(app)?;
    match cells.directory.whereabouts(organization).await? {
        Some(Whereabouts::In(cell)) if cell.name != cells.here.name => {
            Err(format!("the organization is in the cell {}", cell.name).into())
        }
        Some(Whereabouts::Moving { to, .. }) => {
            Err(format!("the organization is moving to the cell {to}").into())
        }
        _ => Ok(()),
    }
}

/// The name of the cell that an organization is in, unless it is this one.
async fn elsewhere(app: &Application, organization: OrganizationId) -> Result<String> {
    let cells = cells(app)?;
    match cells.directory.whereabouts(organization).await? {
        Some(Whereabouts::In(cell)) if cell.name != cells.here.name => Ok(cell.name),
        _ => Err("only an organization that is in another cell can be removed".into()),
    }
}

async fn remove(
    app: &Application,
    settings: &Settings,
    organization: OrganizationId,
    yes: bool,
) -> Result<()> {
    let cell = elsewhere(app, organization).await?;
    confirm(&format!("the organization is in the cell {cell}: remove it here?"), yes)?;
    let lock = relocate::lock(settings, organization).await?;
    elsewhere(app, organization).await?;
    let url = settings.database.migration_url().expose_secret();
    let rows = plinth_migration::relocation::remove(url, organization.uuid()).await?;
    let files = app.remove_files(organization).await?;
    lock.release().await?;
    terminal::say(&format!("{rows} rows and {files} files removed"));
    Ok(())
}
