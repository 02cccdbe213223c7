//! The journal, as the audit log shows it.

mod chain;
mod list;
mod verify;

pub use chain::{Fault, Reason, Verification};
pub use list::ListAuditLogs;
pub use verify::VerifyAuditLog;
