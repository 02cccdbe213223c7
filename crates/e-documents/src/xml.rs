//! XML from others: its encoding, its limits, and its elements as a tree.

mod encoding;
mod files;
mod scan;
mod tree;

pub(crate) use encoding::decode;
pub(crate) use files::without_files;
pub(crate) use scan::scan;
pub(crate) use tree::{Element, tree};

/// The largest XML document in bytes, in the encoding that it comes in; of an e-invoice, without the files
/// in it.
pub const XML_BYTES: usize = 5 * 1024 * 1024;

/// The largest e-invoice with the files in it, in bytes.
pub const INVOICE_BYTES: usize = 16 * 1024 * 1024;
