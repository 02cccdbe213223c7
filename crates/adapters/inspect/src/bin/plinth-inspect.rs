//! The process that reads one file, alone: what the worker starts of itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    plinth_inspect::child_main()
}
