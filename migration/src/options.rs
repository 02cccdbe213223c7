//! The options of a run.

use std::time::Duration;

use secrecy::SecretString;

/// The options of a run. The defaults suit development and most servers.
#[derive(Debug, Clone)]
pub struct Options {
    /// The role that the API and the worker use; default `plinth_app`. A plain lower-case identifier.
    pub application_role: String,
    /// The role that owns every table, which has no login. `None`, the default, keeps the owner of an
    /// existing schema, and otherwise takes `<database>_owner`.
    pub owner_role: Option<String>,
    /// The role that reads every row, for backups. `None`, the default, keeps the
    /// one of an existing schema, and otherwise takes `<database>_backup`.
    pub backup_role: Option<String>,
    /// The password of the backup role. `None` creates the role without login (the admin then takes
    /// it on), and does not change an existing role.
    pub backup_password: Option<SecretString>,
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
            owner_role: None,
            backup_role: None,
            backup_password: None,
            application_password: None,
            lock_timeout: Duration::from_secs(5),
            lock_wait: Duration::from_mins(1),
        }
    }
}
