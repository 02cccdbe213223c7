use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Client, client::PASSWORD};

/// A valid request of one operation, on a record made for it.
#[derive(Clone)]
pub struct Sample {
    pub id: Uuid,
    pub key: String,
    pub body: Option<Value>,
}

/// A number that no other sample has.
fn fresh() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Sample {
    /// Makes what the operation needs, in the organization of `owner`.
    pub async fn of(operation: &str, owner: &Client) -> Self {
        let n = fresh();
        let email = format!("sample-{n}@example.com");
        let id = match operation {
            "get_project" | "update_project" | "delete_project" => {
                owner.project(&format!("S-{n}")).await["id"].clone()
            }
            "get_member" | "update_member" | "remove_member" => {
                json!(owner.invite_as(&email, "member").await.user)
            }
            "revoke_invitation" => {
                let body = json!({"email": email, "role": "viewer"});
                owner.post("/invitations", body).await.expect(201).json()["id"].clone()
            }
            "revoke_api_key" => {
                let body = json!({"name": "sample", "role": "viewer"});
                owner.post("/api-keys", body).await.expect(201).json()["id"].clone()
            }
            _ => Value::Null,
        };
        if operation == "clear_feature_flag" {
            let path = "/feature-flags/projects.trigram_search";
            owner.put(path, json!({"enabled": true})).await.expect(200);
        }
        Self {
            id: id.as_str().map_or(Uuid::nil(), |id| id.parse().unwrap()),
            key: "projects.trigram_search".to_owned(),
            body: Self::body(operation, owner, &email, n).await,
        }
    }

    async fn body(operation: &str, owner: &Client, email: &str, n: usize) -> Option<Value> {
        Some(match operation {
            "register" => json!({
                "email": email, "password": PASSWORD, "name": "Sample",
                "organization": {"name": "Sample"},
            }),
            "login" => json!({"email": owner.email, "password": PASSWORD}),
            "refresh" => {
                json!({"refresh_token": owner.login().await.refresh_token})
            }
            // The caller's own organization: they may always go there.
            "switch_organization" => json!({"organization_id": owner.organization}),
            "change_password" => {
                json!({"current_password": PASSWORD, "new_password": PASSWORD})
            }
            "update_organization" => json!({"name": format!("Sweep {n}")}),
            "update_member" => json!({"role": "viewer"}),
            "create_invitation" => json!({"email": email, "role": "viewer"}),
            "accept_invitation" => {
                let body = json!({"email": email, "role": "viewer"});
                let invitation = owner.post("/invitations", body).await.expect(201).json();
                json!({"token": invitation["token"], "password": PASSWORD, "name": "Sample"})
            }
            // What a viewer may, any caller that may create keys may give.
            "create_api_key" => json!({"name": "sample", "permissions": ["api_key:create"]}),
            "create_project" => json!({"code": format!("N-{n}"), "name": "Sample"}),
            "update_project" => json!({"name": "Changed"}),
            "set_feature_flag" => json!({"enabled": false}),
            "logout" | "get_me" | "get_organization" | "list_members" | "get_member"
            | "remove_member" | "list_invitations" | "revoke_invitation" | "list_api_keys"
            | "revoke_api_key" | "list_projects" | "get_project" | "delete_project"
            | "list_audit_logs" | "verify_audit_log" | "get_events" | "stream_events"
            | "open_socket" | "list_feature_flags" | "clear_feature_flag" | "get_root"
            | "get_health" | "get_ready" | "get_healthz" | "get_openapi" => return None,
            unknown => panic!("the operation {unknown} has no sample: add one"),
        })
    }

    /// The request, from this caller.
    pub fn request(&self, caller: &Client, method: &Method, path: &str) -> RequestBuilder {
        let path = path.replace("{id}", &self.id.to_string()).replace("{key}", &self.key);
        let request = caller.request(method.clone(), &format!("/{path}"));
        let request = if path.ends_with("/ws") {
            request
                .header("Connection", "upgrade")
                .header("Upgrade", "websocket")
                .header("Sec-WebSocket-Version", "13")
                .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        } else {
            request
        };
        let request = match *method {
            Method::PATCH | Method::DELETE => request.header("If-Match", "*"),
            _ => request,
        };
        match &self.body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}
