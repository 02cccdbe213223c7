//! The audit log: reading and verifying it.

mod chain;

pub use chain::{Fault, Reason, Verification};

use chain::Anchor;

use plinth_domain::{EntryId, OrganizationId, Permission};
use plinth_ports::{
    Batch, ChainStart, EntryRange, JournalFilter, JournalRecord, JournalSort, Limit, Numbered,
    PAGE_BYTES, Page, PageRequest,
};

use crate::{Application, Error, Query, Reading, View, events::NOTHING};

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

    fn reading(&self) -> Reading {
        Reading::page(&self.page, self.filter != JournalFilter::default())
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<JournalRecord>, Error> {
        Ok(view.unit.journal().list(&self.filter, &self.page).await?)
    }
}

/// How many numbers one call verifies at most.
const PAGE: u32 = 500;

/// What one call reads at most: one row more, before the numbers, is the anchor.
const READ: Limit = Limit { items: PAGE + 1, bytes: 4 * PAGE_BYTES };

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
        let feed = view.unit.feed();
        let start = feed.start().await?;
        let rows = feed.after(self.after.saturating_sub(1), READ).await?;
        let mut found = verify(view.access.organization(), self.after, start, &rows)?;
        if found.fault.is_none() {
            let range = covered(self.after, start, &rows);
            found.fault = feed.unnumbered(range).await?.map(never_numbered);
        }
        Ok(found)
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
        let sequencer = &*self.ports.stores.sequencer;
        let start = sequencer.start(organization).await?;
        let rows = sequencer.numbered(organization, first, READ).await?;
        let mut found = verify(organization, after, start, &rows)?;
        if found.fault.is_none() {
            let range = covered(after, start, &rows);
            found.fault = sequencer.unnumbered(organization, range).await?.map(never_numbered);
        }
        Ok(found)
    }

    /// The organizations after this one, in the order of their identities.
    pub async fn organizations(
        &self,
        after: Option<OrganizationId>,
    ) -> Result<Vec<OrganizationId>, Error> {
        Ok(self.ports.stores.sequencer.organizations(after, PAGE).await?)
    }
}

/// The identities of the entries that one call covers: between the oldest and the youngest of its
/// rows, which include the last row of the call before, so that all calls together leave none out.
fn covered(after: i64, start: Option<ChainStart>, rows: &Batch<Numbered>) -> EntryRange {
    let ids = || rows.items.iter().map(|row| row.entry);
    EntryRange {
        from: if after <= start.map_or(0, |start| start.number) { None } else { ids().min() },
        to: if rows.has_more { ids().max() } else { None },
    }
}

/// The fault of an entry that has no number and will get none.
const fn never_numbered(entry: EntryId) -> Fault {
    Fault { number: None, entry: Some(entry), reason: Reason::Unnumbered }
}

fn verify(
    organization: OrganizationId,
    after: i64,
    start: Option<ChainStart>,
    batch: &Batch<Numbered>,
) -> Result<Verification, Error> {
    let rows = &*batch.items;
    let (mut anchor, rows) = match rows.split_first() {
        // Up to the start, everything was removed because of its age.
        _ if start.is_some_and(|start| after <= start.number) => {
            let ChainStart { number, hash } =
                start.unwrap_or(ChainStart { number: 0, hash: NOTHING });
            (Anchor { number, hash }, rows)
        }
        Some((first, rest)) if first.number == after => {
            (Anchor { number: after, hash: first.hash }, rest)
        }
        None if after > 0 => {
            let detail = "the journal does not reach so far".into();
            return Err(Error::Conflict { code: AUDIT_LOG_NUMBER, detail });
        }
        _ => (Anchor { number: after.saturating_sub(1).max(0), hash: NOTHING }, rows),
    };
    let after = after.max(start.map_or(0, |start| start.number));
    let fault = anchor.follow(organization, rows).err();
    let is_complete = fault.is_none() && !batch.has_more;
    let (verified_to, head) = (anchor.number, anchor.hash);
    Ok(Verification { after, verified_to, head, is_complete, fault })
}
