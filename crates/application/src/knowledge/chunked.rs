//! The chunks of a document, and their vectors.

use std::time::Duration;

use plinth_domain::{
    Document, DocumentChunk, DocumentChunkId, DocumentId, DocumentVersionId, Embedding,
    EmbeddingSpace, Model, Permission, ProjectId,
    search::{SearchableText, chunks},
};
use plinth_ports::CallableModel;
use serde::{Deserialize, Serialize};

use super::{
    embedding::{EmbedFailure, Embedder, embedder, space},
    embedding_input::EmbeddingUse,
};
use crate::{
    Application, Caller, Command, Context, Error, JobKind, Query, Recorded, View,
    documents::VersionRef, models,
};

/// How many texts one request to the provider has.
const BATCH: u16 = 64;
/// How long one such request may take.
const BATCH_TIME: Duration = Duration::from_mins(2);

/// The job that makes the vectors of a document that are missing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct EmbedDocument {
    /// The version whose text was stored; the job works on the text that is stored when it runs.
    pub version: VersionRef,
    /// When it was asked for, in microseconds since 1970: it tells jobs of the same version apart.
    pub asked_at: i64,
}

impl JobKind for EmbedDocument {
    const KIND: &'static str = "document.embed";
    /// Over about eight minutes, and then at the next version or change of the model.
    const MAX_ATTEMPTS: u16 = 10;
    /// A new text is found by its words meanwhile.
    const PRIORITY: i16 = -10;

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}/{}", Self::KIND, self.version.version, self.asked_at))
    }
}

/// Stores the text of a document's newest version for searches, and asks for its vectors where the
/// organization has an embedding model.
pub(crate) async fn index(
    ctx: &mut Context<'_>,
    document: &Document,
    version: DocumentVersionId,
    text: &str,
) -> Result<(), Error> {
    let words = SearchableText::of(text);
    ctx.unit.document_contents().index(document.id, &words, ctx.now).await?;
    let found: Vec<_> = (0..)
        .zip(chunks(text))
        .map(|(position, chunk)| DocumentChunk {
            id: ctx.id(),
            document: document.id,
            version,
            position,
            start: u32::try_from(chunk.start).unwrap_or(u32::MAX),
            content: chunk.content,
        })
        .collect();
    ctx.unit.document_chunks().replace_chunks(document.id, &found, ctx.now).await?;
    // Held, so that a change of the model comes before or after all of this.
    let organization = ctx.unit.organization().hold().await?;
    if organization.is_some_and(|o| o.settings.embedding_model.is_some()) && !found.is_empty() {
        let version = VersionRef { document: document.id, version };
        let asked_at = ctx.now.timestamp_micros();
        ctx.enqueue(EmbedDocument { version, asked_at }).await?;
    }
    Ok(())
}

/// Stores vectors of chunks.
#[derive(Debug, Clone)]
pub struct StoreVectors {
    /// The space of the vectors.
    pub space: EmbeddingSpace,
    /// The vectors, all with as many dimensions.
    pub vectors: Vec<(DocumentChunkId, Embedding)>,
}

impl Command for StoreVectors {
    const NAME: &'static str = "document.store_vectors";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = ();

    /// Without an audit record: nothing that a member has entered changes.
    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        ctx.unit.document_chunks().store_vectors(self.space, &self.vectors, ctx.now).await?;
        Ok(Recorded::without_audit(()))
    }
}

/// Records that the provider refused the secret of the embedding model.
struct FlagEmbedder(Model);

impl Command for FlagEmbedder {
    const NAME: &'static str = "model.flag";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        Ok(match models::calls::flag(ctx, &self.0).await? {
            Some(audit) => Recorded::new((), audit),
            None => Recorded::without_audit(()),
        })
    }
}

/// The next chunks of a document without a vector.
struct Next {
    model: Box<CallableModel>,
    project: Option<ProjectId>,
    chunks: Vec<DocumentChunk>,
}

/// Reads the next chunks without a vector, and the model that makes one; `None` without a model, or
/// without the document.
struct NextChunks(DocumentId);

impl Query for NextChunks {
    const NAME: &'static str = "document.next_chunks";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Option<Next>;

    async fn run(self, view: &mut View<'_>) -> Result<Self::Output, Error> {
        let Embedder::Model(model) = embedder(view.unit, view.now).await? else { return Ok(None) };
        let Some(document) = view.unit.documents().find(self.0).await? else { return Ok(None) };
        let unit = view.unit.document_chunks();
        let chunks = unit.chunks_without_vector(self.0, space(&model), BATCH).await?;
        Ok(Some(Next { model, project: document.project, chunks }))
    }
}

impl Application {
    /// Makes the vectors of a document that are missing, by the model that the organization has at
    /// each step. What was stored before a failure stays, so that no text is paid for twice.
    pub async fn embed_document(
        &self,
        caller: &Caller,
        document: DocumentId,
    ) -> Result<(), EmbedFailure> {
        while let Some(next) = self.query(caller, NextChunks(document)).await? {
            let Next { model, project, chunks } = next;
            if chunks.is_empty() {
                break;
            }
            let texts: Vec<String> = chunks.iter().map(|chunk| chunk.content.clone()).collect();
            let of = EmbeddingUse::Document { document, project };
            let vectors = match self.embed_counted(caller, &model, of, texts, BATCH_TIME).await {
                Ok(made) => made.vectors,
                Err(failure) => {
                    if let Some(refused) = &failure.refused {
                        self.execute(caller, FlagEmbedder(refused.model.clone())).await?;
                    }
                    return Err(failure);
                }
            };
            let vectors = chunks.into_iter().map(|chunk| chunk.id).zip(vectors).collect();
            self.execute(caller, StoreVectors { space: space(&model), vectors }).await?;
        }
        Ok(())
    }
}
