//! The error message and exit code of a failed command.

use std::{error::Error, fmt, process::ExitCode};

use plinth_settings::Faults;

use crate::remedy;

/// An error of a command. [`report`] prints every error, so the type is erased.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// The result of a command.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// A signal interrupted the command.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl Error for Interrupted {}

/// Prints the error and returns the exit code.
pub(crate) fn report(error: &(dyn Error + Send + Sync + 'static)) -> ExitCode {
    if let Some(faults) = error.downcast_ref::<Faults>() {
        eprintln!("{faults}");
        return ExitCode::from(Faults::EXIT_CODE);
    }
    eprintln!("error: {}", remedy::of(error).unwrap_or_else(|| chain(error)));
    // 128 + SIGINT, like a shell.
    if error.is::<Interrupted>() { ExitCode::from(130) } else { ExitCode::FAILURE }
}

/// An error with its causes, without causes that repeat the text.
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
