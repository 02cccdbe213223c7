//! Faults of the settings.

use std::fmt;

use crate::{Environment, Origin, Setting};

/// Characters of an invalid value that are displayed.
const SHOWN: usize = 80;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The setting, variable or file with the fault.
    pub subject: String,
    /// Description of the fault. It never contains a secret.
    pub problem: String,
    /// What to set, with an example, if setting a value is the remedy.
    pub remedy: Option<String>,
}

impl Fault {
    pub(crate) fn missing(setting: &Setting, environment: Environment) -> Self {
        let problem = match setting.required {
            crate::Required::InProduction => format!("is missing, and {environment} needs it"),
            _ => "is missing".to_owned(),
        };
        Self { subject: setting.name(), problem, remedy: Some(remedy(setting)) }
    }

    pub(crate) fn needed(setting: &Setting, needed_by: &str) -> Self {
        let problem = format!("is missing, and {needed_by} needs it");
        Self { subject: setting.name(), problem, remedy: Some(remedy(setting)) }
    }

    pub(crate) fn wrong(setting: &Setting, found: &str, origin: &Origin) -> Self {
        let expects = setting.expects();
        let problem = if setting.secret {
            format!("from {origin}: expected {expects} (the value is secret and not shown)")
        } else {
            format!("from {origin}: expected {expects}, found {}", shown(found))
        };
        Self { subject: setting.name(), problem, remedy: Some(remedy(setting)) }
    }

    pub(crate) fn other(subject: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { subject: subject.into(), problem: problem.into(), remedy: None }
    }

    pub(crate) fn remedy(self, remedy: String) -> Self {
        Self { remedy: Some(remedy), ..self }
    }
}

fn remedy(setting: &Setting) -> String {
    let aliases = setting.facts.aliases;
    let or =
        if aliases.is_empty() { String::new() } else { format!(" (or {})", aliases.join(", ")) };
    let variable = setting.variable();
    format!("set {variable}{or}, for example {variable}={}", setting.example())
}

fn shown(found: &str) -> String {
    let mut text: String = found.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if found.chars().count() > SHOWN {
        text.push('…');
    }
    format!("`{text}`")
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.subject, self.problem)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n    {remedy}"),
            None => Ok(()),
        }
    }
}

/// All faults, in one message.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.message())]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Exit code of a process whose settings are invalid: `EX_CONFIG` of BSD's sysexits.h.
    pub const EXIT_CODE: u8 = 78;

    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// Each fault: those of the sources first, then by section.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    fn message(&self) -> String {
        let count = match self.0.len() {
            1 => "1 fault".to_owned(),
            count => format!("{count} faults"),
        };
        let mut message = format!("the settings have {count}:");
        for fault in &self.0 {
            message.push_str("\n  - ");
            message.push_str(&fault.to_string());
        }
        message.push_str("\nEvery setting is explained in docs/configuration.md.");
        message
    }
}
