use std::collections::HashSet;

use super::values::{at_most, named};
use crate::{ContentType, Document, DocumentId, DocumentVersionId, Invalid, Name, Processing};

crate::codes! {
    ATTACHMENT_TYPE = "invoice.attachment_type",
        "A supporting document of an invoice is PDF, PNG, JPEG, CSV, XLSX or ODS (EN 16931, BR-CL-24).";
    ATTACHMENT_TWICE = "invoice.attachment_twice",
        "Two supporting documents of an invoice are the same, or have the same name (XRechnung, BR-DE-22).";
    ATTACHMENTS_LARGE = "invoice.attachments_large",
        "The supporting documents of an invoice have more than 10 MiB in all.";
    ATTACHMENT_UNUSABLE = "invoice.attachment_unusable",
        "A supporting document was rejected, or is not processed yet.";
}

/// The most supporting documents of an invoice.
pub const MAX_ATTACHMENTS: usize = 10;

/// What the supporting documents of an invoice may have in all, in bytes.
pub const MAX_ATTACHED_BYTES: u64 = 10 * 1024 * 1024;

named! {
    /// The type of a supporting document: those that every receiver has to accept (EN 16931, 6.5.11).
    AttachmentType {
        /// PDF.
        Pdf = "application/pdf",
        /// PNG.
        Png = "image/png",
        /// JPEG.
        Jpeg = "image/jpeg",
        /// Comma-separated values.
        Csv = "text/csv",
        /// A workbook of Office Open XML.
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        /// A spreadsheet (ISO/IEC 26300).
        Ods = "application/vnd.oasis.opendocument.spreadsheet",
    }
}

/// A supporting document of an invoice (BG-24): one version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The document.
    pub document: DocumentId,
    /// The version.
    pub version: DocumentVersionId,
    /// The name of the file.
    pub name: Name,
    /// The type.
    pub kind: AttachmentType,
    /// The length in bytes.
    pub size_bytes: u64,
    /// The SHA-256 of the version; `None` until it is processed.
    pub sha256: Option<[u8; 32]>,
}

impl Attachment {
    /// The newest version of a document. Its name has the ending of its type: receivers go by it.
    pub fn newest(document: &Document) -> Result<Self, Invalid> {
        let version = &document.current;
        let name = document.name.as_str();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let kind = match (version.content_type, ending.as_deref()) {
            (ContentType::Pdf, Some("pdf")) => AttachmentType::Pdf,
            (ContentType::Png, Some("png")) => AttachmentType::Png,
            (ContentType::Jpeg, Some("jpg" | "jpeg")) => AttachmentType::Jpeg,
            (ContentType::Other, Some("csv")) => AttachmentType::Csv,
            (ContentType::Other, Some("xlsx")) => AttachmentType::Xlsx,
            (ContentType::Other, Some("ods")) => AttachmentType::Ods,
            _ => {
                let detail = "must be a file of .pdf, .png, .jpg, .jpeg, .csv, .xlsx or .ods, and what its name says";
                return Err(Invalid::new(ATTACHMENT_TYPE, detail));
            }
        };
        if matches!(version.processing, Processing::Rejected(_)) {
            return Err(Invalid::new(ATTACHMENT_UNUSABLE, "the document was rejected"));
        }
        Ok(Self {
            document: document.id,
            version: version.id,
            name: document.name.clone(),
            kind,
            size_bytes: version.size_bytes,
            sha256: version.sha256,
        })
    }

    /// Checks that the version is known byte by byte, so that it can be issued.
    pub fn expect_processed(&self) -> Result<[u8; 32], Invalid> {
        let detail = "the document is not processed yet";
        self.sha256.ok_or_else(|| Invalid::new(ATTACHMENT_UNUSABLE, detail))
    }

    /// Checks the number, the names and the size of the supporting documents of an invoice. An error has
    /// the index of the document, where one is wrong.
    pub fn check(all: &[Self]) -> Result<(), (Option<usize>, Invalid)> {
        at_most(all, MAX_ATTACHMENTS).map_err(|invalid| (None, invalid))?;
        let (mut documents, mut names) = (HashSet::new(), HashSet::new());
        for (index, one) in all.iter().enumerate() {
            let is_new =
                documents.insert(one.document) && names.insert(one.name.as_str().to_lowercase());
            if !is_new {
                let detail = "the document, or another one with its name, is listed before";
                return Err((Some(index), Invalid::new(ATTACHMENT_TWICE, detail)));
            }
        }
        let bytes: u64 = all.iter().map(|one| one.size_bytes).fold(0, u64::saturating_add);
        if bytes > MAX_ATTACHED_BYTES {
            let detail = format!("{bytes} bytes in all; at most {MAX_ATTACHED_BYTES}");
            return Err((None, Invalid::new(ATTACHMENTS_LARGE, detail)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        DocumentDraft, DocumentVersion, Id, JsonObject, Revision, Timestamp, Verdict,
        document::DOCUMENT_CORRUPTED,
    };

    fn document(n: u128, name: &str, content_type: ContentType, size_bytes: u64) -> Document {
        let (id, at) = (uuid::Uuid::from_u128(n), Timestamp::UNIX_EPOCH);
        let first = DocumentVersion {
            id: Id::from_uuid(id),
            document: Id::from_uuid(id),
            number: 1,
            content_type,
            size_bytes,
            sha256: Some([7; 32]),
            processing: Processing::Ready,
            properties: JsonObject::default(),
            has_thumbnails: false,
            job: Id::from_uuid(id),
            revision: Revision::first(at),
        };
        let metadata = JsonObject::default();
        let draft = DocumentDraft { name: Name::parse(name).unwrap(), project: None, metadata };
        Document::create(Id::from_uuid(id), draft, first, at)
    }

    fn attached(n: u128, name: &str, size_bytes: u64) -> Attachment {
        Attachment::newest(&document(n, name, ContentType::Pdf, size_bytes)).unwrap()
    }

    #[test]
    fn only_types_that_each_receiver_accepts_are_attached() {
        let kind = |name: &str, content_type| {
            let attached = Attachment::newest(&document(1, name, content_type, 1));
            attached.map(|one| one.kind.name()).map_err(|invalid| invalid.code.name())
        };
        let other = ContentType::Other;
        assert_eq!(kind("scan.pdf", ContentType::Pdf), Ok("application/pdf"));
        assert_eq!(kind("a.JPG", ContentType::Jpeg), Ok("image/jpeg"));
        assert_eq!(kind("hours.CSV", other), Ok("text/csv"));
        assert_eq!(kind("hours.ods", other), Ok(AttachmentType::Ods.name()));
        assert_eq!(kind("hours.xlsx", other), Ok(AttachmentType::Xlsx.name()));
        for (name, content_type) in [
            ("hours", other),
            ("a.exe", other),
            ("a.webp", ContentType::Webp),
            ("scan", ContentType::Pdf),
            ("factur-x.xml", ContentType::Pdf),
            ("a.png", ContentType::Jpeg),
        ] {
            assert_eq!(kind(name, content_type), Err("invoice.attachment_type"), "{name}");
        }
    }

    #[test]
    fn a_version_that_is_rejected_or_unknown_is_not_issued() {
        let mut rejected = document(1, "a.pdf", ContentType::Pdf, 1);
        let verdict = Verdict::new(DOCUMENT_CORRUPTED, "it is another file");
        rejected.current.processing = Processing::Rejected(verdict);
        let code = Attachment::newest(&rejected).unwrap_err().code.name();
        assert_eq!(code, "invoice.attachment_unusable");
        let unknown = Attachment { sha256: None, ..attached(1, "a.pdf", 1) };
        assert!(attached(1, "a.pdf", 1).expect_processed().is_ok());
        assert_eq!(
            unknown.expect_processed().unwrap_err().code.name(),
            "invoice.attachment_unusable"
        );
    }

    #[test]
    fn attachments_are_few_small_and_of_different_names() {
        let check = |all: &[Attachment]| {
            Attachment::check(all).map_err(|(index, invalid)| (index, invalid.code.name()))
        };
        let of = |n: usize, size| attached(n as u128, &format!("{n}.pdf"), size);
        let most: Vec<_> = (0..MAX_ATTACHMENTS).map(|n| of(n, MAX_ATTACHED_BYTES / 10)).collect();
        assert_eq!(check(&most), Ok(()));
        let more: Vec<_> = (0..=MAX_ATTACHMENTS).map(|n| of(n, 1)).collect();
        assert_eq!(check(&more), Err((None, "list.too_long")));
        let twice = [of(1, 1), attached(2, "1.PDF", 1)];
        assert_eq!(check(&twice), Err((Some(1), "invoice.attachment_twice")));
        assert_eq!(check(&[of(1, 1), of(1, 1)]), Err((Some(1), "invoice.attachment_twice")));
        let large = [of(1, MAX_ATTACHED_BYTES), of(2, 1)];
        assert_eq!(check(&large), Err((None, "invoice.attachments_large")));
    }
}
