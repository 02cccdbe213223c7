//! The background's side: what runs without a request.

mod sequencer;

pub use sequencer::run_sequencer;
