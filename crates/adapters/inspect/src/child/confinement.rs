use std::io;

use rlimit::Resource;

use crate::Limits;

/// Limits this process to the memory and the time that the request allows, and to the file
/// descriptors that are already open.
pub(crate) fn confine(limits: &Limits) -> io::Result<()> {
    let seconds = limits.cpu_time.as_secs().max(1);
    lower(Resource::AS, limits.memory_bytes, limits.memory_bytes)?;
    // The soft limit sends SIGXCPU, which identifies the cause; the hard limit sends SIGKILL.
    lower(Resource::CPU, seconds, seconds + 1)?;
    // No file may be written, no file or socket opened, and no process started.
    lower(Resource::FSIZE, 0, 0)?;
    lower(Resource::NOFILE, 0, 0)?;
    lower(Resource::NPROC, 0, 0)?;
    lower(Resource::CORE, 0, 0)
}

/// Lowers a limit, unless it is lower already.
fn lower(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let (_, present) = resource.get()?;
    match resource.set(soft.min(present), hard.min(present)) {
        // Other systems do not support all of these limits.
        Err(_) if !cfg!(target_os = "linux") => Ok(()),
        outcome => outcome,
    }
}
