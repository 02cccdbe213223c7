//! The tenant that attacks.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::request::Caller;
use crate::{dataset::Organization, failure::Result, http::Connection};

/// A large organization with several credentials.
#[derive(Debug, Clone)]
pub struct Attacker {
    pub callers: Vec<Caller>,
}

impl Attacker {
    /// Creates API keys, at most `credentials` and as many as the server allows.
    pub async fn create(server: SocketAddr, credentials: u16) -> Result<Self> {
        let organization = Organization::large().last().ok_or("there is no large organization")?;
        let token = format!("pla_{}", organization.token());
        let owner = Caller { token, address: "198.51.100.1".to_owned() };
        let mut connection = Connection::open(server).await?;
        let mut callers = vec![owner.clone()];
        for number in 1..credentials {
            let body = json!({"name": format!("Key {number}"), "role": "admin"});
            let reply =
                connection.send_request(&owner.post("/api-keys", &body.to_string())).await?;
            let answer: Value = serde_json::from_slice(reply.body)?;
            let Some(secret) = answer["secret"].as_str() else {
                eprintln!("==> no key after {number}: {answer}");
                break;
            };
            let address = format!("198.51.100.{}", 1 + number % 250);
            callers.push(Caller { token: secret.to_owned(), address });
        }
        Ok(Self { callers })
    }

    /// The caller of a connection.
    pub fn caller(&self, number: usize) -> &Caller {
        &self.callers[number % self.callers.len()]
    }
}
