use async_trait::async_trait;
use bytes::Bytes;
use plinth_domain::{Code, ContentType, JsonObject, ThumbnailSize};

use crate::ByteStream;

/// The result of an inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The SHA-256 of the bytes that were read (FIPS 180-4).
    pub sha256: [u8; 32],
    /// The number of bytes that were read.
    pub size_bytes: u64,
    /// The findings, or why the file cannot be read.
    pub findings: Result<Findings, Unreadable>,
}

/// The data extracted from a file's content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The properties, as the API shows them: `{"pages": 12, "title": "…"}`.
    pub properties: JsonObject,
    /// The text for the search; the adapter limits its length.
    pub text: Option<String>,
    /// The thumbnails, as JPEG or, where they are transparent, PNG.
    pub thumbnails: Vec<Thumbnail>,
}

/// A thumbnail of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// The size.
    pub size: ThumbnailSize,
    /// The encoded image.
    pub bytes: Bytes,
}

/// Why a file cannot be read: it breaks the rules of its format, has a feature that is not
/// supported, or exceeds a limit. A retry has the same result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Unreadable {
    /// The code of the verdict: `document.malformed`.
    pub code: Code,
    /// An explanation for the user who uploaded it.
    pub detail: String,
}

/// The inspection itself failed; a retry may succeed.
#[derive(Debug, thiserror::Error)]
#[error("the file could not be inspected")]
pub struct InspectorError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Inspects files from untrusted sources.
#[async_trait]
pub trait Inspector: Send + Sync {
    /// Reads `content` to its end and inspects it. `progress` is called repeatedly with 0 to 100
    /// percent. Dropping the future cancels the inspection.
    async fn inspect(
        &self,
        content: ByteStream,
        content_type: ContentType,
        progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError>;
}
