//! Document links: readers without an account download one document.
//!
//! The token of a link is signed and not stored, so it can be shown again. A reader first opens the
//! link, then gets a grant: that is counted as a download. A grant reads the bytes for five minutes, so
//! that a browser can ask for ranges of them.

mod create;
mod open;
mod token;

use plinth_domain::{
    DocumentLink, DocumentLinkChanges, DocumentLinkDraft, DocumentLinkId, Name, OrganizationId,
    Permission, Timestamp,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, crud::Crud, resource::Resource};

pub use create::NewDocumentLink;
pub use open::{DownloadGrant, SharedDocument};

plinth_domain::codes! {
    DOCUMENT_LINK_EXCEEDS_CALLER = "document_link.exceeds_caller",
        "A link to a document is made by a caller who may read documents.";
    DOCUMENT_LINK_INVALID = "document_link.invalid",
        "The token is that of no link, or the link was removed.";
    DOCUMENT_LINK_ENDED = "document_link.ended",
        "The link has expired, or its downloads are used up.";
    DOCUMENT_LINK_PASSWORD_NEEDED = "document_link.password_needed",
        "The link asks for a password.";
    DOCUMENT_LINK_PASSWORD_WRONG = "document_link.password_wrong",
        "The password is not that of the link.";
}

impl Resource for DocumentLink {
    const KIND: &'static str = "document_link";
    const TOPIC: &'static str = "document_links";
    const READ: Permission = Permission::DocumentLinkRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        json!({
            "document_id": self.document.uuid(),
            "label": self.label.as_ref().map(Name::as_str),
            "expires_at": self.expires_at,
            "max_downloads": self.max_downloads.map(plinth_domain::MaxDownloads::number),
            "downloads": self.downloads,
            "has_password": self.password.is_some(),
            "version": self.revision.version.number(),
        })
    }
}

impl Crud for DocumentLink {
    type Draft = DocumentLinkDraft;
    type Changes = DocumentLinkChanges;
    const CREATE: Permission = Permission::DocumentLinkCreate;
    const UPDATE: Permission = Permission::DocumentLinkUpdate;
    const DELETE: Permission = Permission::DocumentLinkDelete;

    fn create(
        id: DocumentLinkId,
        owner: OrganizationId,
        draft: DocumentLinkDraft,
        at: Timestamp,
    ) -> Self {
        Self::create(id, owner, draft, at)
    }

    fn change(self, changes: DocumentLinkChanges, at: Timestamp) -> Result<Self, Error> {
        if let Some(expires_at) = changes.expires_at {
            check_expiry(expires_at, at)?;
        }
        Ok(self.change(changes, at))
    }
}

fn check_expiry(expires_at: Timestamp, at: Timestamp) -> Result<(), Error> {
    DocumentLink::check_expiry(expires_at, at).map_err(|why| Error::field("/expires_at", why))
}
