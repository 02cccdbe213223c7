//! `plinth seed`.

use std::process::ExitCode;

use clap::Args;
use plinth_settings::Settings;

use crate::{
    demo::{self, Outcome},
    failure::Result,
    installation::Installation,
    migrate, terminal,
};

/// Put demo data into the database: two organizations, people in every role, projects
///
/// Everything is made by the use cases of the API, so that it is in the audit log as well. A run
/// that was cut short is completed by the next; after that another one changes nothing, so that
/// what you remove stays removed. Refused in production: the demo accounts' password is public.
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
        let outcome = demo::plant(&installation.settings).await?;
        terminal::say(match outcome {
            Outcome::Added => "demo data is in",
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
