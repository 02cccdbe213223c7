//! A PostgreSQL and a Redis for tests, and a database of its own for each test.
//!
//! `./justw test` runs the whole suite under the program `with-servers`, which starts the servers
//! (or takes those of `DATABASE_URL` and `REDIS_URL`), migrates one template database and tells
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
mod template;
mod test_database;

pub use environment::{
    DATABASE_URL_VARIABLE, REDIS_URL_VARIABLE, TEMPLATE_VARIABLE, admin_url, redis_url,
};
pub use template::{Error, Template};
pub use test_database::TestDatabase;
