//! What a list of any kind can be narrowed by, and how many items it selects.

use plinth_domain::{Revision, Timestamp};

/// The values of which a listed item has one. Without a value, every item is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOf<T>(Vec<T>);

// A derived impl would require `T: Default`.
impl<T> Default for OneOf<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<T> for OneOf<T> {
    fn from(value: T) -> Self {
        Self(vec![value])
    }
}

impl<T: PartialEq> OneOf<T> {
    /// The most values of one filter.
    pub const MOST: usize = 20;

    /// A filter by 1 to [`Self::MOST`] different values; `None` for another number, or for a value
    /// that is repeated.
    #[must_use]
    pub fn new(values: Vec<T>) -> Option<Self> {
        let repeats = values.iter().enumerate().any(|(n, value)| values[..n].contains(value));
        ((1..=Self::MOST).contains(&values.len()) && !repeats).then_some(Self(values))
    }

    /// Whether it selects by more than one value.
    #[must_use]
    pub fn has_several(&self) -> bool {
        self.0.len() > 1
    }

    /// Whether an item with this value is selected.
    #[must_use]
    pub fn allows<V: ?Sized>(&self, value: &V) -> bool
    where
        T: PartialEq<V>,
    {
        self.allows_some(Some(value))
    }

    /// Whether an item is selected that may have no value.
    #[must_use]
    pub fn allows_some<V: ?Sized>(&self, value: Option<&V>) -> bool
    where
        T: PartialEq<V>,
    {
        self.0.is_empty() || value.is_some_and(|value| self.0.iter().any(|one| one == value))
    }

    /// The values; `None` where every item is selected.
    #[must_use]
    pub fn values(&self) -> Option<&[T]> {
        (!self.0.is_empty()).then_some(&*self.0)
    }
}

/// A range of time: from its beginning, and before its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimeRange {
    /// The first moment; `None` without a beginning.
    pub from: Option<Timestamp>,
    /// The first moment that is not included any more; `None` without an end.
    pub until: Option<Timestamp>,
}

impl TimeRange {
    /// Whether a moment is included.
    #[must_use]
    pub fn includes(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// The time that both ranges include.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let until = [self.until, other.until].into_iter().flatten().min();
        Self { from: self.from.max(other.from), until }
    }
}

/// When the items of a list were created, and when they were last changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// The time of the first write.
    pub created: TimeRange,
    /// The time of the newest write.
    pub updated: TimeRange,
}

impl Times {
    /// Whether an item with this revision is selected.
    #[must_use]
    pub fn include(&self, revision: &Revision) -> bool {
        self.created.includes(revision.created_at) && self.updated.includes(revision.updated_at)
    }
}

/// How many items a list selects, on all of its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The number of items, at most [`Total::MOST`].
    pub count: u64,
    /// Whether these are all of them.
    pub exact: bool,
}

impl Total {
    /// The most items that are counted.
    pub const MOST: u64 = 10_000;

    /// The total of so many items, of which one more than [`Total::MOST`] were looked for.
    #[must_use]
    pub fn of(found: u64) -> Self {
        Self { count: found.min(Self::MOST), exact: found <= Self::MOST }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_filter_has_a_bounded_number_of_different_values() {
        assert_eq!(OneOf::new(Vec::<u8>::new()), None);
        assert_eq!(OneOf::new(vec![1, 2, 1]), None);
        assert_eq!(OneOf::new((0..21).collect()), None);
        assert!(OneOf::new((0..20).collect()).unwrap().allows(&19));
        assert!(OneOf::<u8>::default().allows(&7));
        assert!(!OneOf::from(7).allows_some::<u8>(None));
    }

    #[test]
    fn a_range_includes_its_beginning_and_not_its_end() {
        let range = TimeRange { from: Some(at(1)), until: Some(at(3)) };
        assert_eq!([0, 1, 2, 3].map(|n| range.includes(at(n))), [false, true, true, false]);
        assert!(TimeRange::default().includes(at(0)));
        let other = TimeRange { from: Some(at(2)), until: None };
        assert_eq!(range.and(other), TimeRange { from: Some(at(2)), until: Some(at(3)) });
        assert_eq!(other.and(range), range.and(other));
    }

    #[test]
    fn a_total_beyond_the_bound_is_not_exact() {
        assert_eq!(Total::of(10_000), Total { count: 10_000, exact: true });
        assert_eq!(Total::of(10_001), Total { count: 10_000, exact: false });
    }
}
