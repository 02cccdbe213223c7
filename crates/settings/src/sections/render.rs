use std::path::PathBuf;

use crate::{
    declaration::section,
    readers::{Folder, Maybe},
    setting::plain,
};

section! {
    "render"
    /// The PDFs of invoices.
    pub struct Render {
        /// Directory with files that replace parts of the template of invoices, and with fonts: see
        /// docs/invoice-template.md. API and worker read it at their start, and need the same one.
        templates: Option<PathBuf> = "templates" by Maybe(Folder),
            plain().example("/etc/plinth/invoice");
    }
}
