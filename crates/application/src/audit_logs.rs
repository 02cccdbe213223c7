//! The journal, as the audit log shows it.

mod chain;
mod list;
mod verify;

pub use chain::{Fault, Reason, Verification};
pub use list::ListAuditLogs;
pub use verify::VerifyAuditLog;

plinth_domain::codes! {
    AUDIT_LOG_NUMBER = "audit_log.number", "The journal has no such number yet.";
}
