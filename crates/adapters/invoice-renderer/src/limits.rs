use std::time::Duration;

/// The limits of rendering one invoice. One that exceeds a limit is refused, except for the
/// wall-clock time.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The maximum wall-clock time, after which the attempt has failed and may be repeated: it
    /// depends on what else the machine does.
    pub wall_time: Duration,
    /// The maximum CPU time, in whole seconds.
    pub cpu_time: Duration,
    /// The maximum address space of the child process, in bytes.
    pub memory_bytes: u64,
    /// The maximum number of positions.
    pub lines: usize,
    /// The maximum length of all texts together, in bytes of JSON.
    pub text_bytes: usize,
    /// The maximum length of a logo, in bytes.
    pub logo_bytes: usize,
    /// The maximum number of pages.
    pub pages: usize,
    /// The maximum length of a PDF, in bytes.
    pub pdf_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            wall_time: Duration::from_mins(5),
            cpu_time: Duration::from_mins(1),
            memory_bytes: 2048 * MIB as u64,
            lines: 2000,
            text_bytes: 2 * MIB,
            logo_bytes: 2 * MIB,
            pages: 100,
            pdf_bytes: 16 * MIB,
        }
    }
}

impl Limits {
    /// How many invoices this machine can render at once.
    #[must_use]
    pub fn concurrency(&self) -> usize {
        plinth_confined::at_once(self.memory_bytes)
    }

    /// What the child process may use.
    pub(crate) fn of_child(&self) -> plinth_confined::Limits {
        let Self { wall_time, cpu_time, memory_bytes, .. } = *self;
        plinth_confined::Limits { wall_time, cpu_time, memory_bytes }
    }
}
