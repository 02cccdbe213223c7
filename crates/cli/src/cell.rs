//! `plinth cell`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use plinth_application::{Application, Cells};
use plinth_bootstrap::Plinth;
use plinth_ports::Refused;
use plinth_settings::ExposeSecret;

use crate::{failure::Result, installation::Installation, terminal};

/// Run this installation as one of several cells
///
/// Cells share a directory of their organizations and users: docs/cells.md. The settings of the section
/// `cell` say which cell this is.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Cell {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make this installation a cell of the directory, and tell the directory what is in it
    ///
    /// Creates the tables of the directory, too. It may be run again, to change the URL. Names the
    /// addresses of users and the slugs of organizations that another cell has already; then the exit
    /// code is 1, and those need another one.
    #[command(verbatim_doc_comment)]
    Join {},

    /// List the cells of the directory, each with the number of its organizations
    List {},
}

impl Cell {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let installation = Installation::open().await?;
        let plinth = plinth_bootstrap::assemble(&installation.settings).await?;
        let done = match self.what {
            What::Join {} => join(&installation, &plinth).await,
            What::List {} => list(&plinth.application).await,
        };
        plinth.close().await;
        installation.close().await?;
        done
    }
}

/// The ports of this cell.
pub(crate) fn cells(application: &Application) -> Result<&Cells> {
    let missing = "this installation is no cell: set cell.name, cell.url and cell.directory_url";
    application.cells().ok_or_else(|| missing.into())
}

async fn join(installation: &Installation, plinth: &Plinth) -> Result<ExitCode> {
    let Cells { here, directory, store } = cells(&plinth.application)?;
    if let Some(url) = &installation.settings.cell.directory_url {
        plinth_migration::directory::prepare(url.expose_secret()).await?;
    }
    directory.join(here).await?;
    store.become_cell(&here.name).await?;
    let refused = plinth.application.keep_in_step().await?;
    for what in &refused {
        terminal::say(&match what {
            Refused::Email(email) => format!("TAKEN  address {}", email.as_str()),
            Refused::Slug(slug) => format!("TAKEN  slug {}", slug.as_str()),
        });
    }
    terminal::say(&format!("this is the cell {} at {}", here.name, here.url));
    Ok(if refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn list(application: &Application) -> Result<ExitCode> {
    for (cell, organizations) in cells(application)?.directory.cells().await? {
        terminal::say(&format!("{}  {organizations} organizations  {}", cell.name, cell.url));
    }
    Ok(ExitCode::SUCCESS)
}
