//! What an operator sees of the adapters: metrics by OpenTelemetry's semantic conventions where they
//! have a name for it, otherwise under `plinth.`. No adapter knows of them.
//!
//! A label has as many values as the code has names for them. What belongs to one organization is in
//! no metric.

mod background;
mod caches;
mod dependencies;
mod hasher;
mod inspections;
mod pool;
mod rate_limits;

pub(crate) use background::observe as observe_background;
pub(crate) use caches::{MeasuredAccessCache, MeasuredCatalogueCache};
pub(crate) use dependencies::{MeasuredHealth, ask_dependencies, observe_bus};
pub(crate) use hasher::observe as observe_hasher;
pub(crate) use inspections::MeasuredInspector;
pub(crate) use pool::{Statements, observe as observe_pool};
pub(crate) use rate_limits::MeasuredLimiter;

/// The scope of the metrics of adapters.
const SCOPE: &str = "plinth-bootstrap";
