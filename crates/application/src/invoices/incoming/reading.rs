//! Reading e-invoices and bank statements, in a confined process.

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use plinth_domain::{ContentType, DOCUMENT_TOO_COMPLEX, DocumentId, Permission};
use plinth_ports::e_documents::{BankStatement, E_INVOICE_BYTES, ReceivedInvoice};

use crate::{Application, Caller, Error, documents::OpenContent};

impl Application {
    /// Reads the e-invoice in the newest version of a document.
    ///
    /// # Errors
    /// [`Error::Conflict`] with the code of the verdict when the document has no e-invoice, or one that
    /// cannot be read.
    pub async fn read_e_invoice(
        &self,
        caller: &Caller,
        document: DocumentId,
    ) -> Result<Box<ReceivedInvoice>, Error> {
        self.permit(caller, Permission::InvoiceCreate, "invoice.receive")?;
        let download = self.query(caller, OpenContent { id: document, version: None }).await?;
        let (size, content_type) = (download.version.size_bytes, download.version.content_type);
        if size > E_INVOICE_BYTES {
            let detail = format!("an e-invoice has at most {E_INVOICE_BYTES} bytes");
            return Err(Error::Conflict { code: DOCUMENT_TOO_COMPLEX, detail: detail.into() });
        }
        let turn = self.readings.enter(download.document.organization)?;
        let mut content = BytesMut::new();
        let mut bytes = self.read(&download, None).await?;
        while let Some(chunk) = bytes.try_next().await? {
            content.extend_from_slice(&chunk);
        }
        let _place = turn.start().await;
        self.e_invoice_in(content.freeze(), content_type).await
    }

    /// Reads the bank statements in a CAMT.053 message.
    ///
    /// # Errors
    /// [`Error::Conflict`] with the code of the verdict when they cannot be read.
    pub async fn read_statements(
        &self,
        caller: &Caller,
        content: Bytes,
    ) -> Result<Vec<BankStatement>, Error> {
        self.permit(caller, Permission::PaymentCreate, "bank_statement.read")?;
        let _place = self.readings.enter(caller.access.organization())?.start().await;
        let read = self.ports.e_documents.read_statement(content).await;
        let read = read.map_err(|error| Error::Unavailable(error.into()))?;
        read.map_err(|unreadable| Error::Conflict {
            code: unreadable.code,
            detail: unreadable.detail.into(),
        })
    }

    async fn e_invoice_in(
        &self,
        content: Bytes,
        content_type: ContentType,
    ) -> Result<Box<ReceivedInvoice>, Error> {
        let read = self.ports.e_documents.read_invoice(content, content_type).await;
        match read.map_err(|error| Error::Unavailable(error.into()))? {
            Ok(received) => Ok(Box::new(received)),
            Err(unreadable) => {
                Err(Error::Conflict { code: unreadable.code, detail: unreadable.detail.into() })
            }
        }
    }
}
