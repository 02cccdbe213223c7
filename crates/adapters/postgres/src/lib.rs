//! The store on PostgreSQL: sea-orm entities inside transactions that are
//! bound to one organization, by row level security and by their own filters.
//!
//! `connection` owns the wire: a pool, and transactions that open in one
//! message and survive being dropped at any point. `scoped` and `system` are
//! the only two ways to a row: on behalf of one organization, or narrowly
//! across all. `entity` says what the tables look like and how their rows
//! become values of the domain; `repositories` and `system` hold the queries.

mod connection;
mod entity;
mod error;
mod list;
mod options;
mod repositories;
mod role;
mod scoped;
mod store;
mod system;
mod trace;

pub use options::{InvalidUrl, PoolOptions};
pub use role::RoleError;
pub use store::{PgStore, PoolStatus};
