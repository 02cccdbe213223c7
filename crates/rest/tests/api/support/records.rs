//! What the sweep has to know of each record.

use serde_json::Value;

use super::Client;

mod projects;

/// A record that was made for an operation, and the body of its request.
pub type Prepared = (Value, Option<Value>);

pub async fn sample(operation: &str, owner: &Client, n: usize) -> Option<Prepared> {
    match operation.rsplit_once('_')?.1 {
        "project" | "projects" => projects::sample(operation, owner, n).await,
        _ => None,
    }
}
