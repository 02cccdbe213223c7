//! Reading the e-invoice in a document, in a confined process.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use plinth_domain::{ContentType, DOCUMENT_TOO_COMPLEX, DocumentId, OrganizationId, Permission};
use plinth_ports::e_documents::{E_INVOICE_BYTES, ReceivedInvoice};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Application, Caller, Error, documents::OpenContent};

/// How many documents this process reads at once.
const AT_ONCE: usize = 2;

/// The documents that this process reads: one of each organization at once.
#[derive(Debug)]
pub(crate) struct Readings {
    places: Semaphore,
    of: Mutex<HashSet<OrganizationId>>,
}

/// A place; dropping it frees it.
struct Place<'a> {
    readings: &'a Readings,
    organization: OrganizationId,
}

impl Readings {
    pub(crate) fn new() -> Self {
        Self { places: Semaphore::new(AT_ONCE), of: Mutex::default() }
    }

    /// Takes the place of an organization, and waits for one of the process.
    async fn take(
        &self,
        organization: OrganizationId,
    ) -> Result<(Place<'_>, Option<SemaphorePermit<'_>>), Error> {
        if !self.of.lock().unwrap_or_else(PoisonError::into_inner).insert(organization) {
            return Err(Error::ORGANIZATION_BUSY);
        }
        let place = Place { readings: self, organization };
        Ok((place, self.places.acquire().await.ok()))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut of = self.readings.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.remove(&self.organization);
    }
}

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
        let readings = Arc::clone(&self.readings);
        let _place = readings.take(download.document.organization).await?;
        let mut content = BytesMut::new();
        let mut bytes = self.read(&download, None).await?;
        while let Some(chunk) = bytes.try_next().await? {
            content.extend_from_slice(&chunk);
        }
        self.e_invoice_in(content.freeze(), content_type).await
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
