//! The store on PostgreSQL: sea-orm's entities inside transactions that are
//! bound to one organization, by row level security and by their own filters.
//!
//! `connection` contains the pool, and transactions that open in one message and can be dropped at
//! any `await`. `scoped` and `system` are the only access to rows: those of one organization, or a
//! few tables across all. `records` has a module for each table: its columns, how its rows become
//! values of the domain, and the queries of one organization.
//!
//! sea-orm builds the SQL; this crate sends it and reads the rows itself (`sql`,
//! `row`), because sea-orm can neither open a transaction in one message nor
//! read a row without looking each column up by its name.

mod clock;
mod connection;
mod directory;
mod error;
mod leadership;
mod leases;
mod list;
mod observer;
mod options;
mod records;
mod role;
mod row;
mod scoped;
mod search;
mod single;
mod sql;
mod store;
mod system;
mod tenant_archive;
mod trace;
mod value;

pub use clock::PgClock;
pub use connection::SessionFault;
pub use directory::PgDirectory;
pub use leadership::PgLeadership;
pub use observer::{Observer, Statement};
pub use options::{InvalidUrl, PlanCacheMode, PoolOptions};
pub use role::RoleError;
pub use single::SingleProcess;
pub use store::{PgStore, PoolStatus};
pub use system::PgJobQueue;
pub use tenant_archive::{LEFT_OUT, SECRET_COLUMNS};
