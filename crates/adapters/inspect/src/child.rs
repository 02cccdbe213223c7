//! The process that reads one file.

mod confinement;
mod reader;
mod reply;

use std::{
    env,
    fs::File,
    io::{self, stdin},
    os::fd::AsFd,
    panic::{self, AssertUnwindSafe},
    process::ExitCode,
};

use crate::{protocol::Request, refusal::Refusal};

/// Reads the file on standard input, as the last argument asks, within limits
/// that this process sets itself first and can never lift again.
#[must_use]
pub fn child_main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let request = env::args_os().next_back().ok_or(io::ErrorKind::InvalidInput)?;
    let request: Request = serde_json::from_slice(request.as_encoded_bytes())?;
    let file = File::from(stdin().as_fd().try_clone_to_owned()?);
    confinement::confine(&request.limits)?;
    // What a panic says is of no use to anybody, and may quote the file.
    panic::set_hook(Box::new(|_| {}));
    let read = || reader::read(&file, &request, &mut reply::progress);
    let outcome = panic::catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Refusal::malformed("it cannot be read")));
    reply::send(outcome)
}
