use plinth_domain::{ContentType, DocumentKind, Invalid, UploadTarget};

use crate::{Context, Error, documents::DOCUMENT_KIND_NOT_ALLOWED};

/// The constraints on the bytes of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UploadConstraints {
    /// The maximum length in bytes: the smaller of the organization's and the server's limit.
    limit: u64,
    /// The kinds of documents that the organization allows.
    kinds: Vec<DocumentKind>,
    /// The document's name, which claims a type by its extension.
    name: String,
    /// Whether the bytes are a part of a file, and may be any.
    is_partial: bool,
}

impl UploadConstraints {
    /// Those of an upload of a document with this name. A partial upload accepts bytes of every type:
    /// the type is that of the whole file.
    pub(super) async fn find(
        ctx: &mut Context<'_>,
        target: &UploadTarget,
        name: &str,
    ) -> Result<Self, Error> {
        let organization = ctx.unit.organization().find().await?;
        let settings = organization.ok_or(Error::NotFound("organization"))?.settings;
        Ok(Self {
            limit: settings.max_upload.bytes().min(ctx.policy.max_upload_bytes),
            kinds: settings.document_kinds,
            name: name.to_owned(),
            is_partial: *target == UploadTarget::Partial,
        })
    }

    /// Leaves the name out: a part of the form after the bytes may say another.
    pub(super) fn forget_name(&mut self) {
        self.name.clear();
    }

    /// Refuses a length beyond the limit.
    pub(super) fn check_length(&self, length: u64) -> Result<(), Error> {
        if length > self.limit { Err(Error::TooLarge { limit: self.limit }) } else { Ok(()) }
    }

    /// Detects the type by the first bytes. Refuses one that contradicts the name
    /// or the client's claim, or that the organization does not allow.
    pub(super) fn detect_type(
        &self,
        head: &[u8],
        claimed: Option<&str>,
    ) -> Result<ContentType, Error> {
        if self.is_partial {
            return Ok(ContentType::Other);
        }
        let found = ContentType::sniff(head);
        found.agrees(&self.name, claimed).map_err(|invalid| Error::field("/file", invalid))?;
        if self.kinds.contains(&found.kind()) {
            return Ok(found);
        }
        let detail =
            format!("the organization does not take documents of kind {}", found.kind().name());
        Err(Error::field("/file", Invalid::new(DOCUMENT_KIND_NOT_ALLOWED, detail)))
    }
}
