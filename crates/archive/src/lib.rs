//! The file of an organization's export: a ZIP archive with all rows and files, and a manifest that
//! says what is in it. The format is described in docs/tenants.md.

mod entry;
mod manifest;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use entry::{EntryName, MAX_ENTRIES};
pub use manifest::{Entry, FORMAT, FORMAT_VERSION, JournalHead, Manifest, Organization};
pub use read::{Archive, Limits, Refused, next_row};
pub use write::{About, Archiver, Fault, Made};
