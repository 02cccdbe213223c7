//! Unknown names, which are nearly always misspelt.

use crate::{Fault, Setting, catalogue, nearest::nearest, sources::FILE_VARIABLE};

use super::Variables;

/// Variables of the project's tools, which are not settings; those that end in `_` are prefixes.
const TOOLS: &[&str] = &[
    "PLINTH_TEST_",
    "PLINTH_DEV_",
    "PLINTH_BENCH_",
    "PLINTH_POSTGRES_BIN",
    "PLINTH_BIN",
    "PLINTH_OPERATOR_URL",
    "PLINTH_OPERATOR_KEY",
    "PLINTH_URL",
    "PLINTH_TOKEN",
];

/// Records a fault for each variable with the prefix of settings that is not one.
pub(crate) fn variables(variables: &Variables, place: &str, faults: &mut Vec<Fault>) {
    let known: Vec<_> = catalogue::all().map(Setting::variable).collect();
    for (name, value) in variables {
        let ours = name.starts_with("PLINTH_")
            && !known.contains(name)
            && name != FILE_VARIABLE
            && !TOOLS
                .iter()
                .any(|tool| name == tool || tool.ends_with('_') && name.starts_with(tool))
            && !is_service_link(name, value);
        if ours {
            faults.push(fault(&format!("{name}{place}"), name, &known));
        }
    }
}

/// Whether a key of the settings file is a setting; records a fault if not.
pub(crate) fn key(name: &str, file: &str, faults: &mut Vec<Fault>) -> bool {
    let known: Vec<_> = catalogue::all().map(Setting::name).collect();
    if known.iter().any(|known| known == name) {
        return true;
    }
    faults.push(fault(&format!("{name} in {file}"), name, &known));
    false
}

fn fault(subject: &str, name: &str, known: &[String]) -> Fault {
    let fault = Fault::other(subject, "is not a setting");
    match nearest(name, known.iter().map(String::as_str)) {
        Some(meant) => fault.remedy(format!("did you mean {meant}?")),
        None => fault,
    }
}

/// Whether Kubernetes set the variable, for a service named `plinth…`: each pod gets
/// `PLINTH_SERVICE_HOST`, `PLINTH_PORT=tcp://…`, `PLINTH_PORT_8080_TCP_ADDR` and so on.
fn is_service_link(name: &str, value: &str) -> bool {
    let numbered = |(_, rest): (&str, &str)| rest.starts_with(|c: char| c.is_ascii_digit());
    !name.contains("__")
        && (name.ends_with("_SERVICE_HOST")
            || name.contains("_SERVICE_PORT")
            || (name.ends_with("_PORT") && value.contains("://"))
            || name.split_once("_PORT_").is_some_and(numbered))
}
