//! The installation that a command works on: its settings and a running database.

pub(crate) mod private_postgres;
pub(crate) mod secret_key;

use std::time::Instant;

use plinth_local_servers::Postgres;
use plinth_settings::{Faults, Origin, Setting, Settings, Sources, reference};
use tokio::task::spawn_blocking;

use crate::{failure::Result, terminal};

/// Placeholder for the URL of the private database, whose port is known once it runs.
const PLACEHOLDER_URL: &str = "postgres://localhost/plinth";

/// Valid settings of an installation whose database is not started yet.
#[derive(Debug)]
pub(crate) struct InstallationConfig {
    pub(crate) settings: Settings,
    is_private: bool,
}

/// The settings, and a database that runs until this is closed or dropped.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) settings: Settings,
    private: Option<Postgres>,
}

impl InstallationConfig {
    /// Validates the settings, without the database's URL if the database is private.
    pub(crate) fn load(sources: &Sources) -> std::result::Result<Self, Faults> {
        let is_private = uses_private_database(sources);
        let settings = if is_private {
            let url = database_url().variable();
            Settings::load(&sources.clone().with_variable(url, PLACEHOLDER_URL))?
        } else {
            Settings::load(sources)?
        };
        Ok(Self { settings, is_private })
    }

    /// Whether commands start and stop the database themselves.
    pub(crate) fn is_private(&self) -> bool {
        self.is_private
    }

    /// Starts the private database, or shares it with another command that runs it.
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
    /// Opens the installation of this process's settings.
    pub(crate) async fn open() -> Result<Self> {
        InstallationConfig::load(&Sources::process())?.open().await
    }

    /// Whether commands start and stop the database themselves.
    pub(crate) fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// Stops the private database, unless another command uses it. Dropping does the same, but
    /// cannot report an error.
    pub(crate) async fn close(self) -> Result<()> {
        match self.private {
            Some(postgres) => Ok(spawn_blocking(|| postgres.stop()).await??),
            None => Ok(()),
        }
    }
}

/// Without a configured database, development uses a private one.
fn uses_private_database(sources: &Sources) -> bool {
    let unset = |name| sources.origin(setting(name)) == Origin::Unset;
    !sources.environment().is_production()
        && unset("database.url")
        // With `admin_url` alone, the missing `url` is a fault.
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
