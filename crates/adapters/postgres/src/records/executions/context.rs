//! The chunks that an execution was given, as JSON in its row.

use plinth_domain::{ExecutionContext, Id, UsedChunk, VectorUse};
use plinth_ports::{Result, StoreError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    vectors: &'a str,
    chunks: Vec<Chunk>,
}

#[derive(Serialize, Deserialize)]
struct Chunk {
    id: Uuid,
    document: Uuid,
    version: Uuid,
    position: u16,
    score: u32,
}

pub(super) fn write(context: &ExecutionContext) -> String {
    let chunk = |used: &UsedChunk| Chunk {
        id: used.chunk.uuid(),
        document: used.document.uuid(),
        version: used.version.uuid(),
        position: used.position,
        score: used.score,
    };
    let chunks = context.chunks.iter().map(chunk).collect();
    let stored = Stored { vectors: context.vectors.name(), chunks };
    // Text and numbers are written without a failure.
    serde_json::to_string(&stored).unwrap_or_default()
}

pub(super) fn read(text: &str) -> Result<ExecutionContext> {
    let other = |error: serde_json::Error| StoreError::Other(error.into());
    let stored: Stored<'_> = serde_json::from_str(text).map_err(other)?;
    let vectors = VectorUse::from_name(stored.vectors)
        .ok_or_else(|| StoreError::Other("an unknown use of vectors".into()))?;
    let used = |chunk: Chunk| UsedChunk {
        chunk: Id::from_uuid(chunk.id),
        document: Id::from_uuid(chunk.document),
        version: Id::from_uuid(chunk.version),
        position: chunk.position,
        score: chunk.score,
    };
    Ok(ExecutionContext { vectors, chunks: stored.chunks.into_iter().map(used).collect() })
}
