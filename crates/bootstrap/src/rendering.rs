//! The rendering of invoices: by the worker, in a process of the program `plinth-render`, and what
//! the API knows of it.

use std::sync::Arc;

use plinth_e_documents::EInvoices;
use plinth_invoice_renderer::{
    ConfinedRenderer, Confinement, Coverage, Limits, PROGRAM, Program, Template,
};
use plinth_jobs::InvoicePdfMaker;
use plinth_ports::{Blobs, GlyphCoverage};
use plinth_settings::Settings;

use crate::{Error, Unsuitable};

/// How many invoices a worker renders at once on this machine.
#[must_use]
pub fn renderings() -> usize {
    Limits::default().concurrency()
}

/// Checks that invoices can be rendered on this machine, and returns what the kernel enforces on the
/// process that renders them.
///
/// # Errors
/// [`Error::Unsuitable`] when the template cannot be read, [`Error::Rendering`] when the program does
/// not start.
pub async fn check_rendering(settings: &Settings) -> Result<Confinement, Error> {
    renderer(settings)?.check().await.map_err(Error::Rendering)
}

pub(crate) fn pdf_maker(
    settings: &Settings,
    blobs: Arc<dyn Blobs>,
) -> Result<InvoicePdfMaker, Error> {
    Ok(InvoicePdfMaker::new(
        Arc::new(renderer(settings)?),
        Arc::new(EInvoices),
        blobs,
        renderings(),
    ))
}

/// The characters of the fonts. Only for a template with fonts it starts the program.
pub(crate) async fn glyphs(settings: &Settings) -> Result<Arc<dyn GlyphCoverage>, Error> {
    if settings.render.templates.is_none() {
        return Ok(Arc::new(Coverage::built_in()));
    }
    Ok(Arc::new(renderer(settings)?.coverage().await.map_err(Error::Rendering)?))
}

fn renderer(settings: &Settings) -> Result<ConfinedRenderer, Error> {
    let template = match &settings.render.templates {
        Some(folder) => Template::in_folder(folder).map_err(|fault| {
            Error::Unsuitable(Unsuitable { setting: "render.templates", source: fault.into() })
        })?,
        None => Template::built_in(),
    };
    Ok(ConfinedRenderer::new(Program::beside(PROGRAM)?, template, Limits::default()))
}
