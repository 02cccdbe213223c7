//! The child's side: it confines itself, does its work, and replies.

mod confine;

use std::{
    env,
    io::{self, Write, stdout},
    panic::{self, AssertUnwindSafe},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Confinement, Limits};

/// The first line that a child writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum First {
    /// What the kernel enforces on it.
    Confined(Confinement),
}

/// The request: the last argument of this process.
pub fn request<T: DeserializeOwned>() -> io::Result<T> {
    let request = env::args_os().next_back().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(serde_json::from_slice(request.as_encoded_bytes())?)
}

/// Confines this process, which cannot be undone, and reports what the kernel enforces on it. No
/// file can be opened any more, and no thread started.
pub fn confine(limits: &Limits) -> io::Result<()> {
    write_line(&First::Confined(confine::confine(limits)?))
}

/// Does `work`; `None` when it panics. Panic messages are not printed: they may quote the input.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::set_hook(Box::new(|_| {}));
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

/// Writes a line of JSON to standard output.
pub fn write_line(message: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut out = stdout().lock();
    out.write_all(&line)?;
    out.flush()
}
