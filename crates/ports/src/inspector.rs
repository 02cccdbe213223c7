use async_trait::async_trait;
use bytes::Bytes;
use plinth_domain::{Code, ContentType, JsonObject, ThumbnailSize};

use crate::ByteStream;

/// What there is to know about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The SHA-256 of the bytes that were read (FIPS 180-4).
    pub sha256: [u8; 32],
    /// How many bytes were read.
    pub size_bytes: u64,
    /// What was found in them, where they could be understood.
    pub findings: Result<Findings, Rejection>,
}

/// What a file's content says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Its properties, as the API shows them: `{"pages": 12, "title": "…"}`.
    pub properties: JsonObject,
    /// Its text, for the search; bounded by the adapter.
    pub text: Option<String>,
    /// Small pictures of it, as JPEG or, where it is transparent, PNG.
    pub thumbnails: Vec<Thumbnail>,
}

/// A small picture of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// How large.
    pub size: ThumbnailSize,
    /// The encoded picture.
    pub bytes: Bytes,
}

/// Why a file is refused: it is not what it claims to be, or goes beyond a
/// limit. Trying again would not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Rejection {
    /// What kind of refusal: `document.malformed`.
    pub code: Code,
    /// What is wrong, in a sentence for the uploader.
    pub detail: String,
}

/// The inspection itself went wrong: it may work another time.
#[derive(Debug, thiserror::Error)]
#[error("the file could not be inspected")]
pub struct InspectorError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Looks into files that strangers made.
#[async_trait]
pub trait Inspector: Send + Sync {
    /// Reads `content` to its end, and what is in it. `progress` is called
    /// with 0 to 100 now and then. Dropping the future ends the work.
    async fn inspect(
        &self,
        content: ByteStream,
        content_type: ContentType,
        progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError>;
}
