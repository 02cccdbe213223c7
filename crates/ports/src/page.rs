use plinth_domain::Timestamp;
use uuid::Uuid;

/// Which way a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// The value that a list is ordered by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortValue {
    /// The identity alone: UUIDv7, so the time of making.
    Identity,
    /// A moment.
    Time(Timestamp),
    /// Text, by its bytes.
    Text(String),
}

/// A documented order of a list.
pub trait SortKey: Copy + PartialEq + Send + Sync + 'static {
    /// What is listed.
    type Item;
    /// Every order there is; the first is the default's.
    const ALL: &'static [Self];
    /// Its name in `?sort=`.
    fn name(self) -> &'static str;
    /// The item's value in this order.
    fn value(self, item: &Self::Item) -> SortValue;
    /// The item's identity: ties are broken by it.
    fn identity(item: &Self::Item) -> Uuid;
}

/// An order and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<K> {
    /// What to order by.
    pub by: K,
    /// Which way.
    pub direction: Direction,
}

/// A place in an ordered list: behind the item with this value and identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The item's sort value.
    pub value: SortValue,
    /// The item's identity.
    pub id: Uuid,
}

/// Asks for one page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// How many items, 1 to 200.
    pub limit: u16,
    /// In which order.
    pub sort: Sort<K>,
    /// Behind which item; `None` for the first page.
    pub after: Option<Position>,
}

impl<K: SortKey> PageRequest<K> {
    /// How many rows an adapter fetches: one more than asked for shows whether
    /// there are more.
    #[must_use]
    pub fn fetch(&self) -> usize {
        usize::from(self.limit) + 1
    }

    /// Makes the page of what [`PageRequest::fetch`] brought.
    #[must_use]
    pub fn page(&self, mut items: Vec<K::Item>) -> Page<K::Item> {
        let more = items.len() > usize::from(self.limit);
        items.truncate(usize::from(self.limit));
        let position =
            |item: &K::Item| Position { value: self.sort.by.value(item), id: K::identity(item) };
        let next = if more { items.last().map(position) } else { None };
        Page { items, next }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Position>,
}
