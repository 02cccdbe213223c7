use std::time::Duration;

use plinth_ports::DOCUMENT_TEXT_BYTES;
use serde::{Deserialize, Serialize};

/// How much address space the reading of a PDF may take beyond four times its length, in bytes.
const PDF_BYTES: u64 = 512 * 1024 * 1024;

/// The maximum address space of a process that draws a preview, in bytes.
const PREVIEW_BYTES: u64 = 1024 * 1024 * 1024;

/// The maximum size of an electronic document, in bytes. A PDF with an invoice may have that much.
const E_DOCUMENT_BYTES: u64 = 64 * 1024 * 1024;

/// The limits of inspecting one file. A file that exceeds one is refused, except for the wall-clock
/// time.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Limits {
    /// The maximum wall-clock time, after which the inspection has failed and may be repeated: it
    /// depends on what else the machine does.
    pub wall_time: Duration,
    /// The maximum CPU time, in whole seconds.
    pub cpu_time: Duration,
    /// The maximum address space of the child process.
    pub memory_bytes: u64,
    /// The maximum size of a PDF or a picture, which are read into memory. A building model is
    /// streamed, and has no maximum.
    pub file_bytes: u64,
    /// How many pages of a PDF are searched for text.
    pub pages: usize,
    /// The maximum width times height of a picture.
    pub pixels: u64,
    /// The maximum number of entities of a building model.
    pub entities: u64,
    /// The maximum length of one entity, in bytes. A longer one is read over.
    pub instance_bytes: usize,
    /// How much text is kept, in bytes. The rest is left out.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self {
            wall_time: Duration::from_mins(10),
            cpu_time: Duration::from_secs(100),
            memory_bytes: 1536 * MIB,
            file_bytes: 512 * MIB,
            pages: 10_000,
            pixels: 100_000_000,
            entities: 50_000_000,
            instance_bytes: 16 * 1024 * 1024,
            text_bytes: DOCUMENT_TEXT_BYTES,
        }
    }
}

impl Limits {
    /// The limits of reading a PDF of this length. Most files take four times their length at
    /// most. One that takes hundreds of megabytes more is read again with the whole limit.
    pub(crate) fn of_pdf(self, length: u64) -> Self {
        let enough = length.saturating_mul(4).saturating_add(PDF_BYTES);
        Self { memory_bytes: self.memory_bytes.min(enough), ..self }
    }

    /// The limits of a preview. It takes a second or less of most files; one that takes longer is
    /// not worth it.
    pub(crate) fn of_preview(self) -> Self {
        Self {
            wall_time: self.wall_time.min(Duration::from_mins(1)),
            cpu_time: self.cpu_time.min(Duration::from_secs(10)),
            memory_bytes: self.memory_bytes.min(PREVIEW_BYTES),
            ..self
        }
    }

    /// The limits of reading an electronic document, which takes a second or less of most.
    pub(crate) fn of_e_document(self) -> Self {
        Self {
            wall_time: self.wall_time.min(Duration::from_mins(1)),
            cpu_time: self.cpu_time.min(Duration::from_secs(20)),
            file_bytes: self.file_bytes.min(E_DOCUMENT_BYTES),
            ..self
        }
    }

    /// How many files this machine can read at once.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_for_a_pdf_follows_its_length_up_to_the_limit() {
        let limits = Limits::default();
        assert_eq!(limits.of_pdf(600).memory_bytes, PDF_BYTES + 2400);
        assert_eq!(limits.of_pdf(u64::MAX).memory_bytes, limits.memory_bytes);
    }
}
