use std::io::{self, Write, stdout};

use crate::{
    protocol::{Found, Message},
    refusal::Refusal,
};

/// Tells how far it is. A parent that is gone is noticed by [`send`].
pub(crate) fn progress(percent: u8) {
    line(&Message::Progress(percent)).ok();
}

/// Tells the outcome.
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
