//! Lists: filters, order and keyset pages.

pub(crate) mod codes;
mod cursor;
mod page;
mod parameters;
mod query;

pub(crate) use page::ListView;
pub(crate) use parameters::{Archived, Limit, Paging};
pub(crate) use query::ListQuery;
