#[cfg(target_os = "linux")]
mod filter;
#[cfg(target_os = "linux")]
mod landlock;
#[cfg(test)]
mod tests;

use std::{fs, io};

use rlimit::Resource;

use crate::{Confinement, Limits};

/// Limits this process to the memory and the time that the request allows, to the file descriptors
/// that are already open, and to the system calls that the work needs. None of it can be undone.
///
/// The resource limits are required. The filter and Landlock are applied where the kernel has them.
pub(crate) fn confine(limits: &Limits) -> io::Result<Confinement> {
    // When memory is short, the kernel kills this process first, and the work is done again later.
    // Without /proc the kernel decides by size.
    fs::write("/proc/self/oom_score_adj", "1000").ok();
    let landlock = forbid_paths();
    limit(limits)?;
    Ok(Confinement { seccomp: forbid_calls(), landlock })
}

fn limit(limits: &Limits) -> io::Result<()> {
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

#[cfg(target_os = "linux")]
fn forbid_paths() -> bool {
    landlock::restrict()
}

#[cfg(target_os = "linux")]
fn forbid_calls() -> bool {
    filter::apply().is_ok()
}

#[cfg(not(target_os = "linux"))]
const fn forbid_paths() -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
const fn forbid_calls() -> bool {
    false
}
