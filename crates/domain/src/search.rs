//! Text that is searched, and text that is looked for: both pass through the functions of this
//! module, so that what looks alike is found.

mod chunks;
mod fold;
mod fusion;
mod highlight;
mod script;
mod words;

pub use chunks::{MAX_CHUNKS, TextChunk, chunks, joined};
pub use fold::fold;
pub use fusion::fuse;
pub use highlight::{Excerpt, Marked, excerpt};
pub use words::{SearchableText, asked_words};
