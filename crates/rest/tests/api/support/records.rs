//! Business records: a sample of each for the sweep, and for records that refer to it.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::Client;

/// A record that can be created.
pub struct RecordSample {
    /// Where: `/projects`.
    pub path: &'static str,
    /// The body of a new one.
    pub new: Value,
    /// A change to it.
    pub change: Value,
}

impl RecordSample {
    /// Creates it.
    pub async fn create(self, owner: &Client) -> Value {
        owner.create(self.path, self.new).await
    }
}

/// A number that no other sample has.
pub fn fresh() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The record that an operation needs, and the body of its request; `None` for an operation on
/// something else.
pub async fn sample(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    if let Some(found) = crate::invoices::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::bank_statements::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::payments::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::dunning::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::reports::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::executions::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::gateway::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::agent_runs::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::prompts::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::evaluations::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::datasets::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::model_prices::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::webhooks::operation(operation, owner).await {
        return Some(found);
    }
    if let Some(found) = crate::accounting::operation(operation, owner).await {
        return Some(found);
    }
    let (action, record) = operation.split_once('_')?;
    let sample = crate::record_sample(record, owner).await?;
    Some(match action {
        "create" => (Value::Null, Some(sample.new)),
        "list" | "get" | "delete" => (sample.create(owner).await, None),
        "update" => {
            let change = sample.change.clone();
            (sample.create(owner).await, Some(change))
        }
        _ => return None,
    })
}
