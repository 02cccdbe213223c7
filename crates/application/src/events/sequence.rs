use std::collections::HashMap;

use plinth_domain::OrganizationId;
use plinth_ports::{ChainHash, Link, Signal, Waiting};

use super::chain::{NOTHING, hash};
use crate::{Application, Error};

/// How many entries are numbered in one transaction.
const BATCH: u32 = 500;

impl Application {
    /// Assigns a number and a hash to every pending entry, and wakes the subscribers of their
    /// organizations. Returns the number of entries.
    ///
    /// When two processes do it concurrently, the second one fails and changes nothing.
    pub async fn sequence_pending(&self) -> Result<u64, Error> {
        let sequencer = &*self.ports.stores.sequencer;
        let mut done = 0;
        loop {
            let waiting = sequencer.pending(BATCH).await?;
            if waiting.is_empty() {
                return Ok(done);
            }
            let mut organizations: Vec<_> = waiting.iter().map(|w| w.organization).collect();
            organizations.sort_unstable();
            organizations.dedup();
            let heads = sequencer.heads(&organizations).await?;
            let heads = heads.into_iter().map(|h| (h.organization, (h.number, h.hash)));
            sequencer.link(&links(&waiting, heads.collect())).await?;
            for organization in organizations {
                self.ports.bus.publish(Signal::Events(organization));
            }
            done += waiting.len() as u64;
            if waiting.len() < BATCH as usize {
                return Ok(done);
            }
        }
    }
}

/// Assigns numbers after the last ones of the organizations.
fn links(waiting: &[Waiting], mut heads: HashMap<OrganizationId, (i64, ChainHash)>) -> Vec<Link> {
    let link = |Waiting { organization, record }: &Waiting| {
        let (last, previous) = heads.entry(*organization).or_insert((0, NOTHING));
        *last += 1;
        *previous = hash(previous, *organization, *last, record);
        Link { organization: *organization, entry: record.id, number: *last, hash: *previous }
    };
    waiting.iter().map(link).collect()
}
