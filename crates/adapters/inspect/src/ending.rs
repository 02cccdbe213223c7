use std::{fs, os::unix::process::ExitStatusExt, process::ExitStatus};

use plinth_ports::InspectorError;

use crate::{Limits, memory, refusal::Refusal};

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

/// The detail of a refusal for the limit of memory.
pub(crate) const MEMORY: &str = "the file takes more memory to read than is allowed";

/// The child process ended without a response, and the file is not the cause.
#[derive(Debug, thiserror::Error)]
#[error("the reading process ended without an answer: {status}: {said}")]
struct NoAnswer {
    status: ExitStatus,
    said: String,
}

/// Why a child process ended without a response: from its exit status, and from standard error,
/// where Rust's runtime writes why it aborts.
///
/// A file is refused only for what it makes the process do to itself, every time: use its CPU time
/// up, exceed its address space or its stack, or fault. Every other end, above all SIGKILL (which
/// the kernel sends when memory is short, to any process), may not happen again.
pub(crate) fn judge(
    status: ExitStatus,
    said: &[u8],
    limits: &Limits,
) -> Result<Refusal, InspectorError> {
    let said = String::from_utf8_lossy(said);
    tracing::info!(%status, "the inspection process crashed");
    match status.signal() {
        Some(signal::XCPU) => Ok(Refusal::too_slow()),
        Some(signal::ABRT) if said.contains("memory allocation of") && !is_scarce(limits) => {
            Ok(Refusal::too_complex(MEMORY))
        }
        Some(signal::SEGV) => Ok(too_deep()),
        Some(signal::ABRT) if said.contains("overflowed its stack") => Ok(too_deep()),
        Some(signal::ABRT) if said.contains("memory allocation of") => {
            Err(no_answer(status, &said))
        }
        Some(signal::ABRT | signal::ILL | signal::TRAP | signal::FPE) => {
            Ok(Refusal::malformed("the file cannot be read"))
        }
        _ => Err(no_answer(status, &said)),
    }
}

/// Whether the system may refuse memory below the limit of the address space: it does not promise
/// more than it has (`vm.overcommit_memory = 2`), or it has less than the limit.
fn is_scarce(limits: &Limits) -> bool {
    let strict = fs::read_to_string("/proc/sys/vm/overcommit_memory");
    strict.is_ok_and(|mode| mode.trim() == "2")
        || memory::physical().is_some_and(|memory| memory < limits.memory_bytes)
}

fn no_answer(status: ExitStatus, said: &str) -> InspectorError {
    InspectorError(NoAnswer { status, said: said.trim().to_owned() }.into())
}

fn too_deep() -> Refusal {
    Refusal::too_complex("the file is nested too deeply, or contains itself")
}

#[cfg(test)]
mod tests {
    use plinth_ports::Unreadable;

    use super::*;

    fn judged(signal: i32, said: &str) -> Option<&'static str> {
        let limits = Limits { memory_bytes: 1, ..Limits::default() };
        let refusal = judge(ExitStatus::from_raw(signal), said.as_bytes(), &limits).ok()?;
        Some(Unreadable::from(refusal).code.name())
    }

    #[test]
    fn a_file_is_blamed_for_what_it_did_and_for_nothing_else() {
        assert_eq!(judged(signal::XCPU, ""), Some("document.too_slow"));
        assert_eq!(judged(signal::SEGV, ""), Some("document.too_complex"));
        assert_eq!(
            judged(signal::ABRT, "memory allocation of 9 bytes failed"),
            Some("document.too_complex")
        );
        assert_eq!(
            judged(signal::ABRT, "thread 'main' has overflowed its stack"),
            Some("document.too_complex")
        );
        assert_eq!(judged(signal::ABRT, ""), Some("document.malformed"));
        let own =
            [signal::XCPU, signal::ABRT, signal::SEGV, signal::ILL, signal::TRAP, signal::FPE];
        for other in (1..=64).filter(|signal| !own.contains(signal)) {
            assert_eq!(judged(other, ""), None, "signal {other}");
        }
        assert_eq!(judged(0x0100, "an exit code"), None);
    }

    #[test]
    fn memory_that_the_machine_lacks_is_no_verdict_about_a_file() {
        let limits = Limits { memory_bytes: u64::MAX, ..Limits::default() };
        let said = b"memory allocation of 9 bytes failed";
        let ended = judge(ExitStatus::from_raw(signal::ABRT), said, &limits);
        assert_eq!(ended.is_err(), cfg!(target_os = "linux"));
    }
}
