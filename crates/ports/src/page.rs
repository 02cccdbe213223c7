use std::fmt::Debug;

use plinth_domain::Timestamp;
use uuid::Uuid;

use crate::{Batch, Times, Total};

/// The size at which a page ends before its limit of items, in bytes as they are stored: 1 MiB.
pub const PAGE_BYTES: usize = 1024 * 1024;

/// The direction of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The smallest value first.
    Ascending,
    /// The largest value first.
    Descending,
}

/// The value of an item in an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortValue {
    /// The identity alone, a UUIDv7, which contains the time of creation.
    Identity,
    /// A time.
    Time(Timestamp),
    /// A text, ordered by its bytes.
    Text(String),
    /// A small number, such as that of a version.
    Number(i16),
}

/// An order of a list, as the API documents it.
pub trait SortKey: Copy + PartialEq + Send + Sync + 'static {
    /// The listed item.
    type Item: Debug;
    /// Every order; the first is the default.
    const ALL: &'static [Self];
    /// Whether items are changed after they were created.
    const CHANGES: bool = true;
    /// The name in `?sort=`.
    fn name(self) -> &'static str;
    /// The item's value in this order.
    fn value(self, item: &Self::Item) -> SortValue;
    /// The item's identity, which orders items of equal value.
    fn identity(item: &Self::Item) -> Uuid;
}

/// Declares the orders of a list, one a line: `Variant = "name" => value`. Items that are never
/// changed are `unchanged`.
macro_rules! sort_keys {
    ($(#[$doc:meta])* $name:ident of $item:ty, unchanged, by $($rest:tt)*) => {
        $crate::page::sort_keys! { @ [const CHANGES: bool = false;] $(#[$doc])* $name of $item, by $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident of $item:ty, by $($rest:tt)*) => {
        $crate::page::sort_keys! { @ [] $(#[$doc])* $name of $item, by $($rest)* }
    };
    (@ [$($changes:tt)*] $(#[$doc:meta])* $name:ident of $item:ty, by $id:expr; $($variant:ident = $text:literal => $value:expr,)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is named after its field")]
        pub enum $name { $($variant,)+ }

        impl $crate::SortKey for $name {
            type Item = $item;
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            $($changes)*
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
            fn value(self, item: &Self::Item) -> $crate::SortValue {
                let value: fn(&Self::Item) -> $crate::SortValue = match self { $(Self::$variant => $value,)+ };
                value(item)
            }
            fn identity(item: &Self::Item) -> uuid::Uuid {
                let identity: fn(&Self::Item) -> uuid::Uuid = $id;
                identity(item)
            }
        }
    };
}
pub(crate) use sort_keys;

/// An order and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<K> {
    /// The order.
    pub by: K,
    /// The direction.
    pub direction: Direction,
}

/// A position in an ordered list: after the item with this value and identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The item's sort value.
    pub value: SortValue,
    /// The item's identity.
    pub id: Uuid,
}

/// A request for one page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<K> {
    /// The maximum number of items, 1 to 200.
    pub limit: u16,
    /// The order.
    pub sort: Sort<K>,
    /// The position before the page; `None` for the first page.
    pub after: Option<Position>,
    /// Selects items by their times, beside the filter of the list.
    pub times: Times,
    /// Whether the items of all pages are counted, too.
    pub counted: bool,
}

impl<K> PageRequest<K> {
    /// The first page of all items.
    pub fn first(limit: u16, sort: Sort<K>) -> Self {
        Self { limit, sort, after: None, times: Times::default(), counted: false }
    }

    /// Whether more is asked than the next items in their order. Such a page may read many rows, and
    /// asks several questions.
    pub fn is_special(&self) -> bool {
        self.counted || self.times != Times::default()
    }
}

impl<K: SortKey> PageRequest<K> {
    /// The number of rows that an adapter fetches: one more than the limit shows
    /// whether another page follows.
    #[must_use]
    pub fn fetch(&self) -> usize {
        usize::from(self.limit) + 1
    }

    /// Builds the page from up to [`PageRequest::fetch`] items, of which more may follow.
    #[must_use]
    pub fn page(&self, batch: Batch<K::Item>) -> Page<K::Item> {
        let Batch { mut items, has_more } = batch;
        let more = has_more || items.len() > usize::from(self.limit);
        items.truncate(usize::from(self.limit));
        let position =
            |item: &K::Item| Position { value: self.sort.by.value(item), id: K::identity(item) };
        let next = if more { items.last().map(position) } else { None };
        Page { items, next, total: None }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The position before the next page; `None` at the end.
    pub next: Option<Position>,
    /// How many items all pages have, where that was asked.
    pub total: Option<Total>,
}
