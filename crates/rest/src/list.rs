//! Every list: filters, order, pages.

mod cursor;
mod page;
mod query;

pub(crate) use page::ListView;
pub(crate) use query::ListQuery;
