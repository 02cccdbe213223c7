//! Lists: filters, order and keyset pages.

pub(crate) mod codes;
mod cursor;
mod page;
mod query;

pub(crate) use page::ListView;
pub(crate) use query::ListQuery;
