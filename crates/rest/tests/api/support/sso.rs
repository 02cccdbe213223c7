//! Connections of organizations, and the TXT records that prove their domains.

use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;
use plinth_ports::{TxtError, TxtLookup};
use serde_json::{Value, json};

use super::{
    Client, Reply, TestApp,
    oidc::{Begun, identity},
    records::fresh,
};

/// The TXT records of a test.
#[derive(Debug, Default)]
pub struct Records(Mutex<HashMap<String, Vec<String>>>);

impl Records {
    /// Publishes the record that proves a domain.
    pub fn publish(&self, domain: &Value) {
        let text = |field: &str| domain[field].as_str().unwrap().to_owned();
        let texts = vec!["v=spf1 -all".to_owned(), text("record_value")];
        self.0.lock().unwrap().insert(text("record_name"), texts);
    }
}

#[async_trait]
impl TxtLookup for Records {
    async fn txt(&self, name: &str) -> Result<Vec<String>, TxtError> {
        if name.ends_with("broken.example") {
            return Err(TxtError("it is broken".to_owned()));
        }
        Ok(self.0.lock().unwrap().get(name).cloned().unwrap_or_default())
    }
}

/// A connection to this issuer.
pub fn values(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "client_id": "plinth", "client_secret": "a-secret-of-the-client",
        "role": "member",
    })
}

/// Claims a domain.
pub async fn claim(owner: &Client, domain: &str) -> Value {
    owner.create("/organization/domains", json!({"domain": domain})).await
}

/// Claims a domain and proves it.
pub async fn prove(app: &TestApp, owner: &Client, domain: &str) -> Value {
    let claimed = claim(owner, domain).await;
    app.records.publish(&claimed);
    verify(owner, &claimed).await.expect(200).json()
}

/// Asks for the record of a domain to be looked up.
pub async fn verify(owner: &Client, domain: &Value) -> Reply {
    let path = format!("/organization/domains/{}/verify", domain["id"].as_str().unwrap());
    owner.post(&path, json!({})).await
}

/// Removes a domain.
pub async fn remove_domain(owner: &Client, domain: &Value) -> Reply {
    let path = format!("/organization/domains/{}", domain["id"].as_str().unwrap());
    owner.delete(&path, "*").await
}

/// A domain of the organization that is claimed, and whose record is published. Those from before are
/// removed, so that there is room.
pub async fn sample(app: &TestApp, owner: &Client) -> Value {
    for domain in owner.list("/organization/domains").await {
        remove_domain(owner, &domain).await.expect(204);
    }
    let claimed = claim(owner, &format!("sample-{}.example", fresh())).await;
    app.records.publish(&claimed);
    claimed
}

/// Connects the organization to a scripted provider, which is called like the domain, and proves the
/// domain.
pub async fn connect(app: &TestApp, owner: &Client, domain: &str) -> Value {
    prove(app, owner, domain).await;
    let connection = values(&format!("https://id.{domain}"));
    owner.put("/organization/sso", connection).await.expect(200).json()
}

/// Begins a login by the domain of an address.
pub async fn begin(client: &Client, email: &str) -> Begun {
    let reply = client.anonymous().post("/auth/sso/start", json!({"email": email})).await;
    let reply = reply.expect(200);
    let provider = reply.json()["provider"].as_str().unwrap().to_owned();
    Begun::of(&provider, &reply)
}

/// Logs in by the connection of the domain of an address, whose scripted provider tells this code.
pub async fn login_with(client: &Client, email: &str, code: &str) -> Reply {
    let begun = begin(client, email).await;
    begun.complete(client, begun.answer(code)).await
}

/// The same for a subject, whose address the provider calls verified.
pub async fn login(client: &Client, subject: &str, email: &str) -> Reply {
    login_with(client, email, &identity(subject, email)).await
}
