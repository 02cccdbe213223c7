//! Lists: filters, order and keyset pages.

pub(crate) mod codes;
mod columns;
mod cursor;
mod export;
mod formula;
mod page;
mod parameters;
mod query;
mod table;
pub(crate) mod whole;

pub(crate) use columns::{Column, Columns};
pub(crate) use export::{MAX_ROWS, pages};
pub(crate) use page::{ListView, PageOf};
pub(crate) use parameters::{Archived, Limit, Paging, Placed};
pub(crate) use query::ListQuery;
