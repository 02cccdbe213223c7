//! Private servers on one machine: PostgreSQL, a pooler in front of it, Redis and object storage.
//!
//! `plinth dev` keeps its database with [`Postgres::start`]: durable, found again by the next
//! start, shared by every command of the checkout that runs at the same time. Tests take
//! [`Postgres::start_temporary`], [`Redis::start`] and [`S3::start`]: fast, and removed with the
//! process that started them, even if it is killed.
//!
//! Nothing here is meant for production. Everything blocks: call it before a runtime starts, or
//! from a thread that may wait.
//!
//! ```no_run
//! use plinth_local_servers::{Postgres, PostgresOptions, home};
//!
//! # fn main() -> Result<(), plinth_local_servers::Error> {
//! let mut options = PostgresOptions::new(home()?.join("postgres"));
//! options.progress = |step| eprintln!("==> {step}");
//! let postgres = Postgres::start(options)?;
//! println!("{}", postgres.url("plinth"));
//! postgres.stop()?;
//! # Ok(())
//! # }
//! ```

mod binaries;
mod cluster;
mod error;
mod home;
mod memory_directory;
mod pgbouncer;
mod port;
mod postgres;
mod postmaster;
mod redis;
mod s3;
mod secret;
mod server_user;
mod watchdog;

pub use binaries::Binaries;
pub use error::Error;
pub use home::home;
pub use pgbouncer::{PgBouncer, PgBouncerOptions, PoolMode};
pub use postgres::{Durability, Postgres, PostgresOptions};
pub use redis::Redis;
pub use s3::S3;
