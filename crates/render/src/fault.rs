use plinth_invoice_renderer::protocol::{Reason, Reply};
use typst::{World, WorldExt, diag::SourceDiagnostic};

use crate::world::TemplateWorld;

/// Why there is no PDF.
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    pub(crate) detail: String,
}

impl Fault {
    pub(crate) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }

    /// A fault of the template: the first of Typst's errors, with the place.
    pub(crate) fn of_template(world: &TemplateWorld, errors: &[SourceDiagnostic]) -> Self {
        let described = errors.first().map(|error| describe(world, error));
        Self::new(Reason::Template, described.unwrap_or_default())
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        Self::Refused { reason: fault.reason, detail: fault.detail }
    }
}

/// `invoice.typ:12: unknown variable: x`.
fn describe(world: &TemplateWorld, error: &SourceDiagnostic) -> String {
    let place = error.span.id().and_then(|id| {
        let range = world.range(error.span)?;
        let line = world.source(id).ok()?.lines().byte_to_line(range.start)?;
        Some(format!("{}:{}: ", id.vpath().get_without_slash(), line + 1))
    });
    let hints: Vec<_> = error.hints.iter().map(|hint| hint.v.as_str()).collect();
    let hint = if hints.is_empty() { String::new() } else { format!(" ({})", hints.join("; ")) };
    format!("{}{}{hint}", place.unwrap_or_default(), error.message)
}
