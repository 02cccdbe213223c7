//! What a run may be told.

use std::time::Duration;

use secrecy::SecretString;

/// How to run the migrations. The defaults are right for development and for most servers.
#[derive(Debug, Clone)]
pub struct Options {
    /// The role the API and the worker act as; default `plinth_app`. A plain lower-case identifier.
    pub application_role: String,
    /// The role that owns every table; default `plinth_owner`. Nobody logs in as it.
    pub owner_role: String,
    /// The password of the application's role. `None` creates it without login (the API then
    /// connects as the admin and does `SET ROLE`), and leaves a role that exists as it is.
    pub application_password: Option<SecretString>,
    /// How long one statement may wait for a table's lock before the step fails; default 5 s.
    /// Short, because everybody who comes after the waiting DDL waits as well.
    pub lock_timeout: Duration,
    /// How long to wait for another replica's run to end; default 60 s.
    pub lock_wait: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            application_role: "plinth_app".to_owned(),
            owner_role: "plinth_owner".to_owned(),
            application_password: None,
            lock_timeout: Duration::from_secs(5),
            lock_wait: Duration::from_mins(1),
        }
    }
}
