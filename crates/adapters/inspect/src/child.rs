//! The process that reads one file.

mod e_documents;
mod reader;
mod reply;

use std::{
    env,
    fs::File,
    io::{self, stdin},
    os::fd::AsFd,
    process::ExitCode,
};

use plinth_confined::child;

use crate::{
    protocol::{Request, Task},
    refusal::{Refusal, Unread},
};

/// The first argument of the child process.
pub const COMMAND: &str = "inspect-file";

/// The entry point of the child process; `None` in a process that was not started with [`COMMAND`].
/// The child confines itself, which it cannot undo, and reads the file on standard input. The last
/// argument is the request.
#[must_use]
pub fn child_main() -> Option<ExitCode> {
    let is_child = env::args_os().nth(1).is_some_and(|argument| argument == COMMAND);
    is_child.then(|| match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    })
}

fn run() -> io::Result<()> {
    let request: Request = child::request()?;
    let file = File::from(stdin().as_fd().try_clone_to_owned()?);
    let length = file.metadata()?.len();
    child::confine(&request.limits.of_child())?;
    if matches!(request.task, Task::Statements | Task::Invoice) {
        return e_documents::answer(&file, &request);
    }
    match child::guarded(|| reader::read(&file, length, &request, &mut reply::progress)) {
        Some(Ok(found)) => reply::found(&found),
        Some(Err(Unread::Refused(refusal))) => reply::refused(refusal),
        // The file on standard input, not what is in it: this is no answer.
        Some(Err(Unread::Broken(error))) => Err(error),
        None => reply::refused(Refusal::malformed("the file cannot be read")),
    }
}
