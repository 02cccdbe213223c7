//! The reference documentation, generated from the declarations.

mod env_example;
mod markdown;

pub use env_example::env_example;
pub use markdown::markdown;

pub use crate::catalogue::all;
use crate::{Environment, Setting};

/// The command that regenerates the files.
const REFRESH: &str = "UPDATE=1 cargo test -p plinth-settings --test settings";

/// The default, or both defaults if they differ between the environments.
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
