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

/// The entry point of the child process. It sets its resource limits, which it cannot raise again,
/// and reads the file on standard input. The last argument is the request.
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
    // Panic messages are not needed, and may quote the file.
    panic::set_hook(Box::new(|_| {}));
    let read = || reader::read(&file, &request, &mut reply::progress);
    let outcome = panic::catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Refusal::malformed("the file cannot be read")));
    reply::send(outcome)
}
