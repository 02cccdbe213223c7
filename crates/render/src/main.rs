//! `plinth-render` renders one invoice and ends: template and data from standard input, a PDF/A-3b
//! file to standard output. It is started by `plinth-invoice-renderer`, whose `protocol` it speaks,
//! and confines itself before it reads the first byte.

#![forbid(unsafe_code)]

mod cause;
mod coverage;
mod export;
mod fault;
mod fonts;
mod render;
mod request;
mod template;
mod world;

use std::{
    io::{self, Write, stdout},
    process::ExitCode,
};

use plinth_confined::child;
use plinth_invoice_renderer::protocol::{Reason, Reply, Task};

use crate::{export::Order, render::render, world::Files};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let limits = child::request()?;
    // Typst shares work with a pool of threads, and no thread can be started later.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().map_err(io::Error::other)?;
    child::confine(&limits)?;
    let (task, files) = request::read(io::stdin().lock())?;
    let (reply, pdf) = child::guarded(|| answer(task, files)).unwrap_or_else(|| {
        let detail = "the template cannot be rendered".into();
        (Reply::Refused { reason: Reason::Template, detail }, Vec::new())
    });
    child::write_line(&reply)?;
    let mut out = stdout().lock();
    out.write_all(&pdf)?;
    out.flush()
}

fn answer(task: Task, files: Files) -> (Reply, Vec<u8>) {
    match task {
        Task::Coverage => (Reply::Covered(coverage::ranges(&fonts::load(&files))), Vec::new()),
        Task::Render { ident, created_at, logo, pages, pdf_bytes } => {
            let order = Order { ident, created_at, logo, pages, pdf_bytes };
            match render(&order, files) {
                Ok((pages, pdf)) => (Reply::Rendered { pages, length: pdf.len() }, pdf),
                Err(fault) => (fault.into(), Vec::new()),
            }
        }
    }
}
