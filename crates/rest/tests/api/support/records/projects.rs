use serde_json::{Value, json};

use super::Prepared;
use crate::support::Client;

pub async fn sample(operation: &str, owner: &Client, n: usize) -> Option<Prepared> {
    let new = json!({"code": format!("N-{n}"), "name": "Sample"});
    Some(match operation {
        "list_projects" => {
            owner.create("/projects", new).await;
            (Value::Null, None)
        }
        "create_project" => (Value::Null, Some(new)),
        "get_project" | "delete_project" => (owner.create("/projects", new).await, None),
        "update_project" => {
            (owner.create("/projects", new).await, Some(json!({"name": "Changed"})))
        }
        _ => return None,
    })
}
