//! The settings that a command works under, and the database that they lead to.

pub(crate) mod private_postgres;
pub(crate) mod secret_key;

use std::time::Instant;

use plinth_local_servers::Postgres;
use plinth_settings::{Faults, Origin, Setting, Settings, Sources, reference};
use tokio::task::spawn_blocking;

use crate::{failure::Result, terminal};

/// Stands in for the private database's URL, whose port is known only when it runs.
const STAND_IN: &str = "postgres://localhost/plinth";

/// What is going to be worked on: checked settings, nothing started yet.
#[derive(Debug)]
pub(crate) struct InstallationConfig {
    pub(crate) settings: Settings,
    is_private: bool,
}

/// The settings, with a database that is there for as long as this is held.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) settings: Settings,
    private: Option<Postgres>,
}

impl InstallationConfig {
    /// Checks the settings, all but the database's URL when there will be a private one.
    pub(crate) fn load(sources: &Sources) -> std::result::Result<Self, Faults> {
        let is_private = wants_private(sources);
        let settings = if is_private {
            let url = database_url().variable();
            Settings::load(&sources.clone().with_variable(url, STAND_IN))?
        } else {
            Settings::load(sources)?
        };
        Ok(Self { settings, is_private })
    }

    /// Whether the database is one that commands start and stop themselves.
    pub(crate) fn is_private(&self) -> bool {
        self.is_private
    }

    /// Starts the private database, or joins it when another command has it running.
    pub(crate) async fn open(mut self) -> Result<Installation> {
        if !self.is_private {
            return Ok(Installation { settings: self.settings, private: None });
        }
        let started = Instant::now();
        let (postgres, url) = private_postgres::start().await?;
        self.settings.database.url = url.into();
        let took = terminal::time(started.elapsed());
        terminal::step(&format!("PostgreSQL runs on port {} ({took})", postgres.port()));
        Ok(Installation { settings: self.settings, private: Some(postgres) })
    }
}

impl Installation {
    /// For commands that need nothing but the database: settings of this process, and open.
    pub(crate) async fn open() -> Result<Self> {
        InstallationConfig::load(&Sources::process())?.open().await
    }

    /// Whether the database is one that commands start and stop themselves.
    pub(crate) fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// Stops the private database, unless another command still works on it. Dropping does the
    /// same, but cannot say what went wrong.
    pub(crate) async fn close(self) -> Result<()> {
        match self.private {
            Some(postgres) => Ok(spawn_blocking(|| postgres.stop()).await??),
            None => Ok(()),
        }
    }
}

/// A private database stands in only where nobody names one and nobody else depends on it.
fn wants_private(sources: &Sources) -> bool {
    let unset = |name| sources.origin(setting(name)) == Origin::Unset;
    !sources.environment().is_production()
        && unset("database.url")
        // Half a configuration is a fault: somebody means another database.
        && unset("database.admin_url")
}

/// The setting of the database's URL.
pub(crate) fn database_url() -> &'static Setting {
    setting("database.url")
}

/// A setting by its name, such as `server.port`.
pub(crate) fn setting(name: &str) -> &'static Setting {
    let mut all = reference::all();
    match all.find(|setting| setting.name() == name) {
        Some(setting) => setting,
        None => unreachable!("{name} is a setting"),
    }
}
