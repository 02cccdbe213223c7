//! The numbers of the audit records.

use async_trait::async_trait;
use plinth_domain::{EntryId, OrganizationId, Timestamp};
use plinth_in_process::SystemClock;
use plinth_ports::{
    Batch, ChainStart, Clock, Defect, EntryRange, FeedReader, Head, Lag, Limit, Link, Numbered,
    Result, Sequencer, Span, Waiting,
};

use super::{MemoryStore, lists, rows::SequenceRow, tables::Tables, unit::Unit};

#[async_trait]
impl Sequencer for MemoryStore {
    async fn pending(&self, limit: Limit) -> Result<Batch<Waiting>> {
        let tables = self.snapshot();
        let pending = tables.pending.values().filter(|key| !tables.quarantined.contains(key));
        let waiting = pending.map(|key| {
            let record = tables.journal.get(key).cloned().ok_or(Defect::Missing);
            Waiting { organization: key.0, entry: key.1, record }
        });
        Ok(Batch::take(waiting, limit, lists::size))
    }

    async fn lag(&self) -> Result<Lag> {
        let (now, tables) = (SystemClock.now(), self.snapshot());
        let pending = tables.pending.values().filter(|key| !tables.quarantined.contains(key));
        let (mut lag, mut first) = (Lag::default(), now);
        for key in pending {
            lag.entries += 1;
            first = tables.journal.get(key).map_or(first, |record| record.at.min(first));
        }
        lag.age = (now - first).to_std().unwrap_or_default();
        Ok(lag)
    }

    async fn quarantine(&self, entries: &[(OrganizationId, EntryId, Defect)]) -> Result<u64> {
        let mut draft = self.draft().await?;
        let mut marked = 0;
        for (organization, entry, defect) in entries {
            let key = (*organization, *entry);
            let is_pending = draft.tables.pending.values().any(|waiting| *waiting == key);
            if is_pending && !draft.tables.quarantined.contains(&key) {
                draft.tables.quarantined.insert(key, *defect);
                marked += 1;
            }
        }
        draft.commit()?;
        Ok(marked)
    }

    async fn quarantined(&self) -> Result<u64> {
        Ok(self.snapshot().quarantined.values().count() as u64)
    }

    async fn waiting(&self, organization: OrganizationId) -> Result<u64> {
        let tables = self.snapshot();
        let own = tables.pending.values().filter(|key| key.0 == organization);
        Ok(own.count() as u64)
    }

    async fn start(&self, organization: OrganizationId) -> Result<Option<ChainStart>> {
        Ok(self.snapshot().starts.get(&organization).copied())
    }

    async fn unnumbered(
        &self,
        organization: OrganizationId,
        range: EntryRange,
    ) -> Result<Option<EntryId>> {
        Ok(self.snapshot().unnumbered(organization, range))
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
        limit: Limit,
    ) -> Result<Batch<Numbered>> {
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
        let last = last.map_or(0, |head| head.number);
        let none = if last > 0 { last + 1 } else { 0 };
        Ok(Span { first: first.map_or(none, |(number, _)| number), last })
    }

    async fn start(&mut self) -> Result<Option<ChainStart>> {
        Ok(self.tables().starts.get(&self.organization_id()).copied())
    }

    async fn after(&mut self, number: i64, limit: Limit) -> Result<Batch<Numbered>> {
        Ok(self.tables().numbered(self.organization_id(), number, limit))
    }

    async fn unnumbered(&mut self, range: EntryRange) -> Result<Option<EntryId>> {
        Ok(self.tables().unnumbered(self.organization_id(), range))
    }
}

impl Tables {
    /// Adds a record to the pending ones.
    pub(super) fn wait(&mut self, organization: OrganizationId, entry: EntryId) {
        let position = self.pending.last_key().map_or(1, |last| last + 1);
        self.pending.insert(position, (organization, entry));
    }

    fn numbered(&self, organization: OrganizationId, number: i64, limit: Limit) -> Batch<Numbered> {
        let rows = self.sequence.behind(organization, number);
        let numbered = rows.map(|(number, row)| Numbered {
            number,
            entry: row.entry,
            hash: row.hash,
            record: self.journal.get(&(organization, row.entry)).cloned(),
        });
        Batch::take(numbered, limit, lists::size)
    }

    fn unnumbered(&self, organization: OrganizationId, range: EntryRange) -> Option<EntryId> {
        let entries = self.journal.of(organization).map(|record| record.id);
        let mut entries = entries.filter(|id| {
            range.from.is_none_or(|from| *id >= from) && range.to.is_none_or(|to| *id <= to)
        });
        entries.find(|id| {
            let key = (organization, *id);
            let waits = self.pending.values().any(|waiting| *waiting == key)
                && !self.quarantined.contains(&key);
            let mut numbers = self.sequence.behind(organization, 0);
            !waits && !numbers.any(|(_, row)| row.entry == *id)
        })
    }

    fn head(&self, organization: OrganizationId) -> Option<Head> {
        if let Some((number, row)) = self.sequence.last_of(organization) {
            return Some(Head { organization, number, hash: row.hash });
        }
        let ChainStart { number, hash } = *self.starts.get(&organization)?;
        Some(Head { organization, number, hash })
    }

    /// Removes numbers from the start of a chain whose records are older than `until`.
    pub(super) fn shorten_chain(
        &mut self,
        organization: OrganizationId,
        until: Timestamp,
        limit: u32,
    ) -> u64 {
        let millis = u128::try_from(until.timestamp_millis()).unwrap_or_default();
        // A UUIDv7 begins with 48 bits of milliseconds (RFC 9562, 5.7).
        let is_old = |id: EntryId| id.uuid().as_u128() >> 80 < millis;
        let chain = self.sequence.behind(organization, 0).take(limit as usize);
        let old: Vec<(i64, SequenceRow)> = chain
            .take_while(|(_, row)| is_old(row.entry))
            .map(|(number, row)| (number, *row))
            .collect();
        for (number, row) in &old {
            self.journal.remove(&(organization, row.entry));
            self.sequence.remove(&(organization, *number));
            self.starts.insert(organization, ChainStart { number: *number, hash: row.hash });
        }
        old.len() as u64
    }
}
