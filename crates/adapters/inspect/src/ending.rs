use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

use plinth_ports::InspectorError;

use crate::refusal::Refusal;

/// The numbers of signals (POSIX, `<signal.h>`; Linux on every architecture
/// that Rust knows but MIPS and SPARC).
mod signal {
    pub const HUP: i32 = 1;
    pub const INT: i32 = 2;
    pub const QUIT: i32 = 3;
    pub const ABRT: i32 = 6;
    pub const KILL: i32 = 9;
    pub const SEGV: i32 = 11;
    pub const TERM: i32 = 15;
    pub const XCPU: i32 = 24;
}

/// The child process ended without a response, and the file is not the cause.
#[derive(Debug, thiserror::Error)]
#[error("the reading process ended without an answer: {status}: {said}")]
struct NoAnswer {
    status: ExitStatus,
    said: String,
}

/// Why a child process ended without a response: from its exit status, and from standard error,
/// where Rust's runtime writes why it aborts.
pub(crate) fn judge(status: ExitStatus, said: &[u8]) -> Result<Refusal, InspectorError> {
    let said = String::from_utf8_lossy(said);
    tracing::info!(%status, "the inspection process crashed");
    match status.signal() {
        Some(signal::XCPU) => Ok(Refusal::too_slow()),
        Some(signal::ABRT) if said.contains("memory allocation of") => Ok(too_much_memory()),
        // The OOM killer.
        Some(signal::KILL) => Ok(too_much_memory()),
        Some(signal::SEGV) => Ok(too_deep()),
        Some(signal::ABRT) if said.contains("overflowed its stack") => Ok(too_deep()),
        // The system is being stopped: the file is not the cause.
        None | Some(signal::HUP | signal::INT | signal::QUIT | signal::TERM) => {
            Err(InspectorError(NoAnswer { status, said: said.trim().to_owned() }.into()))
        }
        Some(_) => Ok(Refusal::malformed("the file cannot be read")),
    }
}

fn too_much_memory() -> Refusal {
    Refusal::too_complex("the file takes more memory to read than is allowed")
}

fn too_deep() -> Refusal {
    Refusal::too_complex("the file is nested too deeply, or contains itself")
}

#[cfg(test)]
mod tests {
    use plinth_ports::Rejection;

    use super::*;

    fn judged(signal: i32, said: &str) -> Option<&'static str> {
        let refusal = judge(ExitStatus::from_raw(signal), said.as_bytes()).ok()?;
        Some(Rejection::from(refusal).code.name())
    }

    #[test]
    fn a_file_is_blamed_for_what_it_did_and_for_nothing_else() {
        assert_eq!(judged(signal::XCPU, ""), Some("document.too_slow"));
        assert_eq!(judged(signal::KILL, ""), Some("document.too_complex"));
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
        for stop in [signal::HUP, signal::INT, signal::QUIT, signal::TERM] {
            assert_eq!(judged(stop, ""), None);
        }
        assert_eq!(judged(0x0100, "an exit code"), None);
    }
}
