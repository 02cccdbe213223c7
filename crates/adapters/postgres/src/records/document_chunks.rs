//! The chunks of documents and their vectors.

mod search;
mod vectors;

use async_trait::async_trait;
use plinth_domain::{
    DocumentChunk, DocumentChunkId, DocumentId, Embedding, EmbeddingSpace, Id, Timestamp,
    search::SearchableText,
};
use plinth_ports::{DocumentChunks, PAGE_BYTES, Result, StoreError};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::scoped::ScopedTx;

const REMOVE: &str = "DELETE FROM document_chunks WHERE organization_id = $1 AND document_id = $2";

const WITHOUT_CHUNKS: &str = "SELECT t.id FROM document_texts t WHERE t.organization_id = $1 \
    AND t.id = ANY($2) AND t.words IS DISTINCT FROM '' AND NOT EXISTS (SELECT FROM document_chunks c \
        WHERE c.organization_id = $1 AND c.document_id = t.id)";

const INSERT: &str = "INSERT INTO document_chunks (organization_id, id, document_id, \
    document_version_id, position, start, content, words, created_at, updated_at) \
    SELECT $1, c.id, $2, c.version, c.position, c.start, c.content, c.words, $3, $3 \
    FROM unnest($4::uuid[], $5::uuid[], $6::smallint[], $7::integer[], $8::text[], $9::text[]) \
    AS c (id, version, position, start, content, words)";

#[async_trait]
impl DocumentChunks for ScopedTx {
    async fn replace_chunks(
        &mut self,
        document: DocumentId,
        chunks: &[DocumentChunk],
        at: Timestamp,
    ) -> Result<()> {
        self.write(REMOVE, vec![document.uuid().into()]).await?;
        let ids: Vec<Uuid> = chunks.iter().map(|chunk| chunk.id.uuid()).collect();
        let versions: Vec<Uuid> = chunks.iter().map(|chunk| chunk.version.uuid()).collect();
        let positions: Vec<i16> = chunks.iter().map(|chunk| number(chunk.position)).collect();
        let starts: Vec<i32> = chunks.iter().map(|chunk| number(chunk.start)).collect();
        let contents: Vec<String> = chunks.iter().map(|chunk| chunk.content.clone()).collect();
        let words = chunks.iter().map(|chunk| SearchableText::of(&chunk.content));
        let words: Vec<String> = words.map(|words| words.as_str().to_owned()).collect();
        let values = vec![
            document.uuid().into(),
            at.into(),
            ids.into(),
            versions.into(),
            positions.into(),
            starts.into(),
            contents.into(),
            words.into(),
        ];
        self.write(INSERT, values).await.map(drop)
    }

    async fn without_chunks(&mut self, documents: &[DocumentId]) -> Result<Vec<DocumentId>> {
        let ids: Vec<Uuid> = documents.iter().map(|document| document.uuid()).collect();
        let read = |row: &PgRow| row.try_get(0).map(Id::from_uuid).map_err(other);
        Ok(self.ask_within(WITHOUT_CHUNKS, vec![ids.into()], PAGE_BYTES, read).await?.items)
    }

    async fn store_vectors(
        &mut self,
        space: EmbeddingSpace,
        vectors: &[(DocumentChunkId, Embedding)],
        at: Timestamp,
    ) -> Result<()> {
        self.write_vectors(space, vectors, at).await
    }
}

/// A number that is in the range of its column, which the domain bounds.
fn number<N, C: TryFrom<N> + Default>(number: N) -> C {
    C::try_from(number).unwrap_or_default()
}

/// The columns of a chunk, in the order in which [`chunk`] reads them.
macro_rules! columns {
    () => {
        "c.id, c.document_id, c.document_version_id, c.position, c.start, c.content"
    };
}
use columns;

fn chunk(row: &PgRow) -> Result<DocumentChunk> {
    let id = |column: usize| row.try_get::<Uuid, _>(column).map_err(other);
    let position: i16 = row.try_get(3).map_err(other)?;
    let start: i32 = row.try_get(4).map_err(other)?;
    Ok(DocumentChunk {
        id: Id::from_uuid(id(0)?),
        document: Id::from_uuid(id(1)?),
        version: Id::from_uuid(id(2)?),
        position: number(position),
        start: number(start),
        content: row.try_get(5).map_err(other)?,
    })
}

fn other(error: sqlx::Error) -> StoreError {
    StoreError::Other(error.into())
}
