//! What is kept of the issuers that were asked.

use std::{collections::HashMap, time::Instant};

use crate::{keys::Keys, metadata::Metadata};

/// The most issuers of which something is kept. Organizations name issuers, too.
const MAX: usize = 1_000;

/// What a provider has told about itself, and when.
#[derive(Clone, Default)]
pub(crate) struct Known {
    pub(crate) metadata: Option<(Metadata, Instant)>,
    pub(crate) keys: Option<(Keys, Instant)>,
}

/// What is known of an issuer, and the number of its last use.
#[derive(Default)]
struct Entry {
    known: Known,
    last_use: u64,
}

/// What is known of each issuer, of at most [`MAX`].
#[derive(Default)]
pub(crate) struct KnownIssuers {
    entries: HashMap<String, Entry>,
    uses: u64,
}

impl KnownIssuers {
    /// What is known of an issuer.
    pub(crate) fn of(&mut self, issuer: &str) -> Known {
        let Some(entry) = self.entries.get_mut(issuer) else { return Known::default() };
        self.uses += 1;
        entry.last_use = self.uses;
        entry.known.clone()
    }

    /// Changes what is known of an issuer. The one that was used longest ago gives way to a new one;
    /// it is asked again where it is needed.
    pub(crate) fn learn(&mut self, issuer: &str, learn: impl FnOnce(&mut Known)) {
        if self.entries.len() >= MAX && !self.entries.contains_key(issuer) {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last_use);
            if let Some(oldest) = oldest.map(|(issuer, _)| issuer.clone()) {
                self.entries.remove(&oldest);
            }
        }
        self.uses += 1;
        let entry = self.entries.entry(issuer.to_owned()).or_default();
        entry.last_use = self.uses;
        learn(&mut entry.known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_that_was_used_longest_ago_gives_way_to_a_new_one() {
        let mut issuers = KnownIssuers::default();
        let learn = |known: &mut Known| known.keys = Some((Keys::default(), Instant::now()));
        for n in 0..MAX {
            issuers.learn(&n.to_string(), learn);
        }
        assert!(issuers.of("0").keys.is_some());
        issuers.learn("new", learn);
        assert!(issuers.of("1").keys.is_none());
        for kept in ["0", "2", "999", "new"] {
            assert!(issuers.of(kept).keys.is_some(), "{kept}");
        }
        // One that is known takes no place of another one.
        issuers.learn("2", learn);
        assert_eq!(issuers.entries.len(), MAX);
    }
}
