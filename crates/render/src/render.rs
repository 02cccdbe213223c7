use plinth_invoice_renderer::protocol::Reason;

use crate::{
    cause::cause,
    export::{Order, Unexported, export},
    fault::Fault,
    fonts,
    template::{FILES, MAIN},
    world::{Files, TemplateWorld},
};

/// Renders the template with `files`: the number of pages, and the PDF.
pub(crate) fn render(order: &Order, mut files: Files) -> Result<(u32, Vec<u8>), Fault> {
    files.complete(FILES);
    let fonts = fonts::load(&files);
    let world = TemplateWorld::new(MAIN, files, fonts)
        .map_err(|error| Fault::new(Reason::Template, error.to_string()))?;
    let (pages, pdf) = match export(&world, order) {
        Ok(exported) => exported,
        Err(Unexported::Pages(pages)) => {
            let detail = format!("the invoice has {pages} pages; the limit is {}", order.pages);
            return Err(Fault::new(Reason::TooLong, detail));
        }
        Err(Unexported::Errors(errors)) => return Err(cause(&world, order, &errors)),
    };
    if pdf.len() > order.pdf_bytes {
        let (length, limit) = (pdf.len(), order.pdf_bytes);
        let detail = format!("the PDF has {length} bytes; the limit is {limit}");
        return Err(Fault::new(Reason::TooLong, detail));
    }
    Ok((u32::try_from(pages).unwrap_or(u32::MAX), pdf))
}
