//! The environment that the process runs in.

use std::fmt;

/// The environment of the process. It selects the defaults that differ between a laptop and a
/// server, and decides which settings are required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine: loopback only, logs for people, `.env` is read.
    #[default]
    Development,
    /// A server: all interfaces, JSON logs, every secret is required.
    Production,
}

impl Environment {
    /// Whether this is [`Environment::Production`].
    #[must_use]
    pub fn is_production(self) -> bool {
        self == Self::Production
    }

    /// The name in settings, and for `deployment.environment.name`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
