//! `plinth seed`.

use std::process::ExitCode;

use clap::Args;
use plinth_settings::Settings;

use crate::{
    demo::{self, Outcome},
    failure::Result,
    installation::Installation,
    migrate,
    model_servers::ModelServers,
    terminal,
};

/// Add demo data to the database: two organizations, users in every role, projects, a prompt
///
/// The use cases of the API create it, so the audit log contains it. The next run completes an
/// interrupted one; after that, further runs change nothing, and records that you remove stay
/// removed. Refused in production: the password of the demo accounts is public. The models are those
/// that `PLINTH_DEV_AI_URL`, `_KEY` and `_MODEL` name, or in a checkout the local ones; the API calls
/// local ones only if `outgoing.allow` has them. `PLINTH_DEV_AI=off` adds none, and no prompt.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Seed {}

impl Seed {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let installation = Installation::open().await?;
        if installation.settings.environment.is_production() {
            return Err("demo accounts have a public password: not in production".into());
        }
        refuse_old_schema(&installation.settings).await?;
        let servers = ModelServers::find()?;
        let outcome = demo::plant(&installation.settings, servers.as_ref()).await?;
        terminal::say(match outcome {
            Outcome::Added => "demo data was added",
            Outcome::AlreadyThere => "demo data is already there",
        });
        terminal::say(&demo::login());
        installation.close().await?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn refuse_old_schema(settings: &Settings) -> Result<()> {
    match migrate::pending(settings).await? {
        0 => Ok(()),
        pending => {
            Err(format!("the database lacks {pending} steps: run `plinth migrate up` first").into())
        }
    }
}
