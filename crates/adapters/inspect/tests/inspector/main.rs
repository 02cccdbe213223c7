//! Valid and hostile files of every type, read like by the worker: each in a separate process.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod confinement;
mod e_documents;
mod hostile;
mod models;
mod pdf_fonts;
mod pdf_limits;
mod pdf_notes;
mod pdf_previews;
mod pdf_structure;
mod pdf_words;
mod pdfs;
mod pictures;
mod pictures_undecoded;
mod process;
mod support;
