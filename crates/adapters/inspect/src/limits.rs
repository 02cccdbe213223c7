use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The limits of inspecting one file. A file that exceeds one is refused.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Limits {
    /// The maximum wall-clock time.
    pub wall_time: Duration,
    /// The maximum CPU time, in whole seconds.
    pub cpu_time: Duration,
    /// The maximum address space of the child process.
    pub memory_bytes: u64,
    /// The maximum size of a PDF or a picture, which are read into memory. A building model is
    /// streamed, and has no maximum.
    pub file_bytes: u64,
    /// The maximum number of pages of a PDF.
    pub pages: usize,
    /// The maximum width times height of a picture.
    pub pixels: u64,
    /// The maximum number of entities of a building model.
    pub entities: u64,
    /// The maximum length of one entity, in bytes.
    pub instance_bytes: usize,
    /// How much text is kept, in bytes. The rest is left out.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            wall_time: Duration::from_mins(2),
            cpu_time: Duration::from_secs(100),
            memory_bytes: 1536 * MIB,
            file_bytes: 512 * MIB,
            pages: 10_000,
            pixels: 100_000_000,
            entities: 50_000_000,
            instance_bytes: 16 * 1024 * 1024,
            text_bytes: 1024 * 1024,
        }
    }
}
