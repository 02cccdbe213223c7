use std::{
    io::{self, Write, stdout},
    process,
};

use plinth_confined::child::write_line;

use crate::{
    protocol::{Found, Message},
    refusal::Refusal,
};

/// Reports the progress in percent. When the worker is gone, the process exits.
pub(crate) fn progress(percent: u8) {
    if write_line(&Message::Progress(percent)).is_err() {
        process::exit(1);
    }
}

/// Reports why the file is refused.
pub(crate) fn refused(refusal: Refusal) -> io::Result<()> {
    write_line(&Message::Refused(refusal))
}

/// Writes the findings to standard output.
pub(crate) fn found(found: &Found) -> io::Result<()> {
    write_line(&Message::Found(found.announcement()))?;
    let mut out = stdout().lock();
    if let Some(text) = &found.text {
        out.write_all(text.as_bytes())?;
    }
    for (_, bytes) in &found.thumbnails {
        out.write_all(bytes)?;
    }
    out.flush()
}
