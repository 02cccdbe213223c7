use std::io;

use rlimit::Resource;

use crate::Limits;

/// Limits this process to what reading a file needs: some memory, some time,
/// and the file descriptors that are open already.
pub(crate) fn confine(limits: &Limits) -> io::Result<()> {
    let seconds = limits.cpu_time.as_secs().max(1);
    lower(Resource::AS, limits.memory_bytes, limits.memory_bytes)?;
    // The softer limit is the one that says what it was.
    lower(Resource::CPU, seconds, seconds + 1)?;
    // No file grows, none is opened (nor any socket), nothing is started.
    lower(Resource::FSIZE, 0, 0)?;
    lower(Resource::NOFILE, 0, 0)?;
    lower(Resource::NPROC, 0, 0)?;
    lower(Resource::CORE, 0, 0)
}

/// Lowers a limit, unless it is lower already.
fn lower(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let (_, present) = resource.get()?;
    match resource.set(soft.min(present), hard.min(present)) {
        // Other systems know not all of them.
        Err(_) if !cfg!(target_os = "linux") => Ok(()),
        outcome => outcome,
    }
}
