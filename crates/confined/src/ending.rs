use std::{fs, os::unix::process::ExitStatusExt, process::ExitStatus};

use crate::{Failure, memory};

/// The numbers of signals (POSIX, `<signal.h>`; Linux on every architecture
/// that Rust knows but MIPS and SPARC).
mod signal {
    pub const ILL: i32 = 4;
    pub const TRAP: i32 = 5;
    pub const ABRT: i32 = 6;
    pub const FPE: i32 = 8;
    pub const SEGV: i32 = 11;
    pub const XCPU: i32 = 24;
}

/// What the input makes a child process do to itself, every time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It uses its CPU time up.
    TooSlow,
    /// It exceeds its address space.
    TooMuchMemory,
    /// It exceeds its stack.
    TooDeep,
    /// It faults.
    Faulted,
}

/// Why a child process ended without a reply: from its exit status, and from standard error, where
/// Rust's runtime writes why it aborts.
///
/// Every end that is no verdict, above all SIGKILL (which the kernel sends when memory is short, to
/// any process), may not happen again.
pub(crate) fn judge(
    status: ExitStatus,
    said: &[u8],
    memory_bytes: u64,
) -> Result<Verdict, Failure> {
    let said = String::from_utf8_lossy(said);
    tracing::info!(%status, "the confined process crashed");
    let out_of_memory = said.contains("memory allocation of");
    match status.signal() {
        Some(signal::XCPU) => Ok(Verdict::TooSlow),
        Some(signal::ABRT) if out_of_memory && !is_scarce(memory_bytes) => {
            Ok(Verdict::TooMuchMemory)
        }
        Some(signal::SEGV) => Ok(Verdict::TooDeep),
        Some(signal::ABRT) if said.contains("overflowed its stack") => Ok(Verdict::TooDeep),
        Some(signal::ABRT) if out_of_memory => Err(no_reply(status, &said)),
        Some(signal::ABRT | signal::ILL | signal::TRAP | signal::FPE) => Ok(Verdict::Faulted),
        _ => Err(no_reply(status, &said)),
    }
}

fn no_reply(status: ExitStatus, said: &str) -> Failure {
    Failure::NoReply { status, said: said.trim().to_owned() }
}

/// Whether the system may refuse memory below the limit of the address space: it does not promise
/// more than it has (`vm.overcommit_memory = 2`), or it has less than the limit.
fn is_scarce(memory_bytes: u64) -> bool {
    let strict = fs::read_to_string("/proc/sys/vm/overcommit_memory");
    strict.is_ok_and(|mode| mode.trim() == "2")
        || memory::physical().is_some_and(|memory| memory < memory_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(signal: i32, said: &str) -> Option<Verdict> {
        judge(ExitStatus::from_raw(signal), said.as_bytes(), 1).ok()
    }

    #[test]
    fn the_input_is_blamed_for_what_it_did_and_for_nothing_else() {
        assert_eq!(judged(signal::XCPU, ""), Some(Verdict::TooSlow));
        assert_eq!(judged(signal::SEGV, ""), Some(Verdict::TooDeep));
        assert_eq!(
            judged(signal::ABRT, "memory allocation of 9 bytes failed"),
            Some(Verdict::TooMuchMemory)
        );
        assert_eq!(
            judged(signal::ABRT, "thread 'main' has overflowed its stack"),
            Some(Verdict::TooDeep)
        );
        assert_eq!(judged(signal::ABRT, ""), Some(Verdict::Faulted));
        let own =
            [signal::XCPU, signal::ABRT, signal::SEGV, signal::ILL, signal::TRAP, signal::FPE];
        for other in (1..=64).filter(|signal| !own.contains(signal)) {
            assert_eq!(judged(other, ""), None, "signal {other}");
        }
        assert_eq!(judged(0x0100, "an exit code"), None);
    }

    #[test]
    fn memory_that_the_machine_lacks_is_no_verdict_about_the_input() {
        let said = b"memory allocation of 9 bytes failed";
        let ended = judge(ExitStatus::from_raw(signal::ABRT), said, u64::MAX);
        assert_eq!(ended.is_err(), cfg!(target_os = "linux"));
    }
}
