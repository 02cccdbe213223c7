use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How much a file may ask of its reader. Beyond it, the file is refused.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Limits {
    /// How long reading it may take.
    pub wall_time: Duration,
    /// How much of that on a processor; in whole seconds.
    pub cpu_time: Duration,
    /// The address space of the process that reads it.
    pub memory_bytes: u64,
    /// The length of a PDF or a picture, which are read whole. A building
    /// model streams and may have any.
    pub file_bytes: u64,
    /// Pages of a PDF.
    pub pages: usize,
    /// Width times height of a picture.
    pub pixels: u64,
    /// Entities of a building model.
    pub entities: u64,
    /// The length of one entity of it.
    pub instance_bytes: usize,
    /// How much text is kept; what comes after is left out.
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
