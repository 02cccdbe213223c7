//! The process that reads one file.

mod confine;
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

use crate::{
    protocol::Request,
    refusal::{Refusal, Unread},
};

/// The entry point of the child process. It confines itself, which it cannot undo, and reads the
/// file on standard input. The last argument is the request.
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
    let length = file.metadata()?.len();
    reply::confined(confine::confine(&request.limits)?)?;
    // Panic messages are not needed, and may quote the file.
    panic::set_hook(Box::new(|_| {}));
    let read = || reader::read(&file, length, &request, &mut reply::progress);
    match panic::catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(found)) => reply::found(&found),
        Ok(Err(Unread::Refused(refusal))) => reply::refused(refusal),
        // The file on standard input, not what is in it: this is no answer.
        Ok(Err(Unread::Broken(error))) => Err(error),
        Err(_) => reply::refused(Refusal::malformed("the file cannot be read")),
    }
}
