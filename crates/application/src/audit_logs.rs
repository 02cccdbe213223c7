//! The audit log: reading and verifying it.

mod chain;

pub use chain::{Fault, Reason, Verification};

use chain::Anchor;

use plinth_domain::{OrganizationId, Permission};
use plinth_ports::{JournalFilter, JournalRecord, JournalSort, Numbered, Page, PageRequest};

use crate::{Application, Error, Query, View, events::NOTHING};

plinth_domain::codes! {
    AUDIT_LOG_NUMBER = "audit_log.number", "The journal has no such number yet.";
}

/// Lists audit records.
#[derive(Debug, Clone)]
pub struct ListAuditLogs {
    /// Selects the records.
    pub filter: JournalFilter,
    /// The order and the position.
    pub page: PageRequest<JournalSort>,
}

impl Query for ListAuditLogs {
    const NAME: &'static str = "audit_log.list";
    const PERMISSION: Permission = Permission::AuditLogRead;
    type Output = Page<JournalRecord>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<JournalRecord>, Error> {
        Ok(view.unit.journal().list(&self.filter, &self.page).await?)
    }
}

/// How many numbers one call verifies at most.
const PAGE: u32 = 500;

/// Verifies a part of the audit log: up to 500 numbers after this one. After 0 it begins with the
/// first number; after any other number it trusts that number's hash.
#[derive(Debug, Clone, Copy)]
pub struct VerifyAuditLog {
    /// The number.
    pub after: i64,
}

impl Query for VerifyAuditLog {
    const NAME: &'static str = "audit_log.verify";
    const PERMISSION: Permission = Permission::AuditLogRead;
    type Output = Verification;

    async fn run(self, view: &mut View<'_>) -> Result<Verification, Error> {
        // One more row before them: the anchor.
        let rows = view.unit.feed().after(self.after.saturating_sub(1), PAGE + 1).await?;
        verify(view.access.organization(), self.after, &rows)
    }
}

impl Application {
    /// Verifies a part of any organization's audit log, for the command line.
    pub async fn verify_journal(
        &self,
        organization: OrganizationId,
        after: i64,
    ) -> Result<Verification, Error> {
        let first = after.saturating_sub(1);
        let rows = self.ports.stores.sequencer.numbered(organization, first, PAGE + 1).await?;
        verify(organization, after, &rows)
    }

    /// The organizations after this one, in the order of their identities.
    pub async fn organizations(
        &self,
        after: Option<OrganizationId>,
    ) -> Result<Vec<OrganizationId>, Error> {
        Ok(self.ports.stores.sequencer.organizations(after, PAGE).await?)
    }
}

fn verify(
    organization: OrganizationId,
    after: i64,
    rows: &[Numbered],
) -> Result<Verification, Error> {
    let asked = rows.len();
    let (mut anchor, rows) = match rows.split_first() {
        Some((first, rest)) if first.number == after => {
            (Anchor { number: after, hash: first.hash }, rest)
        }
        None if after > 0 => {
            let detail = "the journal does not reach so far".into();
            return Err(Error::Conflict { code: AUDIT_LOG_NUMBER, detail });
        }
        _ => (Anchor { number: after.saturating_sub(1).max(0), hash: NOTHING }, rows),
    };
    let fault = anchor.follow(organization, rows).err();
    let is_complete = fault.is_none() && asked <= PAGE as usize;
    let (verified_to, head) = (anchor.number, anchor.hash);
    Ok(Verification { after, verified_to, head, is_complete, fault })
}
