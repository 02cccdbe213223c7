use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_application::{
    Error,
    documents::GetDocument,
    knowledge::{ChunkDocument, StoreChunks},
};
use plinth_ports::{Blobs, Inspector};

use crate::{Handler, JobContext, JobFailure};

/// Divides the text of a file into chunks that was stored before there were chunks.
///
/// One after another: what is uploaded now comes first.
pub struct DocumentChunker {
    inspector: Arc<dyn Inspector>,
    blobs: Arc<dyn Blobs>,
}

impl DocumentChunker {
    /// Reads files of this storage by this inspector.
    #[must_use]
    pub fn new(inspector: Arc<dyn Inspector>, blobs: Arc<dyn Blobs>) -> Self {
        Self { inspector, blobs }
    }
}

#[async_trait]
impl Handler for DocumentChunker {
    type Job = ChunkDocument;

    fn timeout(&self) -> Duration {
        Duration::from_mins(25)
    }

    fn at_once(&self) -> Option<usize> {
        Some(1)
    }

    async fn run(&self, job: ChunkDocument, ctx: JobContext) -> Result<(), JobFailure> {
        let of = job.version;
        let found = ctx.application().query(ctx.caller(), GetDocument { id: of.document }).await;
        let version = match found {
            Ok(document) if document.current.id == of.version => document.current,
            Ok(_) | Err(Error::NotFound(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let content = self.blobs.read(&ctx.content_key(of), None).await;
        // What is lost is told elsewhere.
        let Some(content) = content.map_err(JobFailure::retry)? else { return Ok(()) };
        let progress = ctx.progress().clone();
        let inspection = self
            .inspector
            .inspect(content, version.content_type, &move |percent| progress.set(percent))
            .await
            .map_err(JobFailure::retry)?;
        if let Ok(Some(text)) = inspection.findings.map(|findings| findings.text) {
            ctx.execute(StoreChunks { of, text }).await?;
        }
        Ok(())
    }
}
