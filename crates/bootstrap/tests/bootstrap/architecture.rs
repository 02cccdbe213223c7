//! The shape of the workspace: which crate uses which, and how it is drawn.

mod dependencies;
mod picture;
mod workspace;
