use std::fmt;

use uuid::Uuid;

use crate::{
    DocumentId, DocumentVersionId, Id, OrganizationExportId, OrganizationId, Upload, UploadId,
};

/// The key of a blob in the object storage. It consists of identities only: no
/// text of a client is part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobKey {
    organization: OrganizationId,
    location: BlobLocation,
}

/// The location of a blob within its organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlobLocation {
    /// A version of a document.
    Content(DocumentId, DocumentVersionId),
    /// A thumbnail of a version.
    Thumbnail(DocumentId, DocumentVersionId, ThumbnailSize),
    /// A tail of an upload, by its number.
    Tail(UploadId, u64),
    /// The file of an export.
    Export(OrganizationExportId),
}

/// The size of a thumbnail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThumbnailSize {
    /// Fits into a square of 256 pixels.
    Small,
    /// Fits into a square of 1024 pixels.
    Large,
}

impl ThumbnailSize {
    /// Every size.
    pub const ALL: [Self; 2] = [Self::Small, Self::Large];

    /// The name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
        }
    }

    /// Finds a size by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.name() == name)
    }

    /// The side of the square that the thumbnail fits into, in pixels.
    #[must_use]
    pub const fn pixels(self) -> u32 {
        match self {
            Self::Small => 256,
            Self::Large => 1024,
        }
    }
}

impl BlobKey {
    /// The key of the blob at `location` of `organization`.
    #[must_use]
    pub const fn new(organization: OrganizationId, location: BlobLocation) -> Self {
        Self { organization, location }
    }

    /// The organization that owns the blob.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The location of a blob within its organization.
    #[must_use]
    pub const fn location(&self) -> BlobLocation {
        self.location
    }

    /// Parses a key from a listing; `None` for a key that Plinth did not create.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        fn id<T>(text: &str) -> Option<Id<T>> {
            Uuid::try_parse(text).ok().map(Id::from_uuid)
        }
        let parts: Vec<&str> = text.split('/').collect();
        let (organization, location) = match parts[..] {
            ["org", organization, "doc", document, version] => {
                (organization, BlobLocation::Content(id(document)?, id(version)?))
            }
            ["org", organization, "thumbnail", document, version, size] => (
                organization,
                BlobLocation::Thumbnail(
                    id(document)?,
                    id(version)?,
                    ThumbnailSize::from_name(size)?,
                ),
            ),
            ["org", organization, "upload", upload, part] => {
                (organization, BlobLocation::Tail(id(upload)?, part.parse().ok()?))
            }
            ["org", organization, "export", export] => {
                (organization, BlobLocation::Export(id(export)?))
            }
            _ => return None,
        };
        let key = Self::new(id(organization)?, location);
        // Only the canonical form, which `Display` writes, is accepted.
        (key.to_string() == text).then_some(key)
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let organization = self.organization;
        match self.location {
            BlobLocation::Content(document, version) => {
                write!(f, "org/{organization}/doc/{document}/{version}")
            }
            BlobLocation::Thumbnail(document, version, size) => {
                write!(f, "org/{organization}/thumbnail/{document}/{version}/{}", size.name())
            }
            BlobLocation::Tail(upload, part) => {
                write!(f, "org/{organization}/upload/{upload}/{part}")
            }
            BlobLocation::Export(export) => write!(f, "org/{organization}/export/{export}"),
        }
    }
}

impl Upload {
    /// The key of the finished content.
    #[must_use]
    pub const fn key(&self) -> BlobKey {
        BlobKey::new(self.organization, BlobLocation::Content(self.document, self.document_version))
    }

    /// The key of the tail with this number.
    #[must_use]
    pub const fn tail_key(&self, number: u64) -> BlobKey {
        BlobKey::new(self.organization, BlobLocation::Tail(self.id, number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_as_it_was_made_and_nothing_else_is_a_key() {
        let organization = Id::from_uuid(Uuid::from_u128(1));
        let document = Id::from_uuid(Uuid::from_u128(2));
        let version = Id::from_uuid(Uuid::from_u128(3));
        for location in [
            BlobLocation::Content(document, version),
            BlobLocation::Thumbnail(document, version, ThumbnailSize::Large),
            BlobLocation::Tail(Id::from_uuid(Uuid::from_u128(4)), 2),
            BlobLocation::Export(Id::from_uuid(Uuid::from_u128(5))),
        ] {
            let key = BlobKey::new(organization, location);
            assert_eq!(BlobKey::parse(&key.to_string()), Some(key));
        }
        let key = BlobKey::new(organization, BlobLocation::Content(document, version)).to_string();
        for other in [format!("{key}/"), format!("/{key}"), key.to_uppercase(), "x".into()] {
            assert_eq!(BlobKey::parse(&other), None, "{other}");
        }
    }
}
