//! Operators, and the consent of organizations.

use chrono::TimeDelta;
use plinth_application::operators::{NewSession, Operator};
use plinth_domain::{Id, OperatorName, OperatorReason, OrganizationId};
use plinth_ports::{Clock, Origin};
use plinth_rest::OperatorKeys;
use serde_json::{Value, json};

use super::{Client, TestApp};

/// The key of the operator of most tests.
pub fn key() -> String {
    format!("plo_{}", "A".repeat(43))
}

/// A client of the server of operators, whose paths begin with `//operator/v1`.
pub fn operator(app: &TestApp) -> Client {
    let anna = (name(), OperatorKeys::hash_of(&key()));
    Client::new(&app.serve_operators(OperatorKeys::new(vec![anna])), Some(key()))
}

fn name() -> OperatorName {
    OperatorName::parse("anna").unwrap()
}

/// The body of a consent for a day.
pub fn grant(app: &TestApp, read_only: bool) -> Value {
    let expires_at = app.clock.now() + TimeDelta::days(1);
    json!({
        "expires_at": expires_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        "read_only": read_only,
        "reason": "The import hangs",
    })
}

/// Gives the consent of the caller's organization.
pub async fn consent(app: &TestApp, owner: &Client, read_only: bool) -> Value {
    let body = grant(app, read_only);
    owner.put("/organization/support-access", body).await.expect(200).json()
}

/// Gives the consent, and begins a session by it, without the server of operators.
pub async fn session(app: &TestApp, owner: &Client) {
    consent(app, owner, true).await;
    let organization: OrganizationId = Id::from_uuid(owner.organization.parse().unwrap());
    let origin = Origin { request_id: "sample".to_owned(), ..Origin::default() };
    let operator = Operator { name: name(), origin };
    let reason = OperatorReason::parse("Sample").unwrap();
    let new = NewSession { organization, reason };
    app.application.begin_support_session(&operator, new).await.unwrap();
}

/// Begins a session in the caller's organization by the server of operators. Returns a client with its
/// token, and the session.
pub async fn impersonate(operator: &Client, owner: &Client) -> (Client, Value) {
    let body = json!({"organization_id": owner.organization, "reason": "Ticket 7"});
    let begun = operator.post("//operator/v1/impersonations", body).await.expect(201);
    assert_eq!(begun.header("cache-control"), "no-store");
    let session = begun.json();
    let token = session["token"].as_str().unwrap();
    assert!(token.starts_with("pls_"));
    (owner.with_token(token), session)
}
