//! XML from others: its encoding, its limits, and its elements as a tree.

mod encoding;
mod scan;
mod tree;

pub(crate) use encoding::decode;
pub(crate) use scan::scan;
pub(crate) use tree::{Element, tree};

/// The largest XML document in bytes, in the encoding that it comes in.
pub const XML_BYTES: usize = 5 * 1024 * 1024;
