use async_trait::async_trait;
use plinth_confined::{Confinement, Failure, Input, Output, Program, start};
use plinth_ports::{InvoiceRenderer, RenderRequest, RenderedInvoice, RendererError, Unprintable};

use crate::{
    Coverage, Limits, Template,
    prepare::{File, message, prepare},
    protocol::{Reply, Task},
    verdict,
};

/// The name of the program that renders.
pub const PROGRAM: &str = "plinth-render";

/// The maximum length of a reply without the PDF, in bytes.
const REPLY_BYTES: usize = 1024 * 1024;

/// Renders each invoice in a separate child process.
#[derive(Debug, Clone)]
pub struct ConfinedRenderer {
    program: Program,
    template: Template,
    limits: Limits,
}

impl ConfinedRenderer {
    /// A renderer that starts `program` for each invoice.
    #[must_use]
    pub const fn new(program: Program, template: Template, limits: Limits) -> Self {
        Self { program, template, limits }
    }

    /// Checks that the program starts, and returns what the kernel enforces on it.
    pub async fn check(&self) -> Result<Confinement, RendererError> {
        let (child, output) = self.start(Task::Coverage, &[])?;
        child.confinement(output).await.map_err(failed)
    }

    /// What can be printed. Only for a template with fonts it starts the program.
    pub async fn coverage(&self) -> Result<Coverage, RendererError> {
        if !self.template.has_fonts() {
            return Ok(Coverage::built_in());
        }
        match self.ask(Task::Coverage, &[]).await? {
            Ok(Answer::Covered(ranges)) => Ok(Coverage::with(ranges)),
            Ok(Answer::Rendered(_)) => Err(failed(Failure::Unexpected)),
            Err(refusal) => Err(RendererError(refusal.into())),
        }
    }

    fn start(
        &self,
        task: Task,
        own: &[File],
    ) -> Result<(plinth_confined::Process, Output), RendererError> {
        let bytes = message(task, self.template.files.iter().chain(own)).map_err(|error| {
            // A request is made of texts and numbers, which JSON has.
            RendererError(error.into())
        })?;
        let reply_bytes = REPLY_BYTES + self.limits.pdf_bytes;
        let limits = self.limits.of_child();
        start(&self.program, &limits, Input::Bytes(bytes), reply_bytes as u64).map_err(failed)
    }

    async fn ask(
        &self,
        task: Task,
        own: &[File],
    ) -> Result<Result<Answer, Unprintable>, RendererError> {
        let (child, output) = self.start(task, own)?;
        let outcome = child.finish(&self.limits.of_child(), answer(output)).await;
        Ok(outcome.map_err(failed)?.unwrap_or_else(|ending| Err(verdict::ended(ending))))
    }
}

#[async_trait]
impl InvoiceRenderer for ConfinedRenderer {
    async fn render(
        &self,
        request: &RenderRequest,
    ) -> Result<Result<RenderedInvoice, Unprintable>, RendererError> {
        let (task, own) = match prepare(request, &self.limits) {
            Ok(prepared) => prepared,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match self.ask(task, &own).await? {
            Ok(Answer::Rendered(invoice)) => Ok(Ok(invoice)),
            Ok(Answer::Covered(_)) => Err(failed(Failure::Unexpected)),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}

enum Answer {
    Rendered(RenderedInvoice),
    Covered(Vec<(u32, u32)>),
}

/// Reads the reply; `None` when it is incomplete or invalid.
async fn answer(mut output: Output) -> Option<Result<Answer, Unprintable>> {
    Some(match output.line().await? {
        Reply::Refused { reason, detail } => Err(verdict::refused(reason, &detail)),
        Reply::Covered(ranges) => Ok(Answer::Covered(ranges)),
        Reply::Rendered { pages, length } => {
            let pdf = output.bytes(length).await?.into();
            Ok(Answer::Rendered(RenderedInvoice { pdf, pages }))
        }
    })
}

fn failed(failure: Failure) -> RendererError {
    RendererError(failure.into())
}
