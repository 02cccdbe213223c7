//! One call of a model, as every provider's answer is understood.

mod fault;
mod finish;
mod provider;
mod timeouts;
mod usage;

pub(crate) use fault::CODES;
pub use fault::ModelFault;
pub use finish::FinishReason;
pub use provider::ModelProvider;
pub use timeouts::{ModelTimeouts, TimeoutChanges};
pub use usage::TokenUsage;
