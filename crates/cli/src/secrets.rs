//! `plinth secrets`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use plinth_application::Application;
use plinth_ports::SecretOwner;

use crate::{failure::Result, installation::Installation, terminal};

/// Encrypt the secrets of organizations by another key
#[derive(Debug, Args)]
pub(crate) struct Secrets {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Bring all secrets under the newest master key
    ///
    /// The newest is the first in secrets.keys. First add it there behind the old one and restart
    /// every process, so that all of them can read what it encrypts; then put it first, restart, and
    /// run this command. It may be interrupted and run again, while the API serves. Prints how many
    /// secrets each master key encrypts: one with none may be removed from the settings. Names the
    /// secrets that cannot be read; then the exit code is 1.
    #[command(verbatim_doc_comment)]
    Rotate {},
}

impl Secrets {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let What::Rotate {} = self.what;
        let installation = Installation::open().await?;
        let plinth = plinth_bootstrap::assemble(&installation.settings).await?;
        let rotated = rotate(&plinth.application).await;
        plinth.close().await;
        installation.close().await?;
        rotated
    }
}

async fn rotate(app: &Application) -> Result<ExitCode> {
    let rotated = app.rotate_secrets(|unreadable| {
        let owner = match unreadable.owner {
            SecretOwner::Organization(organization) => organization.to_string(),
            SecretOwner::User(user) => format!("user {user}"),
        };
        let secret = unreadable.secret;
        terminal::say(&format!("UNREADABLE  {owner}  {secret}  {}", unreadable.error));
    });
    let rotated = rotated.await?;
    terminal::say(&format!("{} secrets came under {}", rotated.rewrapped, rotated.newest));
    for (master_key, count) in app.secrets_by_master_key().await? {
        terminal::say(&format!("{master_key}  {count}"));
    }
    Ok(if rotated.unreadable == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
