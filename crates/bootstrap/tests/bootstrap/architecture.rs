//! The shape of the workspace: which crate uses which, and how it is drawn.

mod dependencies;
mod imports;
mod picture;
mod workspace;
