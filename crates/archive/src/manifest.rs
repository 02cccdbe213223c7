use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The name of the manifest in the archive.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Names the format in a manifest.
pub const FORMAT: &str = "plinth-organization-export";
/// The version of the format. A reader refuses any other.
pub const FORMAT_VERSION: u32 = 1;

/// What an archive has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// When the rows were read: RFC 3339.
    pub created_at: String,
    /// The organization.
    pub organization: Organization,
    /// The head of the audit log's chain; `None` without a numbered entry.
    pub journal_head: Option<JournalHead>,
    /// All entries, except the manifest.
    pub entries: Vec<Entry>,
    /// The names of the entries whose bytes the storage did not have.
    pub missing: Vec<String>,
}

/// The organization of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// The identity.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The short name in URLs.
    pub slug: String,
}

/// The last numbered entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JournalHead {
    /// The number.
    pub number: i64,
    /// The hash of the chain up to it, in hexadecimal digits.
    pub hash: String,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name in the archive.
    pub name: String,
    /// The length in bytes, without compression.
    pub bytes: u64,
    /// The SHA-256 of the bytes, in hexadecimal digits.
    pub sha256: String,
    /// The number of rows; `None` for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The columns of the rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}
