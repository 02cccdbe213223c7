//! The kind of place that the process runs in.

use std::fmt;

/// Where the process runs. It picks the defaults that differ between a laptop and a
/// server, and decides what must be set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Environment {
    /// One person's machine: loopback only, readable logs, `.env` is read.
    #[default]
    Development,
    /// Serving others: all interfaces, JSON logs, every secret must be set.
    Production,
}

impl Environment {
    /// Whether this is [`Environment::Production`].
    #[must_use]
    pub fn is_production(self) -> bool {
        self == Self::Production
    }

    /// The name used in settings, and for `deployment.environment.name`.
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
