//! The source of each setting, and its faults.

use plinth_settings::{Environment, Fault, Faults, Origin, Setting, Sources, reference};

use super::report::Report;

/// Prints every setting; `faults` are those of loading them.
pub(super) fn check(sources: &Sources, faults: Option<&Faults>, report: &mut Report) {
    let environment = sources.environment();
    Report::section(&format!("Settings ({environment})"));
    let mut faults: Vec<&Fault> = faults.into_iter().flat_map(Faults::iter).collect();
    for setting in reference::all() {
        let name = setting.name();
        match faults.iter().position(|fault| fault.subject == name) {
            Some(position) => fault(faults.swap_remove(position), report),
            None => report.good(&name, &origin(setting, sources, environment)),
        }
    }
    // Faults of unknown variables and unreadable files.
    for left in faults {
        fault(left, report);
    }
}

fn fault(fault: &Fault, report: &mut Report) {
    let remedy = fault.remedy.as_deref().unwrap_or("correct it; docs/configuration.md lists all");
    report.bad(&fault.subject, &fault.problem, remedy);
}

/// The source of the value, and the value if it is known here and not secret.
fn origin(setting: &Setting, sources: &Sources, environment: Environment) -> String {
    let origin = sources.origin(setting);
    let value = match &origin {
        _ if setting.secret => None,
        Origin::Variable(name) => std::env::var(name).ok(),
        Origin::Default => setting.default_in(environment).map(str::to_owned),
        Origin::DotEnv(_) | Origin::File(_) | Origin::Unset => None,
    };
    match (&origin, value) {
        (Origin::Unset, _) => "not set".to_owned(),
        (_, Some(value)) if value.is_empty() => format!("empty, {}", from(&origin)),
        (_, Some(value)) => format!("{value}, {}", from(&origin)),
        (_, None) if setting.secret => format!("secret, {}", from(&origin)),
        (_, None) => from(&origin),
    }
}

fn from(origin: &Origin) -> String {
    match origin {
        Origin::Default => origin.to_string(),
        _ => format!("from {origin}"),
    }
}
