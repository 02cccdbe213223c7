use std::{
    io::{self, Write, stdout},
    process,
};

use crate::{
    protocol::{Found, Message},
    refusal::Refusal,
};

/// Reports the progress in percent. When the worker is gone, the process exits.
pub(crate) fn progress(percent: u8) {
    if line(&Message::Progress(percent)).is_err() {
        process::exit(1);
    }
}

/// Writes the outcome to standard output.
pub(crate) fn send(outcome: Result<Found, Refusal>) -> io::Result<()> {
    let found = match outcome {
        Ok(found) => found,
        Err(refusal) => return line(&Message::Refused(refusal)),
    };
    line(&Message::Found(found.announcement()))?;
    let mut out = stdout().lock();
    if let Some(text) = &found.text {
        out.write_all(text.as_bytes())?;
    }
    for (_, bytes) in &found.thumbnails {
        out.write_all(bytes)?;
    }
    out.flush()
}

fn line(message: &Message) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut out = stdout().lock();
    out.write_all(&line)?;
    out.flush()
}
