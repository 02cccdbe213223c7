//! The commands for people, against the API of a running installation.

mod files;
mod line;
mod login;
mod records;
mod watch;

use serde_json::Value;

use crate::support::{Ended, Scratch};

/// The password of the demo login.
const PASSWORD: &str = "plinth-demo-login";
const EMAIL: &str = "demo@plinth.example";

/// Logs in with the demo login.
fn log_in(scratch: &Scratch, base: &str) -> Ended {
    scratch.answer(&["login", "--url", base, "--email", EMAIL], &[PASSWORD])
}

/// Runs a command of a user who is logged in.
fn run(scratch: &Scratch, arguments: &[&str]) -> Ended {
    scratch.run(arguments, &[])
}

/// The JSON that a command prints.
#[track_caller]
fn json(scratch: &Scratch, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--output", "json"]].concat();
    serde_json::from_str(&run(scratch, &arguments).well()).unwrap()
}
