//! The logo of the letterhead.

use plinth_domain::{BlobKey, BlobLocation, ContentType, Document, Id, Processing};
use plinth_ports::{INVOICE_LOGO_UNREADABLE, LogoFormat, RecordReader, Unprintable};
use uuid::Uuid;

use crate::Error;

/// The most bytes of a logo: 2 MiB.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// The file of a logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoFile {
    /// The format.
    pub format: LogoFormat,
    /// Where it is stored; it has at most 2 MiB.
    pub key: BlobKey,
}

/// The file of the logo, or why it cannot be printed. One that was removed is as none.
pub(super) async fn logo(
    documents: &mut dyn RecordReader<Document>,
    logo: Option<Uuid>,
) -> Result<Result<Option<LogoFile>, Unprintable>, Error> {
    let Some(logo) = logo else { return Ok(Ok(None)) };
    let Some(document) = documents.find(Id::from_uuid(logo)).await? else { return Ok(Ok(None)) };
    Ok(file(&document)
        .map(Some)
        .map_err(|detail| Unprintable { code: INVOICE_LOGO_UNREADABLE, detail: detail.to_owned() }))
}

fn file(document: &Document) -> Result<LogoFile, &'static str> {
    let version = &document.current;
    let format =
        format(document).ok_or("the document of the logo is neither PNG nor JPEG nor SVG")?;
    if version.size_bytes > MAX_BYTES {
        return Err("the document of the logo has more than 2 MiB");
    }
    if matches!(version.processing, Processing::Rejected(_)) {
        return Err("the document of the logo was rejected");
    }
    let place = BlobLocation::Content(document.id, version.id);
    Ok(LogoFile { format, key: BlobKey::new(document.organization, place) })
}

/// The format of a logo; `None` for a document that is none. SVG is told by the document's name, as it
/// has no signature.
pub(crate) fn format(document: &Document) -> Option<LogoFormat> {
    let is_svg = document.name.as_str().to_lowercase().ends_with(".svg");
    match document.current.content_type {
        ContentType::Png => Some(LogoFormat::Png),
        ContentType::Jpeg => Some(LogoFormat::Jpeg),
        ContentType::Other if is_svg => Some(LogoFormat::Svg),
        _ => None,
    }
}
