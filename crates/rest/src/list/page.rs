use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListView<V> {
    /// The items in the requested order.
    pub(crate) data: Vec<V>,
    /// `?cursor=` of the next page; `null` on the last page.
    pub(crate) next_cursor: Option<String>,
    /// Whether there is a next page.
    pub(crate) has_more: bool,
}
