use plinth_ports::{Position, Total};
use serde::Serialize;
use utoipa::ToSchema;

/// A request for one page of a list that has one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageOf {
    /// The maximum number of items.
    pub(crate) limit: u16,
    /// The position before the page; `None` for the first page.
    pub(crate) after: Option<Position>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListView<V> {
    /// The items in the requested order.
    pub(crate) data: Vec<V>,
    /// `?cursor=` of the next page; `null` on the last page.
    pub(crate) next_cursor: Option<String>,
    /// Whether there is a next page.
    pub(crate) has_more: bool,
    /// The number of items on all pages, with `?total=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) total: Option<TotalView>,
}

/// How many items a list has, on all of its pages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListTotal)]
pub(crate) struct TotalView {
    /// The number of items; no more are counted than 10,000.
    #[schema(minimum = 0, maximum = 10_000)]
    count: u64,
    /// Whether these are all items.
    exact: bool,
}

impl From<Total> for TotalView {
    fn from(Total { count, exact }: Total) -> Self {
        Self { count, exact }
    }
}
