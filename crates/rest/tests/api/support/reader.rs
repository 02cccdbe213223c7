use async_trait::async_trait;
use bytes::Bytes;
use plinth_domain::ContentType;
use plinth_ports::{
    InspectorError, Unreadable,
    e_documents::{BankStatement, EDocumentReader, ReceivedInvoice},
};

/// Reads electronic documents in this process; the tests of `plinth-inspect` read them in another.
pub struct DirectReader;

#[async_trait]
impl EDocumentReader for DirectReader {
    async fn read_statement(
        &self,
        content: Bytes,
    ) -> Result<Result<Vec<BankStatement>, Unreadable>, InspectorError> {
        Ok(plinth_e_documents::read_statement(&content))
    }

    async fn read_invoice(
        &self,
        content: Bytes,
        content_type: ContentType,
    ) -> Result<Result<ReceivedInvoice, Unreadable>, InspectorError> {
        Ok(plinth_e_documents::read_invoice(&content, content_type))
    }
}
