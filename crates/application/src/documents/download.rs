use std::{ops::Range, sync::Arc};

use futures::{StreamExt, TryStreamExt};
use plinth_domain::{
    BlobKey, BlobLocation, Document, DocumentId, DocumentVersion, DocumentVersionId, Permission,
    Processing, ThumbnailSize,
};
use plinth_ports::{ByteStream, Disposition, PresignedUrl};

use super::NOT_FOUND;
use crate::{Application, ByProject, Error, Query, Reading, View, documents::DOCUMENT_REJECTED};

/// A version whose bytes the caller may read.
#[derive(Debug, Clone)]
pub struct Download {
    /// The document.
    pub document: Document,
    /// The version.
    pub version: DocumentVersion,
    key: BlobKey,
}

impl Download {
    /// The newest version of a document.
    pub(crate) fn newest(document: Document) -> Result<Self, Error> {
        let version = document.current.clone();
        Self::of(document, version)
    }

    pub(crate) fn of(document: Document, version: DocumentVersion) -> Result<Self, Error> {
        if let Processing::Rejected(verdict) = &version.processing {
            return Err(Error::Conflict {
                code: DOCUMENT_REJECTED,
                detail: format!("it was rejected: {}", verdict.detail).into(),
            });
        }
        let place = BlobLocation::Content(document.id, version.id);
        Ok(Self { key: BlobKey::new(document.organization, place), document, version })
    }

    /// Whether a browser may show the bytes in place: they are a picture, and no inspection has
    /// failed to read them.
    #[must_use]
    pub const fn is_inline(&self) -> bool {
        self.version.content_type.is_inline()
            && !matches!(self.version.processing, Processing::Unreadable(_))
    }
}

/// Opens the bytes of a document.
#[derive(Debug, Clone, Copy)]
pub struct OpenContent {
    /// The document.
    pub id: DocumentId,
    /// The version; `None` for the newest.
    pub version: Option<DocumentVersionId>,
}

impl Query for OpenContent {
    const NAME: &'static str = "document.open_content";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Download;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::document(self.id)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Download, Error> {
        let document = view.unit.documents().find(self.id).await?.ok_or(NOT_FOUND)?;
        let version = match self.version {
            Some(id) if id != document.current.id => {
                let version = view.unit.document_versions().find(id).await?;
                version.filter(|version| version.document == document.id).ok_or(NOT_FOUND)?
            }
            _ => document.current.clone(),
        };
        Download::of(document, version)
    }
}

/// Opens a thumbnail of a document.
#[derive(Debug, Clone, Copy)]
pub struct OpenThumbnail {
    /// The document.
    pub id: DocumentId,
    /// Its size.
    pub size: ThumbnailSize,
}

impl Query for OpenThumbnail {
    const NAME: &'static str = "document.open_thumbnail";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Download;

    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::document(self.id)
    }

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Download, Error> {
        let document = view.unit.documents().find(self.id).await?.ok_or(NOT_FOUND)?;
        let version = document.current.clone();
        if !version.has_thumbnails {
            return Err(Error::NotFound("thumbnail"));
        }
        let place = BlobLocation::Thumbnail(document.id, version.id, self.size);
        Ok(Download { key: BlobKey::new(document.organization, place), document, version })
    }
}

impl Application {
    /// Reads the bytes, or those in `range`, at the rate of the organization.
    pub async fn read(
        &self,
        download: &Download,
        range: Option<Range<u64>>,
    ) -> Result<ByteStream, Error> {
        self.read_paced(&download.key, range).await
    }

    /// Reads the bytes of a blob at the rate of its organization.
    pub(crate) async fn read_paced(
        &self,
        key: &BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<ByteStream, Error> {
        let bytes = self.ports.files.blobs.read(key, range).await?;
        let bytes = bytes.ok_or_else(|| Error::internal(format!("{key} is not in the storage")))?;
        let (transfers, organization) = (Arc::clone(&self.transfers), key.organization());
        let paced = bytes.and_then(move |bytes| {
            let transfers = Arc::clone(&transfers);
            async move {
                transfers.count(organization, bytes.len()).await;
                Ok(bytes)
            }
        });
        Ok(paced.boxed())
    }

    /// A presigned URL to read the bytes from the object storage; `None` if the storage does not
    /// support presigned URLs.
    pub async fn presign(
        &self,
        download: &Download,
        disposition: &Disposition,
    ) -> Result<Option<PresignedUrl>, Error> {
        let ttl = self.policy.presigned_url;
        Ok(self.ports.files.blobs.presign_read(&download.key, disposition, ttl).await?)
    }
}
