use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListView<V> {
    /// The items, in the order that was asked for.
    pub(crate) data: Vec<V>,
    /// Leads to the next page as `?cursor=`; absent on the last one.
    pub(crate) next_cursor: Option<String>,
    /// Whether there is a next page.
    pub(crate) has_more: bool,
}
