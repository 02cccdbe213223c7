//! What is in a file: PDF, pictures, building models.
//!
//! Files come from strangers, and the libraries that read them are made for
//! friends. So a file is read in a process of its own, which may not write,
//! open, connect or start anything, and has only so much memory and time.
//! Whatever a file does to its reader (a panic, a stack that overflows, an
//! allocation without end, a loop) ends that process, and becomes a
//! [`plinth_ports::Rejection`] here.
//!
//! The stable codes of a rejection:
//!
//! | code | when |
//! |---|---|
//! | `document.malformed` | it breaks the rules of its format |
//! | `document.too_complex` | it goes beyond a limit: pages, pixels, entities, nesting, memory |
//! | `document.too_slow` | reading it takes longer than is allowed |
//! | `document.unsupported` | it follows the rules, with a feature that is not read here |
//!
//! The process is the running program itself, started with [`COMMAND`]; so a
//! binary that inspects calls [`child_main`] first thing:
//!
//! ```no_run
//! # use std::process::ExitCode;
//! fn main() -> ExitCode {
//!     if std::env::args_os().nth(1).is_some_and(|argument| argument == plinth_inspect::COMMAND) {
//!         return plinth_inspect::child_main();
//!     }
//!     // …
//!     ExitCode::SUCCESS
//! }
//! ```

#![forbid(unsafe_code)]

mod child;
mod ending;
mod ifc;
mod limits;
mod pdf;
mod picture;
mod process;
mod program;
mod properties;
mod protocol;
mod refusal;
mod sandboxed;
mod spool;
mod step;
mod text;

pub use child::child_main;
pub use limits::Limits;
pub use program::{COMMAND, Program};
pub use sandboxed::SandboxedInspector;
