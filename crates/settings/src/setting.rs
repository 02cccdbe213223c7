//! The declaration of one setting.

use crate::Environment;

/// When a setting must be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// It has a default or is optional.
    Never,
    /// Only when `environment` is `production`.
    InProduction,
    /// Always.
    Always,
}

/// One setting without its value.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its table in the TOML file; empty for the top level.
    pub section: &'static str,
    /// Key within its section.
    pub key: &'static str,
    /// Its description.
    pub doc: &'static str,
    /// Whether its value must never be displayed.
    pub secret: bool,
    /// When it must be set.
    pub required: Required,
    /// Defaults, example and aliases.
    pub facts: Facts,
    pub(crate) expects: fn() -> String,
    pub(crate) accepts: fn(&str) -> bool,
}

/// The part of a declaration that is optional.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The default in development, as text.
    pub in_development: Option<&'static str>,
    /// The default in production, as text.
    pub in_production: Option<&'static str>,
    /// An example, where the default is none.
    pub example: Option<&'static str>,
    /// Variables of other tools that set it as well. The first one that is set wins.
    pub aliases: &'static [&'static str],
    pub(crate) needed_in_production: bool,
}

/// A declaration without default, example or alias.
pub(crate) const fn plain() -> Facts {
    Facts {
        in_development: None,
        in_production: None,
        example: None,
        aliases: &[],
        needed_in_production: false,
    }
}

impl Facts {
    pub(crate) const fn in_development(self, value: &'static str) -> Self {
        Self { in_development: Some(value), ..self }
    }

    pub(crate) const fn default(self, value: &'static str) -> Self {
        self.defaults(value, value)
    }

    pub(crate) const fn defaults(
        self,
        development: &'static str,
        production: &'static str,
    ) -> Self {
        Self { in_development: Some(development), in_production: Some(production), ..self }
    }

    pub(crate) const fn example(self, value: &'static str) -> Self {
        Self { example: Some(value), ..self }
    }

    pub(crate) const fn aliases(self, names: &'static [&'static str]) -> Self {
        Self { aliases: names, ..self }
    }

    pub(crate) const fn needed_in_production(self) -> Self {
        Self { needed_in_production: true, ..self }
    }

    /// Whether it has a default in both environments.
    pub(crate) const fn has_default(self) -> bool {
        self.in_development.is_some() && self.in_production.is_some()
    }
}

impl Setting {
    /// Its name in the TOML file, such as `server.port`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.section.is_empty() {
            self.key.to_owned()
        } else {
            format!("{}.{}", self.section, self.key)
        }
    }

    /// The variable that sets it, such as `PLINTH_SERVER__PORT`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("PLINTH_{}", self.name().replace('.', "__").to_uppercase())
    }

    /// Its default, as text.
    #[must_use]
    pub fn default_in(&self, environment: Environment) -> Option<&'static str> {
        match environment {
            Environment::Development => self.facts.in_development,
            Environment::Production => self.facts.in_production,
        }
    }

    /// An example of a value.
    #[must_use]
    pub fn example(&self) -> &'static str {
        self.facts.example.or(self.facts.in_production).unwrap_or_default()
    }

    /// Describes a valid value, such as "a whole number from 0 to 65535".
    #[must_use]
    pub fn expects(&self) -> String {
        (self.expects)()
    }

    /// Whether `text` is a valid value.
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        (self.accepts)(text)
    }

    /// Whether it must be set in `environment`.
    #[must_use]
    pub fn is_required_in(&self, environment: Environment) -> bool {
        match self.required {
            Required::Never => false,
            Required::InProduction => environment.is_production(),
            Required::Always => true,
        }
    }
}
