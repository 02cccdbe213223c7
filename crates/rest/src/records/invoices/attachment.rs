use data_encoding::HEXLOWER;
use plinth_domain::Attachment;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A document that is sent with the e-invoice of an invoice (BG-24): the newest version when it was listed,
/// and the one of the issue from then on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvoiceAttachment)]
pub(super) struct AttachmentView {
    document_id: Uuid,
    version_id: Uuid,
    #[schema(example = "hours.csv")]
    name: String,
    #[schema(example = "text/csv")]
    content_type: &'static str,
    size_bytes: u64,
    /// The SHA-256 of the version; absent until it is processed.
    sha256: Option<String>,
}

impl From<&Attachment> for AttachmentView {
    fn from(one: &Attachment) -> Self {
        Self {
            document_id: one.document.uuid(),
            version_id: one.version.uuid(),
            name: one.name.as_str().to_owned(),
            content_type: one.kind.name(),
            size_bytes: one.size_bytes,
            sha256: one.sha256.map(|hash| HEXLOWER.encode(&hash)),
        }
    }
}
