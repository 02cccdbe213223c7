//! Writing an e-invoice, with the files in it.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::{Stream, TryStreamExt, stream};
use plinth_domain::BlobKey;
use plinth_ports::e_documents::{EInvoiceProfile, XmlSyntax};

use super::IssuedInvoice;
use crate::{Application, Error, readings::Turn};

/// How much of an e-invoice is sent at once, in bytes.
const PART: usize = 64 * 1024;

/// The XML of an e-invoice. One with files in it is the only one of its organization in memory until it is
/// dropped.
#[derive(Debug)]
pub struct EInvoice {
    xml: Bytes,
    turn: Option<Turn>,
}

impl EInvoice {
    /// The length in bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.xml.len() as u64
    }

    /// The bytes in parts. The turn of the organization ends with the stream.
    pub fn parts<E>(self) -> impl Stream<Item = Result<Bytes, E>> {
        let Self { xml, turn } = self;
        stream::unfold((xml, turn), |(mut xml, turn)| async move {
            let part = xml.split_to(xml.len().min(PART));
            (!part.is_empty()).then_some((Ok(part), (xml, turn)))
        })
    }
}

impl Application {
    /// Writes the e-invoice of an issued invoice.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the invoice lacks what the profile demands, or when the syntax has no
    /// place for what it states. [`Error::ORGANIZATION_BUSY`] while the organization's other one with files
    /// is written or sent.
    pub async fn write_e_invoice(
        &self,
        issued: IssuedInvoice,
        syntax: XmlSyntax,
        profile: EInvoiceProfile,
    ) -> Result<EInvoice, Error> {
        let keys = issued.files();
        if keys.is_empty() {
            let xml = self.written(issued, syntax, profile).await?;
            return Ok(EInvoice { xml, turn: None });
        }
        let turn = self.writings.enter(issued.full.invoice.organization)?;
        let mut turn = turn.start().await;
        let mut contents = Vec::with_capacity(keys.len());
        for key in &keys {
            contents.push(self.whole(key).await?);
        }
        let with_files = issued.with_files(contents);
        let issued = with_files.ok_or_else(|| {
            Error::internal("a supporting document is not the one that was issued")
        })?;
        let xml = self.written(issued, syntax, profile).await?;
        turn.leave();
        Ok(EInvoice { xml, turn: Some(turn) })
    }

    async fn whole(&self, key: &BlobKey) -> Result<Bytes, Error> {
        let bytes = self.ports.files.blobs.read(key, None).await?;
        let mut bytes =
            bytes.ok_or_else(|| Error::internal(format!("{key} is not in the storage")))?;
        let mut content = BytesMut::new();
        while let Some(more) = bytes.try_next().await? {
            content.extend_from_slice(&more);
        }
        Ok(content.freeze())
    }

    async fn written(
        &self,
        issued: IssuedInvoice,
        syntax: XmlSyntax,
        profile: EInvoiceProfile,
    ) -> Result<Bytes, Error> {
        let writer = Arc::clone(&self.ports.e_invoices);
        // 500 lines take a few milliseconds, and files more, in which a thread of requests serves others.
        let writing =
            tokio::task::spawn_blocking(move || writer.write(issued.outgoing(), syntax, profile));
        let written = writing.await.map_err(|error| Error::Internal(error.into()))?;
        written.map_err(|unwritable| Error::Conflict {
            code: unwritable.code,
            detail: unwritable.detail.into(),
        })
    }
}
