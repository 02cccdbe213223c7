//! `plinth audit`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use plinth_application::{
    Application,
    audit_logs::{Fault, Verification},
};
use plinth_domain::OrganizationId;

use crate::{failure::Result, installation::Installation, organization::organization, terminal};

/// Verify the audit log
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Verify that the audit log is unchanged
    ///
    /// Numbers pending entries, follows the numbers and hashes of every organization, and names the
    /// first entry that was changed, removed or reordered; then the exit code is 1. Store the
    /// printed hashes elsewhere: the owner of the database can forge all others.
    #[command(verbatim_doc_comment)]
    Verify {
        /// Only this organization
        #[arg(long, value_name = "ID", value_parser = organization)]
        organization: Option<OrganizationId>,
    },
}

impl Audit {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let What::Verify { organization } = self.what;
        let installation = Installation::open().await?;
        let plinth = plinth_bootstrap::assemble(&installation.settings).await?;
        let app = &plinth.application;
        if app.sequence_pending().await.is_err() {
            // A worker numbers them at the moment.
            terminal::step("entries without a number are left out");
        }
        let verified = match organization {
            Some(one) => verify(app, one).await,
            None => verify_all(app).await,
        };
        plinth.close().await;
        installation.close().await?;
        Ok(if verified? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Verifies the audit log of every organization; whether all are unchanged.
async fn verify_all(app: &Application) -> Result<bool> {
    let (mut after, mut all_valid) = (None, true);
    loop {
        let organizations = app.organizations(after).await?;
        let Some(last) = organizations.last() else { return Ok(all_valid) };
        after = Some(*last);
        for organization in organizations {
            all_valid &= verify(app, organization).await?;
        }
    }
}

/// Follows the audit log of an organization to its end, or to its first fault.
pub(crate) async fn follow(
    app: &Application,
    organization: OrganizationId,
) -> Result<Verification> {
    let mut found = app.verify_journal(organization, 0).await?;
    while !found.is_complete && found.fault.is_none() {
        found = app.verify_journal(organization, found.verified_to).await?;
    }
    Ok(found)
}

/// Verifies the audit log of an organization and prints the result.
async fn verify(app: &Application, organization: OrganizationId) -> Result<bool> {
    let found = follow(app, organization).await?;
    let Verification { verified_to, fault, .. } = found;
    let Some(Fault { number, entry, reason }) = fault else {
        let head = found.head_hex();
        terminal::say(&format!("ok   {organization}  {verified_to} entries, head {head}"));
        return Ok(true);
    };
    let entry = entry.map_or_else(|| "unknown entry".to_owned(), |entry| entry.to_string());
    let number = number.map_or_else(String::new, |number| format!(" number {number}"));
    let reason = reason.name();
    terminal::say(&format!("BAD  {organization}  entry{number} is {reason}: {entry}"));
    Ok(false)
}
