//! Whether a file is an e-invoice: CII, UBL, or one of them in a PDF.

use std::sync::Arc;

use bytes::BytesMut;
use futures::TryStreamExt;
use plinth_domain::{BlobKey, ContentType, DocumentVersion, JsonObject};
use plinth_ports::{
    Blobs,
    e_documents::{E_INVOICE_BYTES, EDocumentReader, InvoiceSyntax, ReceivedInvoice},
};
use serde_json::{Map, Value, json};

use crate::JobFailure;

/// How many bytes are looked at for the start of an XML document.
const HEAD: u64 = 1024;

/// Recognizes e-invoices among documents.
pub(super) struct Recognizer {
    pub(super) reader: Arc<dyn EDocumentReader>,
    pub(super) blobs: Arc<dyn Blobs>,
}

impl Recognizer {
    /// Whether a file may be one: a PDF, or XML. Any other is not read again.
    pub(super) async fn is_candidate(
        &self,
        key: &BlobKey,
        version: &DocumentVersion,
    ) -> Result<bool, JobFailure> {
        if version.size_bytes == 0 || version.size_bytes > E_INVOICE_BYTES {
            return Ok(false);
        }
        match version.content_type {
            ContentType::Pdf => Ok(true),
            ContentType::Other => {
                let head = self.bytes(key, Some(0..HEAD.min(version.size_bytes))).await?;
                Ok(head.is_some_and(|head| is_xml(&head)))
            }
            _ => Ok(false),
        }
    }

    /// The properties of a file with what its e-invoice says; as they are for a file that has none.
    pub(super) async fn describe(
        &self,
        key: &BlobKey,
        content_type: ContentType,
        properties: JsonObject,
    ) -> Result<JsonObject, JobFailure> {
        let Some(content) = self.bytes(key, None).await? else { return Ok(properties) };
        let read = self.reader.read_invoice(content.freeze(), content_type).await;
        match read.map_err(JobFailure::retry)? {
            Ok(invoice) => Ok(with(properties, &invoice)),
            Err(_) => Ok(properties),
        }
    }

    async fn bytes(
        &self,
        key: &BlobKey,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<Option<BytesMut>, JobFailure> {
        let Some(mut bytes) = self.blobs.read(key, range).await.map_err(JobFailure::retry)? else {
            return Ok(None);
        };
        let mut content = BytesMut::new();
        while let Some(chunk) = bytes.try_next().await.map_err(JobFailure::retry)? {
            content.extend_from_slice(&chunk);
        }
        Ok(Some(content))
    }
}

/// Whether a text begins as XML does, in UTF-8 or in UTF-16 with its mark.
fn is_xml(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let is_wide = head.starts_with(b"\xFF\xFE<\0") || head.starts_with(b"\xFE\xFF\0<");
    is_wide || head.trim_ascii_start().starts_with(b"<")
}

fn with(properties: JsonObject, invoice: &ReceivedInvoice) -> JsonObject {
    let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(properties.as_str()) else {
        return properties;
    };
    let money = |minor: Option<i64>| {
        minor.map(|minor| json!({"amount_minor": minor, "currency": invoice.currency.as_str()}))
    };
    let syntax = match invoice.syntax {
        InvoiceSyntax::Ubl => "ubl",
        InvoiceSyntax::Cii => "cii",
        InvoiceSyntax::HybridPdf => "hybrid_pdf",
    };
    let about = json!({
        "syntax": syntax,
        "number": invoice.number,
        "type_code": invoice.type_code,
        "issued_on": invoice.issued_on,
        "seller": invoice.seller.name,
        "gross": money(invoice.totals.gross_minor),
        "due": money(invoice.totals.due_minor),
        "warnings": invoice.warnings.len(),
    });
    fields.insert("e_invoice".to_owned(), about);
    JsonObject::from_parsed(Value::Object(fields).to_string())
}

#[cfg(test)]
mod tests {
    use super::is_xml;

    #[test]
    fn xml_is_told_from_other_files_by_its_first_bytes() {
        for head in [
            b"<?xml version=\"1.0\"?><Invoice/>".as_slice(),
            b"\xEF\xBB\xBF\n <Invoice/>",
            b"\xFF\xFE<\0?\0",
            b"\xFE\xFF\0<\0?",
        ] {
            assert!(is_xml(head));
        }
        for head in [b"".as_slice(), b"PK\x03\x04", b"{\"a\": 1}", b"a < b", b"\xFF\xFE"] {
            assert!(!is_xml(head));
        }
    }
}
