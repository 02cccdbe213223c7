//! Whether the settings of a session are in force.

use plinth_bootstrap::SessionFault;
use plinth_settings::Settings;

use crate::{doctor::report::Report, failure::chain};

const NAME: &str = "session";

/// Compares a session of the application with the settings.
pub(super) async fn check(settings: &Settings, report: &mut Report) {
    let Ok(store) = plinth_bootstrap::database(settings) else { return };
    let faults = match store.session_faults().await {
        Ok(faults) => faults,
        Err(error) => return report.unknown(NAME, &chain(&error)),
    };
    if faults.is_empty() {
        return report
            .good(NAME, "timeouts and role are in force, and each connection keeps its session");
    }
    for fault in &faults {
        match fault {
            SessionFault::Differs { setting, wanted, found } => report.bad(
                NAME,
                &format!("{setting} is {found:?}, and should be {wanted:?}"),
                "connect to PostgreSQL itself, or to a pooler that keeps settings (PgBouncer: \
                 pool_mode = session)",
            ),
            SessionFault::Moved => report.bad(
                NAME,
                "two transactions of one connection ran in two sessions of the server",
                "a pooler lends sessions for a transaction: set pool_mode = session in PgBouncer, or \
                 connect to PostgreSQL itself",
            ),
        }
    }
}
