//! The numbers of the audit records.

use async_trait::async_trait;
use plinth_domain::{EntryId, OrganizationId};
use plinth_ports::{FeedReader, Head, Link, Numbered, Result, Sequencer, Span, Waiting};

use super::{MemoryStore, rows::SequenceRow, tables::Tables, unit::Unit};

#[async_trait]
impl Sequencer for MemoryStore {
    async fn pending(&self, limit: u32) -> Result<Vec<Waiting>> {
        let tables = self.snapshot();
        let waiting = tables.pending.values().take(limit as usize).filter_map(|key| {
            let record = tables.journal.get(key)?.clone();
            Some(Waiting { organization: key.0, record })
        });
        Ok(waiting.collect())
    }

    async fn heads(&self, organizations: &[OrganizationId]) -> Result<Vec<Head>> {
        let tables = self.snapshot();
        Ok(organizations.iter().filter_map(|organization| tables.head(*organization)).collect())
    }

    async fn link(&self, links: &[Link]) -> Result<()> {
        let mut draft = self.draft().await?;
        for link in links {
            let key = (link.organization, link.entry);
            let done = draft.tables.pending.retain(|_, waiting| *waiting != key) == 0;
            let place = (link.organization, link.number);
            let taken = draft.tables.sequence.contains(&place);
            draft.forbid(done, "journal_sequence_pkey")?;
            draft.forbid(taken, "journal_sequence_organization_id_number_key")?;
            let row = SequenceRow { entry: link.entry, hash: link.hash };
            draft.tables.sequence.insert(place, row);
        }
        draft.commit()
    }

    async fn numbered(
        &self,
        organization: OrganizationId,
        number: i64,
        limit: u32,
    ) -> Result<Vec<Numbered>> {
        Ok(self.snapshot().numbered(organization, number, limit))
    }

    async fn organizations(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<OrganizationId>> {
        let tables = self.snapshot();
        let behind = tables.organizations.iter().map(|(id, _)| *id);
        let behind = behind.filter(|id| after.is_none_or(|after| *id > after));
        Ok(behind.take(limit as usize).collect())
    }
}

#[async_trait]
impl FeedReader for Unit {
    async fn span(&mut self) -> Result<Span> {
        let (tables, organization) = (self.tables(), self.organization_id());
        let mut numbered = tables.sequence.behind(organization, 0);
        let first = numbered.find(|(_, row)| tables.journal.contains(&(organization, row.entry)));
        let last = tables.head(organization);
        Ok(Span {
            first: first.map_or(0, |(number, _)| number),
            last: last.map_or(0, |head| head.number),
        })
    }

    async fn after(&mut self, number: i64, limit: u32) -> Result<Vec<Numbered>> {
        Ok(self.tables().numbered(self.organization_id(), number, limit))
    }
}

impl Tables {
    /// Adds a record to the pending ones.
    pub(super) fn wait(&mut self, organization: OrganizationId, entry: EntryId) {
        let position = self.pending.last_key().map_or(1, |last| last + 1);
        self.pending.insert(position, (organization, entry));
    }

    fn numbered(&self, organization: OrganizationId, number: i64, limit: u32) -> Vec<Numbered> {
        let rows = self.sequence.behind(organization, number).take(limit as usize);
        let numbered = rows.map(|(number, row)| Numbered {
            number,
            entry: row.entry,
            hash: row.hash,
            record: self.journal.get(&(organization, row.entry)).cloned(),
        });
        numbered.collect()
    }

    fn head(&self, organization: OrganizationId) -> Option<Head> {
        let (number, row) = self.sequence.last_of(organization)?;
        Some(Head { organization, number, hash: row.hash })
    }
}
