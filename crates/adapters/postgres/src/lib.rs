//! The store on PostgreSQL: sea-orm's entities inside transactions that are
//! bound to one organization, by row level security and by their own filters.
//!
//! `connection` owns the wire: a pool, and transactions that open in one
//! message and survive being dropped at any point. `scoped` and `system` are
//! the only two ways to a row: on behalf of one organization, or narrowly
//! across all. `entity` says what the tables look like and how their rows
//! become values of the domain; `repositories` and `system` hold the queries.
//!
//! sea-orm says what is asked, and builds the SQL; this crate sends it and
//! reads the rows by itself (`sql`, `row`), because sea-orm can neither open a
//! transaction in one message nor read a row without looking each column up by
//! its name.

mod connection;
mod entity;
mod error;
mod leadership;
mod list;
mod options;
mod records;
mod repositories;
mod role;
mod row;
mod scoped;
mod single;
mod sql;
mod store;
mod system;
mod trace;
mod value;

pub use options::{InvalidUrl, PoolOptions};
pub use role::RoleError;
pub use single::SingleProcess;
pub use store::{PgStore, PoolStatus};
pub use system::PgJobQueue;
