//! Renders invoices: the client of the program `plinth-render`, and what both have in common.
//!
//! The texts of an invoice come from outside, and an operator may change the template. So each
//! invoice is rendered in a confined child process ([`plinth_confined`]), which reads its request
//! and no file.
//! What the input does to the child becomes a [`plinth_ports::Unprintable`]; what depends on the
//! machine is a [`plinth_ports::RendererError`], after which another attempt is made.
//!
//! The child is a program of its own, because it links a typesetter that no other program needs.
//! Here are the invoice as the template reads it, the payment code, the folder that replaces parts
//! of the template, and the characters that can be printed. The drawing of QR codes also serves
//! texts that are no payments.

#![forbid(unsafe_code)]

mod coverage;
mod data;
mod epc;
mod limits;
mod prepare;
pub mod protocol;
mod renderer;
mod template;
mod verdict;

pub use coverage::Coverage;
#[doc(hidden)]
pub use coverage::built_in_ranges;
pub use epc::SvgCodes;
pub use limits::Limits;
pub use plinth_confined::{Confinement, Program};
pub use renderer::{ConfinedRenderer, PROGRAM};
pub use template::{Template, TemplateError};
