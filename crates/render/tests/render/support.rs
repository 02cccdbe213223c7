use std::{env, fs, path::Path};

use plinth_invoice_renderer::{ConfinedRenderer, Limits, Program, Template};
use plinth_ports::{InvoiceRenderer, PrintedInvoice, RenderRequest, RenderedInvoice, Unprintable};

/// The program that renders.
pub fn program() -> Program {
    Program { path: env!("CARGO_BIN_EXE_plinth-render").into(), arguments: Vec::new() }
}

/// A shell script in place of the program.
pub fn shell(script: &str) -> Program {
    let arguments = ["-c".into(), script.into()];
    Program { path: "/bin/sh".into(), arguments: arguments.into() }
}

pub fn renderer() -> ConfinedRenderer {
    ConfinedRenderer::new(program(), Template::built_in(), Limits::default())
}

/// A renderer with these files in its template's folder.
pub fn with_files(files: &[(&str, &str)], limits: Limits) -> ConfinedRenderer {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    ConfinedRenderer::new(program(), Template::in_folder(folder.path()).unwrap(), limits)
}

pub fn request(invoice: PrintedInvoice) -> RenderRequest {
    let ident = format!("organization/{}", invoice.number);
    // 2026-11-28T12:00:00Z
    RenderRequest { invoice, ident, created_at: 1_795_867_200, logo: None }
}

/// Renders a sample. With the variable `KEEP_RENDERED`, the name of a folder, the PDF is kept there
/// under `name`, to look at it.
pub async fn rendered(name: &str, request: &RenderRequest) -> RenderedInvoice {
    let rendered = renderer().render(request).await.unwrap().unwrap();
    if let Some(folder) = env::var_os("KEEP_RENDERED") {
        let path = Path::new(&folder).join(name).with_extension("pdf");
        fs::write(path, &rendered.pdf).unwrap();
    }
    rendered
}

/// The refusal of a sample.
pub async fn refusal(renderer: &ConfinedRenderer, request: &RenderRequest) -> Unprintable {
    let refusal = renderer.render(request).await.unwrap().unwrap_err();
    assert!(!refusal.detail.is_empty() && refusal.detail.len() <= 1200, "{refusal:?}");
    refusal
}
