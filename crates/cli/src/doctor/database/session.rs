//! Whether the settings of a session are in force.

use plinth_bootstrap::SessionFault;

use crate::doctor::report::Report;

const NAME: &str = "session";

/// Reports how a session of the application differs from the settings.
pub(super) fn check(faults: &[SessionFault], report: &mut Report) {
    if faults.is_empty() {
        return report.good(NAME, "timeouts and role are in force, and the session stays");
    }
    for fault in faults {
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
