use chrono::TimeDelta;

use crate::{Description, Id, Name, OrganizationId, Patch, Revision, Timestamp};

mod item;

pub use item::{DatasetItem, DatasetItemContent, DatasetItemId};

/// The identity of a data set.
pub type DatasetId = Id<Dataset>;

/// The values of a new data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetDraft {
    /// Name: 1 to 200 characters, unique within the organization.
    pub name: Name,
    /// Description: up to 10,000 characters, with line breaks.
    pub description: Option<Description>,
}

/// A change to a data set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DatasetChanges {
    /// Sets `name`.
    pub name: Option<Name>,
    /// Sets `description`, or clears it.
    pub description: Patch<Description>,
}

/// A data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// The identity.
    pub id: DatasetId,
    /// The organization that owns the data set.
    pub organization: OrganizationId,
    /// Name: 1 to 200 characters, unique within the organization.
    pub name: Name,
    /// Description: up to 10,000 characters, with line breaks.
    pub description: Option<Description>,
    /// How many items it has.
    pub items: u32,
    /// How many items it ever had: those that were replaced or removed count.
    pub total_items: u32,
    /// When its items changed the last time. Each change has a later moment than the one before it, so
    /// the items of a moment are always the same ones.
    pub items_changed_at: Timestamp,
    /// The version, and when it was written.
    pub revision: Revision,
}

/// The data set would have more items than it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DatasetFull {
    /// More than [`Dataset::MAX_ITEMS`] at once.
    #[error("a data set has at most {} items", Dataset::MAX_ITEMS)]
    Items,
    /// More than [`Dataset::MAX_TOTAL_ITEMS`] ever.
    #[error(
        "a data set has at most {} items with those that were replaced",
        Dataset::MAX_TOTAL_ITEMS
    )]
    Total,
}

impl Dataset {
    /// The most items at once.
    pub const MAX_ITEMS: u32 = 100_000;
    /// The most items ever, with those that were replaced or removed.
    pub const MAX_TOTAL_ITEMS: u32 = 500_000;
    /// The most items that are added at once.
    pub const MAX_ADDED: usize = 10_000;

    /// A new data set.
    #[must_use]
    pub fn create(
        id: DatasetId,
        organization: OrganizationId,
        draft: DatasetDraft,
        at: Timestamp,
    ) -> Self {
        let DatasetDraft { name, description } = draft;
        Self {
            id,
            organization,
            name,
            description,
            items: 0,
            total_items: 0,
            items_changed_at: at,
            revision: Revision::first(at),
        }
    }

    /// The data set after a change.
    #[must_use]
    pub fn change(mut self, changes: DatasetChanges, at: Timestamp) -> Self {
        self.name = changes.name.unwrap_or(self.name);
        changes.description.apply(&mut self.description);
        Self { revision: self.revision.next(at), ..self }
    }

    /// The data set once so many items were added and removed. `items_changed_at` is then the moment of
    /// the change.
    ///
    /// # Errors
    /// It would have too many.
    pub fn change_items(
        self,
        added: u32,
        removed: u32,
        at: Timestamp,
    ) -> Result<Self, DatasetFull> {
        let items = self.items.saturating_sub(removed).saturating_add(added);
        let total_items = self.total_items.saturating_add(added);
        if items > Self::MAX_ITEMS {
            return Err(DatasetFull::Items);
        }
        if total_items > Self::MAX_TOTAL_ITEMS {
            return Err(DatasetFull::Total);
        }
        // A transaction that waited for the lock of the data set began before the last change.
        let next = self.items_changed_at + TimeDelta::microseconds(1);
        let revision = self.revision.next(at);
        Ok(Self { items, total_items, items_changed_at: at.max(next), revision, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    /// The first or the second of two that differ in everything.
    fn dataset(n: usize) -> Dataset {
        let draft = DatasetDraft {
            name: Name::parse(&format!("Name {n}")).unwrap(),
            description: Some(Description::parse(format!("Line {n},\nand one more")).unwrap()),
        };
        let id = Uuid::nil();
        Dataset::create(Id::from_uuid(id), Id::from_uuid(id), draft, Timestamp::UNIX_EPOCH)
    }

    /// A required value: the second one where the pick is 2.
    fn required<T>(pick: u8, first: T, second: T) -> T {
        if pick == 2 { second } else { first }
    }

    /// An optional value: none where the pick is 1, the second one where it is 2.
    fn optional<T>(pick: u8, first: Option<T>, second: Option<T>) -> Option<T> {
        if pick == 1 { None } else { required(pick, first, second) }
    }

    fn patch<T>(pick: u8, value: Option<T>) -> Patch<T> {
        match (pick, value) {
            (2, Some(value)) => Patch::Set(value),
            (1, _) => Patch::Clear,
            _ => Patch::Keep,
        }
    }

    proptest! {
        #[test]
        fn a_change_sets_what_it_names_and_keeps_the_rest(
            picks in proptest::collection::vec(0u8..3, 2),
        ) {
            let (before, other) = (dataset(0), dataset(1));
            let changes = DatasetChanges {
                name: (picks[0] == 2).then(|| other.name.clone()),
                description: patch(picks[1], other.description.clone()),
            };
            let expected = Dataset {
                name: required(picks[0], before.name.clone(), other.name),
                description: optional(picks[1], before.description.clone(), other.description),
                revision: before.revision.next(Timestamp::UNIX_EPOCH),
                ..before.clone()
            };
            prop_assert_eq!(before.change(changes, Timestamp::UNIX_EPOCH), expected);
        }
    }

    #[test]
    fn each_change_of_the_items_is_later_than_the_one_before_it() {
        let early = Timestamp::UNIX_EPOCH;
        let first = dataset(0).change_items(3, 0, early).unwrap();
        let second = first.clone().change_items(1, 2, early).unwrap();
        assert!(second.items_changed_at > first.items_changed_at);
        assert_eq!((second.items, second.total_items), (2, 4));
    }

    #[test]
    fn a_data_set_has_at_most_a_hundred_thousand_items_at_once() {
        let full = dataset(0).change_items(Dataset::MAX_ITEMS, 0, Timestamp::UNIX_EPOCH).unwrap();
        let more = full.clone().change_items(1, 0, Timestamp::UNIX_EPOCH);
        assert_eq!(more, Err(DatasetFull::Items));
        let mut replaced = full;
        for _ in 0..4 {
            let all = Dataset::MAX_ITEMS;
            replaced = replaced.change_items(all, all, Timestamp::UNIX_EPOCH).unwrap();
        }
        let more = replaced.change_items(1, 1, Timestamp::UNIX_EPOCH);
        assert_eq!(more, Err(DatasetFull::Total));
    }
}
