//! Whether a complete backup can be made.

use plinth_migration::BackupRights;
use plinth_settings::Settings;

use crate::{doctor::report::Report, failure::chain, migrate};

const NAME: &str = "backup";

/// How many tables are named.
const SHOWN: usize = 5;

/// Checks the backup role.
pub(super) async fn check(settings: &Settings, report: &mut Report) {
    let state = match migrate::backup_state(settings).await {
        Ok(state) => state,
        Err(error) => {
            let remedy = "check PLINTH_DATABASE__ADMIN_URL";
            return report.bad(NAME, &chain(&*error), remedy);
        }
    };
    let role = &state.role;
    let Some(rights) = &state.rights else {
        let problem = format!("there is no role {role} that could read every row");
        return report.bad(NAME, &problem, "run `plinth migrate up`, which makes it");
    };
    if rights.open_to_application {
        let problem = format!("the application's role is a member of {role}, and reads every row");
        let remedy = format!("REVOKE {role} FROM {}", settings.database.application_role);
        return report.bad(NAME, &problem, &remedy);
    }
    if !rights.unreadable.is_empty() {
        let named: Vec<_> = rights.unreadable.iter().take(SHOWN).map(String::as_str).collect();
        let problem = format!(
            "{role} does not read all rows of {} tables: {}",
            rights.unreadable.len(),
            named.join(", ")
        );
        return report.bad(NAME, &problem, "run `plinth migrate up`, which grants it");
    }
    report.good(NAME, &format!("{role} reads every row: `{}`", command(role, rights)));
}

/// How to make a backup.
fn command(role: &str, rights: &BackupRights) -> String {
    let login = if rights.logs_in { String::new() } else { format!(" --role={role}") };
    let rows = if rights.bypasses_policies { "" } else { " --enable-row-security" };
    format!("pg_dump --format=custom{login}{rows}")
}
