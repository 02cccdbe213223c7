//! A PostgreSQL, a Redis and an object storage for tests, and of each what a test needs for itself.
//!
//! `./justw test` runs the whole suite under the program `with-servers`, which starts the servers
//! (or takes those of `DATABASE_URL`, `REDIS_URL` and `S3_URL`), migrates one template database and tells
//! the tests by environment variables. A test asks for what it needs and skips nothing:
//!
//! ```no_run
//! # async fn test() {
//! let database = plinth_testkit::TestDatabase::create().await;
//! // … use database.url() …
//! database.drop().await;
//! # }
//! ```

mod database_url;
mod environment;
#[cfg(feature = "otlp")]
pub mod otlp;
mod s3;
mod template;
mod test_database;

pub use environment::{
    DATABASE_URL_VARIABLE, REDIS_URL_VARIABLE, S3_URL_VARIABLE, TEMPLATE_VARIABLE, admin_url,
    redis_url, s3_url,
};
pub use s3::{S3, s3};
pub use template::{Error, Template};
pub use test_database::TestDatabase;
