use async_trait::async_trait;
use bytes::Bytes;
use plinth_confined::{Input, start};
use plinth_domain::ContentType;
use plinth_ports::{
    InspectorError, Unreadable,
    e_documents::{BankStatement, EDocumentReader, ReceivedInvoice},
};

use crate::{
    Limits, Program,
    process::failed,
    protocol::{Message, Request, Task},
    refusal::Refusal,
};

/// The maximum length of a reply, in bytes. A message of 5 MiB becomes 20,000 transactions at most,
/// whose texts are bounded.
const REPLY_BYTES: u64 = 64 * 1024 * 1024;

/// Reads each electronic document in a separate child process, as
/// [`SandboxedInspector`](crate::SandboxedInspector) reads files.
#[derive(Debug, Clone)]
pub struct SandboxedEDocumentReader {
    program: Program,
    limits: Limits,
}

impl SandboxedEDocumentReader {
    /// A reader that starts `program` for each document.
    #[must_use]
    pub fn new(program: Program, limits: Limits) -> Self {
        Self { program, limits: limits.of_e_document() }
    }

    /// The child's reply. `wanted` takes its value out, or gives nothing for any other message.
    async fn ask<T>(
        &self,
        task: Task,
        content: Bytes,
        content_type: ContentType,
        wanted: impl FnOnce(Message) -> Option<T>,
    ) -> Result<Result<T, Unreadable>, InspectorError> {
        let request = Request::new(content_type, task, self.limits);
        let input = Input::Bytes(content.into());
        let (child, mut output) =
            start(&self.program, &request, input, REPLY_BYTES).map_err(failed)?;
        let reply = async {
            match output.line().await? {
                Message::Refused(refusal) => Some(Err(refusal.into())),
                message => wanted(message).map(Ok),
            }
        };
        let outcome = child.finish(&self.limits.of_child(), reply).await.map_err(failed)?;
        Ok(outcome.unwrap_or_else(|verdict| Err(Refusal::from(verdict).into())))
    }
}

#[async_trait]
impl EDocumentReader for SandboxedEDocumentReader {
    async fn read_statement(
        &self,
        content: Bytes,
    ) -> Result<Result<Vec<BankStatement>, Unreadable>, InspectorError> {
        let wanted = |message| match message {
            Message::Statements(statements) => Some(statements),
            _ => None,
        };
        self.ask(Task::Statements, content, ContentType::Other, wanted).await
    }

    async fn read_invoice(
        &self,
        content: Bytes,
        content_type: ContentType,
    ) -> Result<Result<ReceivedInvoice, Unreadable>, InspectorError> {
        let wanted = |message| match message {
            Message::Invoice(invoice) => Some(*invoice),
            _ => None,
        };
        self.ask(Task::Invoice, content, content_type, wanted).await
    }
}
