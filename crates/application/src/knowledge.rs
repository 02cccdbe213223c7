//! What an organization knows: its documents in chunks with vectors, and the search over everything
//! that a caller may read.

mod chunked;
mod context;
mod embedding;
mod embedding_input;
mod hits;
mod kind;
mod named;
mod rechunking;
mod reembedding;
mod search;
mod vectors;

pub use chunked::{EmbedDocument, StoreVectors};
pub use context::{
    ContextChunk, ContextRequest, FoundContext, MAX_CHARS as MAX_CONTEXT_QUERY, MAX_CONTEXT,
};
pub use embedding::EmbedFailure;
pub(crate) use embedding::EmbeddingCall;
pub(crate) use embedding_input::EmbeddingUse;
pub use hits::{Highlight, HitChunk, SearchHit};
pub use kind::SearchKind;
pub use plinth_domain::VectorUse;
pub use rechunking::{ChunkDocument, StoreChunks};
pub use reembedding::{EmbedDocuments, EmbedNextDocuments};
pub use search::{MAX_QUERY, SearchAnswer, SearchRequest};

pub(crate) use chunked::index;
pub(crate) use embedding_input::{CODES as CONFIG_CODES, check_config};
pub(crate) use reembedding::{embed_again, embed_all};
