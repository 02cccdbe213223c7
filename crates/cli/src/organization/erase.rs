//! `plinth organization erase`.

use plinth_application::Application;
use plinth_domain::OrganizationId;
use plinth_migration::relocation;
use plinth_settings::{ExposeSecret, Settings};

use crate::{failure::Result, terminal};

/// Removes one organization, or all whose time has come.
pub(super) async fn run(
    app: &Application,
    settings: &Settings,
    only: Option<OrganizationId>,
) -> Result<()> {
    if let Some(organization) = only {
        if !app.is_due_for_erasure(organization).await? {
            return Err(relocation::Error::Kept.into());
        }
        return erase(app, settings, organization).await;
    }
    let (mut after, mut erased) = (None, 0);
    loop {
        let page = app.organizations(after).await?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        for organization in page {
            if app.is_due_for_erasure(organization).await? {
                erase(app, settings, organization).await?;
                erased += 1;
            }
        }
    }
    terminal::say(&format!("{erased} organizations removed"));
    Ok(())
}

/// Nothing changes the organization meanwhile. Files go first: when it is cut off, the same command goes on.
async fn erase(app: &Application, settings: &Settings, organization: OrganizationId) -> Result<()> {
    let url = settings.database.migration_url().expose_secret();
    let erasure = relocation::Erasure::begin(url, organization.uuid()).await?;
    let files = app.remove_files(organization).await?;
    let certificate = erasure.finish(files).await?;
    let rows = certificate.rows;
    terminal::step(&format!("{organization}: {rows} rows and {files} files removed"));
    if app.cells().is_some() {
        terminal::step("the directory of the cells still has its slug");
    }
    Ok(())
}
