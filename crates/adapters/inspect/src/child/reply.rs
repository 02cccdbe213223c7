use std::{
    io::{self, Write, stdout},
    process,
};

use crate::{
    Confinement,
    protocol::{Found, Message},
    refusal::Refusal,
};

/// Reports what the kernel enforces on this process.
pub(crate) fn confined(confinement: Confinement) -> io::Result<()> {
    line(&Message::Confined(confinement))
}

/// Reports the progress in percent. When the worker is gone, the process exits.
pub(crate) fn progress(percent: u8) {
    if line(&Message::Progress(percent)).is_err() {
        process::exit(1);
    }
}

/// Reports why the file is refused.
pub(crate) fn refused(refusal: Refusal) -> io::Result<()> {
    line(&Message::Refused(refusal))
}

/// Writes the findings to standard output.
pub(crate) fn found(found: &Found) -> io::Result<()> {
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
