use plinth_ports::MailKind;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Client, TestApp, client::PASSWORD, files, job, mails::token_in, records};

/// A valid request of one operation, on a record made for it.
#[derive(Clone)]
pub struct Sample {
    pub id: Uuid,
    pub key: String,
    pub body: Option<Value>,
    /// A body that is no JSON, with its type.
    pub file: Option<(String, Vec<u8>)>,
}

impl Sample {
    /// Creates the records that the operation needs, in the organization of `owner`.
    pub async fn of(operation: &str, app: &TestApp, owner: &Client) -> Self {
        let n = records::fresh();
        let email = format!("sample-{n}@example.com");
        let (mut body, mut key) = (None, "projects.trigram_search".to_owned());
        if let Some((record, body)) = records::sample(operation, owner).await {
            let id = record["id"].as_str().map_or(Uuid::nil(), |id| id.parse().unwrap());
            return Self { id, key: String::new(), body, file: Self::file(operation) };
        }
        let id = match operation {
            "get_member" | "update_member" | "remove_member" => {
                json!(owner.invite_as(&email, "member").await.user)
            }
            "get_job" | "cancel_job" => json!(job::enqueue(owner).await),
            "retry_job" => {
                let id = job::enqueue(owner).await;
                owner.post(&format!("/jobs/{id}/cancel"), json!({})).await.expect(200);
                json!(id)
            }
            "revoke_invitation" => {
                let body = json!({"email": email, "role": "viewer"});
                owner.post("/invitations", body).await.expect(201).json()["id"].clone()
            }
            "revoke_api_key" => {
                let body = json!({"name": "sample", "role": "viewer"});
                owner.post("/api-keys", body).await.expect(201).json()["id"].clone()
            }
            "activate_contract"
            | "list_contract_positions"
            | "list_contract_amendments"
            | "get_contract_balance" => {
                crate::contracts::sample(owner).await.create(owner).await["id"].clone()
            }
            "complete_contract" | "terminate_contract" | "amend_contract" => {
                crate::contracts::active(owner).await["id"].clone()
            }
            "get_document"
            | "update_document"
            | "delete_document"
            | "put_document_content"
            | "get_document_content"
            | "list_document_versions" => {
                owner.upload(&format!("s-{n}.txt"), b"sample").await["id"].clone()
            }
            "get_document_text" => {
                let document = owner.upload(&format!("s-{n}.txt"), b"sample").await;
                app.process(owner, &document, plinth_ports::Findings::default()).await;
                document["id"].clone()
            }
            "get_leaderboard" => {
                let evaluator = crate::evaluators::sample(owner).await.create(owner).await;
                evaluator["id"].as_str().unwrap().clone_into(&mut key);
                crate::datasets::sample(owner).await.create(owner).await["id"].clone()
            }
            "reset_password" | "verify_email" => {
                body = Some(mailed(operation, app, &email).await);
                Value::Null
            }
            "get_invoice_pdf" => crate::invoice_pdfs::rendered(app, owner).await["id"].clone(),
            "get_document_thumbnail" => app.picture(owner).await["id"].clone(),
            "get_upload" | "append_upload" | "terminate_upload" => {
                json!(owner.begin_tus("s.txt", 6).await.rsplit('/').next())
            }
            "complete_direct_upload" | "abandon_direct_upload" => {
                let (id, parts) = app.put_directly(owner, "s.txt", b"sample").await;
                body = (operation == "complete_direct_upload").then_some(parts);
                json!(id)
            }
            _ => Value::Null,
        };
        if operation == "clear_feature_flag" {
            let path = "/feature-flags/projects.trigram_search";
            owner.put(path, json!({"enabled": true})).await.expect(200);
        }
        Self {
            id: id.as_str().map_or(Uuid::nil(), |id| id.parse().unwrap()),
            key,
            body: match body {
                None => Self::body(operation, owner, &email, n).await,
                known => known,
            },
            file: Self::file(operation),
        }
    }

    fn file(operation: &str) -> Option<(String, Vec<u8>)> {
        Some(match operation {
            "create_document" => files::form(&[], "sample.txt", b"sample"),
            "put_document_content" => ("application/octet-stream".to_owned(), b"next".to_vec()),
            "import_parties" => crate::imports::sample(),
            "import_dataset_items" => crate::datasets::lines(1),
            "import_bank_statement" => crate::bank_statements::sample(),
            "append_upload" => ("application/offset+octet-stream".to_owned(), b"sample".to_vec()),
            _ => return None,
        })
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
            "forgot_password" => json!({"email": email}),
            "create_ticket" => json!({"path": "/api/v1/events/stream"}),
            "update_organization" => json!({"name": format!("Sweep {n}")}),
            "update_member" => json!({"role": "viewer"}),
            "create_invitation" => json!({"email": email, "role": "viewer"}),
            "accept_invitation" => {
                let body = json!({"email": email, "role": "viewer"});
                let invitation = owner.post("/invitations", body).await.expect(201).json();
                json!({"token": owner.token_of(&invitation), "password": PASSWORD, "name": "Sample"})
            }
            // Every caller that may create keys may grant the permissions of a viewer.
            "create_api_key" => json!({"name": "sample", "permissions": ["api_key:create"]}),
            "update_document" => json!({"metadata": {"seen": true}}),
            "create_direct_upload" => json!({"name": "s.txt", "size_bytes": 6}),
            "terminate_contract" => json!({"terminated_on": "2026-12-01", "reason": "Insolvency"}),
            "amend_contract" => crate::contracts::amendment(),
            "set_feature_flag" => json!({"enabled": false}),
            "logout"
            | "request_email_verification"
            | "import_parties"
            | "import_bank_statement"
            | "get_me"
            | "get_organization"
            | "list_members"
            | "get_member"
            | "remove_member"
            | "list_invitations"
            | "revoke_invitation"
            | "list_api_keys"
            | "revoke_api_key"
            | "list_documents"
            | "create_document"
            | "get_document"
            | "delete_document"
            | "put_document_content"
            | "get_document_content"
            | "get_document_text"
            | "list_document_versions"
            | "get_document_thumbnail"
            | "get_invoice_pdf"
            | "complete_direct_upload"
            | "abandon_direct_upload"
            | "describe_uploads"
            | "create_upload"
            | "get_upload"
            | "append_upload"
            | "terminate_upload"
            | "list_jobs"
            | "get_job"
            | "retry_job"
            | "cancel_job"
            | "get_leaderboard"
            | "list_audit_logs"
            | "verify_audit_log"
            | "activate_contract"
            | "complete_contract"
            | "list_contract_positions"
            | "list_contract_amendments"
            | "get_contract_balance"
            | "get_events"
            | "stream_events"
            | "open_socket"
            | "list_feature_flags"
            | "clear_feature_flag"
            | "get_root"
            | "get_health"
            | "get_api_health"
            | "get_ready"
            | "get_healthz"
            | "get_openapi"
            | "search" => return None,
            unknown => panic!("the operation {unknown} has no sample: add one"),
        })
    }

    /// The request, from this caller.
    pub fn request(&self, caller: &Client, method: &Method, path: &str) -> RequestBuilder {
        let path = path.replace("{id}", &self.id.to_string()).replace("{key}", &self.key);
        let path = path.replace("{size}", "small");
        let path = path.replace("{label}", "staging").replace("{number}", "1");
        let path = path.replace("{name}", "helpful");
        let path = path.replace("{model}", "sample");
        let path = if path.ends_with("/leaderboard") {
            format!("{path}?evaluator_id={}", self.key)
        } else {
            path
        };
        let path = if path.ends_with("/search") { format!("{path}?q=sample") } else { path };
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
        // The tus protocol's headers, for its operations.
        let request = request
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", "6")
            .header("Upload-Offset", "0")
            .header("Upload-Metadata", "filename cy50eHQ=");
        match (&self.body, &self.file) {
            (Some(body), _) => request.json(body),
            (None, Some((kind, bytes))) => request.header("Content-Type", kind).body(bytes.clone()),
            (None, None) => request,
        }
    }
}

/// The body with the token of a mail to a new account.
async fn mailed(operation: &str, app: &TestApp, email: &str) -> Value {
    let account = json!({
        "email": email, "password": PASSWORD, "name": "Sample", "organization": {"name": "Sample"},
    });
    app.anonymous().post("/auth/register", account).await.expect(201);
    if operation == "verify_email" {
        let mail = app.mail_to(email, MailKind::VerifyEmail).await;
        return json!({"token": token_in(&mail, "verify")});
    }
    let forgotten = json!({"email": email});
    app.anonymous().post("/auth/password/forgot", forgotten).await.expect(202);
    let mail = app.mail_to(email, MailKind::ResetPassword).await;
    json!({"token": token_in(&mail, "reset"), "password": PASSWORD})
}
