//! Switches in the product, as each organization sets them.

mod list;
mod set;

pub use list::ListFeatureFlags;
pub use set::{ClearFeatureFlag, SetFeatureFlag};
