use std::{
    env,
    fs::File,
    io::{self, Seek},
    path::PathBuf,
    sync::atomic::{AtomicU8, Ordering},
};

use async_trait::async_trait;
use plinth_domain::ContentType;
use plinth_ports::{
    ByteStream, Findings, Inspection, Inspector, InspectorError, Thumbnail, Unreadable,
};

use crate::{
    Confinement, Limits, Program, process,
    protocol::Task,
    refusal::MEMORY,
    spool::{self, SHARE, spool},
};

/// Why no file can be inspected.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The directory for temporary copies cannot be written.
    #[error("no file can be written in {}", directory.display())]
    Spool {
        /// The directory.
        directory: PathBuf,
        /// The error of the file system.
        #[source]
        source: io::Error,
    },
    /// The child process does not start or does not answer.
    #[error("the process that reads files does not work")]
    Child(#[from] InspectorError),
}

/// Reads each file in a separate child process.
#[derive(Debug, Clone)]
pub struct SandboxedInspector {
    program: Program,
    limits: Limits,
    directory: PathBuf,
}

impl SandboxedInspector {
    /// An inspector that starts `program` for each file, and spools files in the system's temporary
    /// directory.
    #[must_use]
    pub fn new(program: Program, limits: Limits) -> Self {
        Self { program, limits, directory: env::temp_dir() }
    }

    /// Checks that files can be spooled and that the child process starts, and returns what the
    /// kernel enforces on the child.
    pub async fn check(&self) -> Result<Confinement, CheckError> {
        let file = spool::check(self.directory.clone())
            .await
            .map_err(|source| CheckError::Spool { directory: self.directory.clone(), source })?;
        Ok(process::confinement(&self.program, &self.limits, file).await?)
    }

    /// Spools files in `directory`. It needs space for the largest file, times the number of
    /// concurrent inspections.
    #[must_use]
    pub fn spooling_in(self, directory: PathBuf) -> Self {
        Self { directory, ..self }
    }
}

#[async_trait]
impl Inspector for SandboxedInspector {
    async fn inspect(
        &self,
        content: ByteStream,
        content_type: ContentType,
        progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        let progress = Monotone { last: AtomicU8::new(0), progress };
        let report = |percent| progress.report(percent);
        let directory = (content_type != ContentType::Other).then(|| self.directory.clone());
        let spooled = spool(content, directory, &report).await?;
        let findings = match spooled.file {
            None => Ok(Findings::default()),
            Some(file) => {
                let reading = |percent: u8| progress.report(SHARE + of(100 - SHARE, percent));
                self.read(content_type, file, &reading).await?
            }
        };
        progress.report(100);
        Ok(Inspection { sha256: spooled.sha256, size_bytes: spooled.size, findings })
    }
}

impl SandboxedInspector {
    async fn read(
        &self,
        content_type: ContentType,
        file: File,
        progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Result<Findings, Unreadable>, InspectorError> {
        let (larger, again) = (file.try_clone(), file.try_clone());
        let limits = match (content_type, file.metadata()) {
            (ContentType::Pdf, Ok(metadata)) => self.limits.of_pdf(metadata.len()),
            _ => self.limits,
        };
        let (program, task) = (&self.program, Task::Read);
        let found = process::read(program, &limits, content_type, task, file, progress);
        let mut found = found.await?;
        // A valid file may take more memory than most of its length.
        if let (Err(refusal), Ok(mut file)) = (&found, larger)
            && refusal.detail == MEMORY
            && limits.memory_bytes < self.limits.memory_bytes
            && file.rewind().is_ok()
        {
            found = process::read(&self.program, &self.limits, content_type, task, file, progress)
                .await?;
        }
        if let (Ok(findings), ContentType::Pdf, Ok(file)) = (&mut found, content_type, again) {
            findings.thumbnails = self.preview(file).await;
        }
        Ok(found)
    }

    /// The thumbnails of the first page of a PDF; none when it cannot be drawn within its limits.
    async fn preview(&self, mut file: File) -> Vec<Thumbnail> {
        if file.rewind().is_err() {
            return Vec::new();
        }
        let limits = self.limits.of_preview();
        let (task, silent) = (Task::Preview, |_| ());
        match process::read(&self.program, &limits, ContentType::Pdf, task, file, &silent).await {
            Ok(Ok(drawn)) => drawn.thumbnails,
            Ok(Err(refusal)) => {
                tracing::debug!(code = refusal.code.name(), "a PDF has no preview");
                Vec::new()
            }
            Err(error) => {
                tracing::warn!(%error, "a preview failed");
                Vec::new()
            }
        }
    }
}

/// `percent` of `share`.
fn of(share: u8, percent: u8) -> u8 {
    u8::try_from(u16::from(share) * u16::from(percent) / 100).unwrap_or(share)
}

/// Forwards progress only when it increases.
struct Monotone<'a> {
    last: AtomicU8,
    progress: &'a (dyn Fn(u8) + Send + Sync),
}

impl Monotone<'_> {
    fn report(&self, percent: u8) {
        if self.last.fetch_max(percent, Ordering::Relaxed) < percent {
            (self.progress)(percent);
        }
    }
}
