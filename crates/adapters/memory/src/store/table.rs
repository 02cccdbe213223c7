use std::{collections::BTreeMap, sync::Arc};

use plinth_domain::{OrganizationId, Version};
use plinth_ports::{Result, StoreError};

/// Rows by their key. A clone shares them until one of the two is changed.
#[derive(Debug)]
pub(super) struct Table<K, V>(Arc<BTreeMap<K, Arc<V>>>);

// Derives would require each trait of key and row, which sharing does not need.
impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Arc::new(BTreeMap::new()))
    }
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.0.get(key).map(AsRef::as_ref)
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        Arc::make_mut(&mut self.0).get_mut(key).map(Arc::make_mut)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, row)| (key, row.as_ref()))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.values().map(AsRef::as_ref)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        Arc::make_mut(&mut self.0).values_mut().map(Arc::make_mut)
    }

    /// Stores a row, and replaces one with the same key.
    pub(super) fn insert(&mut self, key: K, row: V) {
        Arc::make_mut(&mut self.0).insert(key, Arc::new(row));
    }

    pub(super) fn last_key(&self) -> Option<&K> {
        self.0.last_key_value().map(|(key, _)| key)
    }

    pub(super) fn remove(&mut self, key: &K) {
        Arc::make_mut(&mut self.0).remove(key);
    }

    /// Removes the rows that `keep` refuses, and returns their number.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) -> usize {
        let before = self.0.len();
        Arc::make_mut(&mut self.0).retain(|key, row| keep(key, row));
        before - self.0.len()
    }
}

impl<I: Ord + Clone, V: Clone> Table<(OrganizationId, I), V> {
    /// The rows of an organization.
    pub(super) fn of(&self, organization: OrganizationId) -> impl Iterator<Item = &V> {
        self.iter().filter(move |((owner, _), _)| *owner == organization).map(|(_, row)| row)
    }
}

impl<V> Table<(OrganizationId, i64), V> {
    /// The rows of an organization after `number`, in order.
    pub(super) fn behind(
        &self,
        organization: OrganizationId,
        number: i64,
    ) -> impl Iterator<Item = (i64, &V)> {
        let range = (organization, number.saturating_add(1))..=(organization, i64::MAX);
        self.0.range(range).map(|((_, number), row)| (*number, row.as_ref()))
    }

    /// The row of an organization with the highest number.
    pub(super) fn last_of(&self, organization: OrganizationId) -> Option<(i64, &V)> {
        let mut all = self.0.range((organization, i64::MIN)..=(organization, i64::MAX));
        all.next_back().map(|((_, number), row)| (*number, row.as_ref()))
    }
}

/// [`StoreError::Stale`] unless the stored version is the expected one.
pub(super) fn expect(stored: Option<Version>, expected: Version) -> Result<()> {
    if stored == Some(expected) { Ok(()) } else { Err(StoreError::Stale) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_never_sees_what_is_written_after_it() {
        let mut table = Table::default();
        table.insert(1, "one");
        let snapshot = table.clone();
        table.insert(2, "two");
        *table.get_mut(&1).unwrap() = "uno";
        assert_eq!(snapshot.iter().collect::<Vec<_>>(), [(&1, &"one")]);
        assert_eq!(table.retain(|key, _| *key == 2), 1);
        assert_eq!(table.values().collect::<Vec<_>>(), [&"two"]);
    }
}
