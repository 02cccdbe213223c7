//! Runs a program as a confined child: a request in, a reply out, or a verdict about the input.
//!
//! Input from outside is read and rendered by libraries that are not hardened against it. So that
//! is done in a child process that cannot write, open, connect or start anything, with limited
//! memory and time. A panic, a stack overflow, an unbounded allocation or an endless loop ends the
//! child only, and becomes a [`Verdict`]. What depends on the machine, and not on the input, is a
//! [`Failure`], after which another attempt is made: wall-clock time, a signal from outside (the
//! kernel that is short of memory, an operator), a full disk.
//!
//! The child is given the [`Limits`] in its last argument and applies them to itself before it
//! reads the first byte. On Linux a seccomp filter and Landlock enforce it in addition to resource
//! limits, where the kernel has them; [`Confinement`] tells. On other systems there are only the
//! resource limits.
//!
//! The child writes lines of JSON to standard output. The first one is its [`Confinement`]; the
//! others, and the bytes that they announce, are the program's own.

#![forbid(unsafe_code)]

pub mod child;
mod confinement;
mod cpu_time;
mod ending;
mod failure;
mod limits;
mod memory;
mod output;
mod process;
mod program;

pub use confinement::Confinement;
pub use cpu_time::cpu_time_used;
pub use ending::Verdict;
pub use failure::Failure;
pub use limits::{Limits, at_once};
pub use output::Output;
pub use process::{Input, Process, start};
pub use program::Program;
