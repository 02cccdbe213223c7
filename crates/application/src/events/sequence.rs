use std::collections::HashMap;

use plinth_domain::{EntryId, OrganizationId};
use plinth_ports::{
    Batch, ChainHash, Defect, JournalRecord, Lag, Limit, Link, NUMBER_TAKEN, PAGE_BYTES, Sequencer,
    Signal, StoreError,
};

use super::chain::{NOTHING, hash};
use crate::{Application, Error};

/// What is numbered in one transaction at most.
const BATCH: Limit = Limit { items: 500, bytes: 4 * PAGE_BYTES };

/// The result of numbering the pending entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sequenced {
    /// The entries that got a number.
    pub numbered: u64,
    /// The entries that cannot be numbered, and were set aside.
    pub quarantined: u64,
}

/// An entry to be numbered.
type Entry = (OrganizationId, JournalRecord);

impl Application {
    /// Assigns a number and a hash to every pending entry, and wakes the subscribers of their
    /// organizations. An entry that cannot be numbered is set aside, so that it stops no other.
    ///
    /// When two processes do it concurrently, the second one fails and changes nothing.
    pub async fn sequence_pending(&self) -> Result<Sequenced, Error> {
        let sequencer = &*self.ports.stores.sequencer;
        let mut done = Sequenced::default();
        loop {
            let Batch { items, has_more } = sequencer.pending(BATCH).await?;
            let (mut entries, mut defects) = (Vec::new(), Vec::new());
            for waiting in items {
                match waiting.record {
                    Ok(record) => entries.push((waiting.organization, record)),
                    Err(defect) => defects.push((waiting.organization, waiting.entry, defect)),
                }
            }
            match number(sequencer, &entries).await {
                Ok(()) => done.numbered += entries.len() as u64,
                Err(error) if may_be_one_entry(&error) => {
                    // Each by itself, to find the one that the store refuses.
                    for entry in &entries {
                        match number(sequencer, std::slice::from_ref(entry)).await {
                            Ok(()) => done.numbered += 1,
                            Err(error) if may_be_one_entry(&error) => {
                                defects.push((entry.0, entry.1.id, Defect::Refused));
                            }
                            Err(error) => return Err(error.into()),
                        }
                    }
                }
                Err(error) => return Err(error.into()),
            }
            if !defects.is_empty() {
                done.quarantined += sequencer.quarantine(&defects).await?;
                defects.iter().for_each(report);
            }
            for organization in organizations(&entries) {
                self.ports.bus.publish(Signal::Events(organization));
            }
            if !has_more {
                return Ok(done);
            }
        }
    }

    /// How far the numbers of the audit logs are behind.
    pub async fn sequencer_lag(&self) -> Result<Lag, Error> {
        Ok(self.ports.stores.sequencer.lag().await?)
    }

    /// The number of entries that were set aside because they cannot be numbered.
    pub async fn quarantined_entries(&self) -> Result<u64, Error> {
        Ok(self.ports.stores.sequencer.quarantined().await?)
    }
}

/// Assigns the next numbers to entries, to all or to none.
async fn number(sequencer: &dyn Sequencer, entries: &[Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let heads = sequencer.heads(&organizations(entries)).await?;
    let heads = heads.into_iter().map(|h| (h.organization, (h.number, h.hash)));
    sequencer.link(&links(entries, heads.collect())).await
}

/// Whether the store may refuse because of one entry: neither was another sequencer faster, nor is the
/// store away.
fn may_be_one_entry(error: &StoreError) -> bool {
    match error {
        StoreError::Conflict { .. } => !NUMBER_TAKEN.is_violated_in(error),
        StoreError::Other(_) => true,
        StoreError::Stale
        | StoreError::Busy
        | StoreError::Unavailable(_)
        | StoreError::TimedOut(_) => false,
    }
}

/// The organizations of these entries.
fn organizations(entries: &[Entry]) -> Vec<OrganizationId> {
    let mut organizations: Vec<_> = entries.iter().map(|(organization, _)| *organization).collect();
    organizations.sort_unstable();
    organizations.dedup();
    organizations
}

fn report((organization, entry, defect): &(OrganizationId, EntryId, Defect)) {
    tracing::error!(
        %organization, %entry, defect = defect.name(),
        "an entry of the audit log cannot be numbered, and is set aside"
    );
}

/// Assigns numbers after the last ones of the organizations.
fn links(entries: &[Entry], mut heads: HashMap<OrganizationId, (i64, ChainHash)>) -> Vec<Link> {
    let link = |(organization, record): &Entry| {
        let (last, previous) = heads.entry(*organization).or_insert((0, NOTHING));
        *last += 1;
        *previous = hash(previous, *organization, *last, record);
        Link { organization: *organization, entry: record.id, number: *last, hash: *previous }
    };
    entries.iter().map(link).collect()
}
