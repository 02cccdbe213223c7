//! The options of a run.

use std::time::Duration;

use secrecy::SecretString;

/// The options of a run. The defaults suit development and most servers.
#[derive(Debug, Clone)]
pub struct Options {
    /// The role that the API and the worker use; default `plinth_app`. A plain lower-case identifier.
    pub application_role: String,
    /// The role that owns every table; default `plinth_owner`. It has no login.
    pub owner_role: String,
    /// The password of the application's role. `None` creates the role without login (the API then
    /// connects as the admin and runs `SET ROLE`), and does not change an existing role.
    pub application_password: Option<SecretString>,
    /// The timeout of waiting for a table's lock, after which the step fails; default 5 s. It is
    /// short, because every later statement on the table waits behind the waiting DDL.
    pub lock_timeout: Duration,
    /// The timeout of waiting for another replica's run; default 60 s.
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
