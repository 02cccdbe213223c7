use async_trait::async_trait;
use plinth_domain::{OrganizationId, Timestamp};
use plinth_ports::{
    Journal, JournalEntry, JournalFilter, JournalReader, JournalRecord, JournalSort, Page,
    PageRequest, Result, Times,
};

use super::{draft::Draft, lists, unit::Unit};

#[async_trait]
impl JournalReader for Unit {
    async fn list(
        &mut self,
        filter: &JournalFilter,
        page: &PageRequest<JournalSort>,
    ) -> Result<Page<JournalRecord>> {
        let lines = self.tables().journal.of(self.organization_id());
        Ok(lists::page(lines.filter(|line| shows(filter, &page.times, line)).cloned(), page))
    }
}

#[async_trait]
impl Journal for Unit {
    async fn append(&mut self, entry: &JournalEntry) -> Result<()> {
        self.draft.append(self.scope.organization(), entry)
    }
}

impl Draft {
    /// Appends a record to the audit log of an organization.
    pub(super) fn append(
        &mut self,
        organization: OrganizationId,
        entry: &JournalEntry,
    ) -> Result<()> {
        let key = (organization, entry.id);
        let exists = self.tables.journal.contains(&key);
        let homeless = !self.tables.organizations.contains(&organization);
        self.forbid(exists, "audit_logs_pkey")?;
        self.forbid(homeless, "audit_logs_organization_id_fkey")?;
        let record = JournalRecord {
            id: entry.id,
            at: entry.at,
            actor_kind: entry.actor.kind().to_owned(),
            actor_id: entry.actor.id(),
            action: entry.action.to_owned(),
            subject_kind: entry.subject.kind.to_owned(),
            subject_id: entry.subject.id,
            project_id: entry.project,
            before: entry.before.clone(),
            after: entry.after.clone(),
            outcome: entry.outcome,
            audit_only: entry.audit_only,
            request_id: entry.origin.request_id.clone(),
            trace_parent: entry.origin.trace_parent.clone(),
            address: entry.origin.address.map(|address| address.to_string()),
        };
        self.tables.journal.insert(key, record);
        self.tables.wait(organization, entry.id);
        Ok(())
    }
}

fn shows(filter: &JournalFilter, times: &Times, line: &JournalRecord) -> bool {
    let millis = |at: Timestamp| u128::try_from(at.timestamp_millis()).unwrap_or_default();
    // A UUIDv7 begins with 48 bits of milliseconds (RFC 9562, 5.7).
    let at = line.id.uuid().as_u128() >> 80;
    filter.action.allows(&line.action)
        && filter.actor_id.is_none_or(|actor| line.actor_id == Some(actor))
        && filter.subject_kind.allows(&line.subject_kind)
        && filter.subject_id.is_none_or(|id| line.subject_id == Some(id))
        && filter.outcome.allows(&line.outcome)
        && times.created.from.is_none_or(|from| at >= millis(from))
        && times.created.until.is_none_or(|until| at < millis(until))
}
