//! The architecture of the workspace: the dependencies of the crates, and their diagram.

mod dependencies;
mod imports;
mod picture;
mod workspace;

pub use workspace::root;
