use std::time::Duration;

use async_trait::async_trait;
use plinth_application::knowledge::{
    EmbedDocument, EmbedDocuments, EmbedFailure, EmbedNextDocuments,
};

use crate::{
    Handler, JobContext, JobFailure,
    shares::{Shares, without_place},
};

/// How many documents are embedded at once.
const AT_ONCE: usize = 4;

/// Makes the vectors of a document that are missing. An attempt goes on where the last one ended.
///
/// A few at once: the provider counts requests, and other kinds of jobs need the slots. One
/// organization has at most half of these places, so that a slow provider holds up its own documents.
pub struct DocumentEmbedder(Shares);

impl Default for DocumentEmbedder {
    fn default() -> Self {
        Self(Shares::of(AT_ONCE))
    }
}

#[async_trait]
impl Handler for DocumentEmbedder {
    type Job = EmbedDocument;

    /// For the longest text, 40 requests.
    fn timeout(&self) -> Duration {
        Duration::from_mins(30)
    }

    fn at_once(&self) -> Option<usize> {
        Some(self.0.at_once())
    }

    async fn run(&self, job: EmbedDocument, ctx: JobContext) -> Result<(), JobFailure> {
        let Some(_place) = self.0.enter(ctx.job().organization) else {
            return Err(without_place(&ctx).await);
        };
        let embedded = ctx.application().embed_document(ctx.caller(), job.version.document).await;
        embedded.map_err(failure)
    }
}

fn failure(failure: EmbedFailure) -> JobFailure {
    if let Some(wait) = failure.postponed {
        return JobFailure::Later(failure.error.into(), wait);
    }
    if failure.is_temporary {
        return JobFailure::retry(failure.error);
    }
    failure.error.into()
}

/// Asks for the vectors of all documents, page by page.
pub struct AllDocumentsEmbedder;

#[async_trait]
impl Handler for AllDocumentsEmbedder {
    type Job = EmbedDocuments;

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, job: EmbedDocuments, ctx: JobContext) -> Result<(), JobFailure> {
        ctx.once("embed", EmbedNextDocuments(job)).await?;
        Ok(())
    }
}
