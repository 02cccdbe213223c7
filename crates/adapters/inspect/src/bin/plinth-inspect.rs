//! The child process that reads one file, as a separate program for tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    plinth_inspect::child_main()
}
