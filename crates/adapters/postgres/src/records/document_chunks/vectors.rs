use std::fmt::Write;

use plinth_domain::{DocumentChunkId, Embedding, EmbeddingSpace, Timestamp};
use plinth_ports::Result;
use sea_orm::Value;
use uuid::Uuid;

use crate::scoped::ScopedTx;

/// Locks the chunks, so that none is removed meanwhile, and leaves out those that are gone. The
/// parameters are the organization, the space with the dimensions, the time, and the chunks with their
/// vectors.
const STORE: &str = "INSERT INTO chunk_vectors (organization_id, id, model_id, fingerprint, \
    dimensions, embedding, created_at, updated_at) \
    SELECT $1, c.id, $2, $3, $4, n.embedding::halfvec, $5, $5 \
    FROM unnest($6::uuid[], $7::text[]) AS n (id, embedding) \
    JOIN document_chunks c ON c.organization_id = $1 AND c.id = n.id FOR KEY SHARE OF c \
    ON CONFLICT (organization_id, id) DO UPDATE SET model_id = EXCLUDED.model_id, \
        fingerprint = EXCLUDED.fingerprint, dimensions = EXCLUDED.dimensions, \
        embedding = EXCLUDED.embedding, updated_at = EXCLUDED.updated_at, \
        version = chunk_vectors.version + 1";

impl ScopedTx {
    pub(super) async fn write_vectors(
        &mut self,
        space: EmbeddingSpace,
        vectors: &[(DocumentChunkId, Embedding)],
        at: Timestamp,
    ) -> Result<()> {
        let Some((_, first)) = vectors.first() else { return Ok(()) };
        let [model, fingerprint, dimensions] = place(space, first);
        let ids: Vec<Uuid> = vectors.iter().map(|(id, _)| id.uuid()).collect();
        let texts: Vec<String> = vectors.iter().map(|(_, vector)| text(vector)).collect();
        let values = vec![model, fingerprint, dimensions, at.into(), ids.into(), texts.into()];
        self.write(STORE, values).await.map(drop)
    }
}

/// The model, the fingerprint and the dimensions of the vectors that can be compared.
pub(super) fn place(space: EmbeddingSpace, like: &Embedding) -> [Value; 3] {
    let dimensions: i16 = super::number(like.dimensions());
    [space.model.uuid().into(), space.fingerprint.into(), dimensions.into()]
}

/// A vector as PostgreSQL reads it: `[0.6,0.8]`.
pub(super) fn text(vector: &Embedding) -> String {
    let mut text = String::with_capacity(vector.values().len() * 12);
    for (place, value) in vector.values().iter().enumerate() {
        // Writing to a string does not fail.
        let _ = write!(text, "{}{value}", if place == 0 { '[' } else { ',' });
    }
    text.push(']');
    text
}
