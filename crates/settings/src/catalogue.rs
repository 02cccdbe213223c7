//! The list of all settings.

use crate::{
    Environment, Setting,
    declaration::setting,
    readers::Choice,
    sections::{
        Agents, Cell, Console, Database, Erasure, Mail, Oidc, Operator, OrganizationLimits,
        Outgoing, PlansOfOrganizations, RateLimits, Redis, Render, Secrets, Security, Server,
        Storage, Telemetry, Webhooks, Worker,
    },
    setting::plain,
};

pub(crate) const ENVIRONMENTS: Choice<Environment> =
    Choice(&[("development", Environment::Development), ("production", Environment::Production)]);

pub(crate) const ENVIRONMENT: Setting = setting!(
    "",
    "environment",
    [
        "The environment of the process. It selects the defaults that differ, and the required settings."
    ],
    ENVIRONMENTS,
    plain().default("development").example("production")
);

/// Name, description and settings of each section, in the order of the reference.
pub(crate) const SECTIONS: &[(&str, &str, &[Setting])] = &[
    ("", "Settings outside of sections.", &[ENVIRONMENT]),
    ("server", Server::ABOUT, Server::SETTINGS),
    ("console", Console::ABOUT, Console::SETTINGS),
    ("database", Database::ABOUT, Database::SETTINGS),
    ("redis", Redis::ABOUT, Redis::SETTINGS),
    ("storage", Storage::ABOUT, Storage::SETTINGS),
    ("security", Security::ABOUT, Security::SETTINGS),
    ("secrets", Secrets::ABOUT, Secrets::SETTINGS),
    ("rate_limits", RateLimits::ABOUT, RateLimits::SETTINGS),
    ("limits", OrganizationLimits::ABOUT, OrganizationLimits::SETTINGS),
    ("plans", PlansOfOrganizations::ABOUT, PlansOfOrganizations::SETTINGS),
    ("erasure", Erasure::ABOUT, Erasure::SETTINGS),
    ("operator", Operator::ABOUT, Operator::SETTINGS),
    ("worker", Worker::ABOUT, Worker::SETTINGS),
    ("render", Render::ABOUT, Render::SETTINGS),
    ("mail", Mail::ABOUT, Mail::SETTINGS),
    ("oidc", Oidc::ABOUT, Oidc::SETTINGS),
    ("outgoing", Outgoing::ABOUT, Outgoing::SETTINGS),
    ("webhooks", Webhooks::ABOUT, Webhooks::SETTINGS),
    ("agents", Agents::ABOUT, Agents::SETTINGS),
    ("cell", Cell::ABOUT, Cell::SETTINGS),
    ("telemetry", Telemetry::ABOUT, Telemetry::SETTINGS),
];

/// Every setting, in the order of the reference documentation.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|(_, _, settings)| settings.iter())
}
