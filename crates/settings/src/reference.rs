//! The operator's papers, generated from the declarations.

mod env_example;
mod markdown;

pub use env_example::env_example;
pub use markdown::markdown;

use crate::{Environment, Setting, sections::SECTIONS};

/// How the generated papers are made anew, as they say themselves.
const REFRESH: &str = "UPDATE=1 cargo test -p plinth-settings --test settings";

/// Every setting, in the order of the papers.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|(_, _, settings)| settings.iter())
}

/// The default in words, with both where they differ.
fn default(setting: &Setting, quote: &str) -> String {
    let quoted = |value: &str| format!("{quote}{value}{quote}");
    let development = setting.default_in(Environment::Development);
    let production = setting.default_in(Environment::Production);
    match (development, production) {
        (Some(""), Some("")) => "empty".to_owned(),
        (Some(same), Some(other)) if same == other => quoted(same),
        (Some(development), Some(production)) => {
            format!("{} (production: {})", quoted(development), quoted(production))
        }
        _ => String::new(),
    }
}
