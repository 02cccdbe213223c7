//! The list of all settings.

use crate::{
    Environment, Setting,
    declaration::setting,
    readers::Choice,
    sections::{Database, RateLimits, Redis, Security, Server, Storage, Telemetry, Worker},
    setting::plain,
};

pub(crate) const ENVIRONMENTS: Choice<Environment> =
    Choice(&[("development", Environment::Development), ("production", Environment::Production)]);

pub(crate) const ENVIRONMENT: Setting = setting!(
    "",
    "environment",
    ["Where the process runs. It picks the defaults that differ, and what must be set."],
    ENVIRONMENTS,
    plain().default("development").example("production")
);

/// Name, text and settings of each section, in the order of the papers.
pub(crate) const SECTIONS: &[(&str, &str, &[Setting])] = &[
    ("", "Above all sections.", &[ENVIRONMENT]),
    ("server", Server::ABOUT, Server::SETTINGS),
    ("database", Database::ABOUT, Database::SETTINGS),
    ("redis", Redis::ABOUT, Redis::SETTINGS),
    ("storage", Storage::ABOUT, Storage::SETTINGS),
    ("security", Security::ABOUT, Security::SETTINGS),
    ("rate_limits", RateLimits::ABOUT, RateLimits::SETTINGS),
    ("worker", Worker::ABOUT, Worker::SETTINGS),
    ("telemetry", Telemetry::ABOUT, Telemetry::SETTINGS),
];

/// Every setting, in the order of the reference documentation.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|(_, _, settings)| settings.iter())
}
