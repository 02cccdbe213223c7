//! Text that is searched, and text that is looked for: both pass through the functions of this
//! module, so that what looks alike is found.

mod fold;
mod script;
mod words;

pub use fold::fold;
pub use words::{SearchableText, asked_words};
