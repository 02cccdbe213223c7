//! The supporting documents of an invoice (BG-24).

use data_encoding::HEXLOWER;
use plinth_domain::{
    Attachment, DocumentId, Invalid, Invoice, InvoiceDirection, Permission, codes,
};
use plinth_ports::{StoreError, records::invoice_attachments::DOCUMENT};
use serde_json::{Value, json};

use crate::{Context, Error};

plinth_domain::codes! {
    ATTACHMENTS_UNEXPECTED = "invoice.attachments_unexpected",
        "Only an invoice of the organization itself lists supporting documents.";
}

/// The newest versions of the documents that a draft lists.
pub(super) async fn listed(
    ctx: &mut Context<'_>,
    direction: InvoiceDirection,
    documents: &[DocumentId],
) -> Result<Vec<Attachment>, Error> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    ctx.access.require(Permission::DocumentRead)?;
    if direction != InvoiceDirection::Receivable {
        let detail = "an incoming invoice has those of its document";
        let invalid = Invalid::new(ATTACHMENTS_UNEXPECTED, detail);
        return Err(Error::field("/attachments", invalid));
    }
    let mut all = Vec::with_capacity(documents.len());
    for (index, id) in documents.iter().enumerate() {
        let refuse = |invalid| Error::field(&format!("/attachments/{index}"), invalid);
        let document = ctx.unit.documents().find(*id).await?.ok_or_else(|| {
            refuse(Invalid::new(codes::REFERENCE_UNKNOWN, "there is no such document"))
        })?;
        all.push(Attachment::newest(&document).map_err(refuse)?);
    }
    Attachment::check(&all).map_err(|(index, invalid)| {
        let at = index.map(|index| format!("/{index}")).unwrap_or_default();
        Error::field(&format!("/attachments{at}"), invalid)
    })?;
    Ok(all)
}

/// The newest versions at the issue of the invoice: from then on they stay.
pub(super) async fn frozen(
    ctx: &mut Context<'_>,
    invoice: &Invoice,
) -> Result<Vec<Attachment>, Error> {
    let before = ctx.unit.invoice_attachments().of(invoice.id).await?;
    let mut all = Vec::with_capacity(before.len());
    for (index, one) in before.iter().enumerate() {
        let refuse = |invalid| conflict(Some(index), invalid);
        let document = ctx.unit.documents().find(one.document).await?;
        let document = document.ok_or(Error::NotFound("document"))?;
        let newest = Attachment::newest(&document).map_err(refuse)?;
        newest.expect_processed().map_err(refuse)?;
        all.push(newest);
    }
    Attachment::check(&all).map_err(|(index, invalid)| conflict(index, invalid))?;
    if all != before {
        let stored = ctx.unit.invoice_attachments().replace(invoice.id, &all).await;
        stored.map_err(not_stored)?;
    }
    Ok(all)
}

/// A document that was removed since it was looked for.
pub(super) fn not_stored(error: StoreError) -> Error {
    match error {
        StoreError::Conflict { constraint } if DOCUMENT.0 == constraint => {
            Error::unknown_reference("attachments")
        }
        other => other.into(),
    }
}

/// What an entry of the audit log says of them.
pub(super) fn audited(all: &[Attachment]) -> Value {
    let one = |one: &Attachment| {
        json!({
            "document_id": one.document.uuid(),
            "version_id": one.version.uuid(),
            "name": one.name.as_str(),
            "sha256": one.sha256.map(|hash| HEXLOWER.encode(&hash)),
        })
    };
    all.iter().map(one).collect()
}

/// The draft as it is stored cannot be issued.
fn conflict(index: Option<usize>, invalid: Invalid) -> Error {
    let at = index.map(|index| format!("/{index}")).unwrap_or_default();
    let Invalid { code, detail } = invalid;
    Error::Conflict { code, detail: format!("/attachments{at}: {detail}").into() }
}
