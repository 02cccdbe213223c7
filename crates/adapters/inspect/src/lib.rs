//! Inspects files: PDF, pictures, building models.
//!
//! Files are untrusted, and the libraries that parse them are not hardened. So each file is read
//! in a confined child process ([`plinth_confined`]). What the file does to the child becomes a
//! [`plinth_ports::Unreadable`]. What depends on the machine, and not on the file, is a
//! [`plinth_ports::InspectorError`], after which another attempt is made.
//! [`SandboxedInspector::check`] tells what the kernel enforces on the child.
//!
//! Electronic documents ([`SandboxedEDocumentReader`]) are read in such a child, too. They come as
//! bytes by way of a pipe, and their values come back.
//!
//! A second child draws the first page of a PDF, within less time and memory. What becomes of it
//! changes nothing about the findings of the first.
//!
//! The stable codes of an unreadable file:
//!
//! | code | when |
//! |---|---|
//! | `document.malformed` | the file violates its format |
//! | `document.too_complex` | the file exceeds a limit: pages, pixels, entities, nesting, memory |
//! | `document.too_slow` | reading the file takes more CPU time than is allowed |
//! | `document.unsupported` | the file is valid, but uses a feature that is not supported |
//!
//! The child is the running program itself, started with [`COMMAND`]. So a binary that inspects
//! files calls [`child_main`] first:
//!
//! ```no_run
//! # use std::process::ExitCode;
//! fn main() -> ExitCode {
//!     if let Some(ended) = plinth_inspect::child_main() {
//!         return ended;
//!     }
//!     // …
//!     ExitCode::SUCCESS
//! }
//! ```

#![forbid(unsafe_code)]

mod child;
mod e_documents;
mod ifc;
mod limits;
mod pdf;
mod picture;
mod process;
mod properties;
mod protocol;
mod refusal;
mod sandboxed;
mod spool;
mod step;
mod text;
mod warnings;

pub use child::{COMMAND, child_main};
pub use e_documents::SandboxedEDocumentReader;
pub use limits::Limits;
pub use plinth_confined::{Confinement, Program};
pub use sandboxed::{CheckError, SandboxedInspector};
