//! How a command fails: in words for a person, with an exit code for a script.

use std::{error::Error, fmt, process::ExitCode};

use plinth_settings::Faults;

/// What a command answers. Errors end up in [`report`], so their type does not matter.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Somebody stopped the command before it was done.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl Error for Interrupted {}

/// Says what went wrong, and the code to exit with.
pub(crate) fn report(error: &(dyn Error + Send + Sync + 'static)) -> ExitCode {
    if let Some(faults) = error.downcast_ref::<Faults>() {
        eprintln!("{faults}");
        return ExitCode::from(Faults::EXIT_CODE);
    }
    eprintln!("error: {}", chain(error));
    // 128 and SIGINT, as shells have it.
    if error.is::<Interrupted>() { ExitCode::from(130) } else { ExitCode::FAILURE }
}

/// An error with its causes, as far as each says something new.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str("\n  because: ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}
