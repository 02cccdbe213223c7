use plinth_ports::MailKind;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::organization_exports;

use super::{
    Client, TestApp,
    authenticator::{self, Authenticator},
    client::PASSWORD,
    files, job,
    mails::token_in,
    oidc, operators, records, sso,
};

/// The operations without a body.
const WITHOUT_BODY: &[&str] = &[
    "logout",
    "get_second_factor",
    "begin_second_factor",
    "renew_recovery_codes",
    "request_email_verification",
    "put_avatar",
    "delete_avatar",
    "get_avatar",
    "import_parties",
    "import_bank_statement",
    "get_me",
    "list_sessions",
    "get_oidc_providers",
    "list_identities",
    "remove_identity",
    "revoke_session",
    "revoke_other_sessions",
    "get_organization",
    "get_organization_usage",
    "get_organization_sso",
    "delete_organization_sso",
    "list_organization_domains",
    "get_organization_domain",
    "verify_organization_domain",
    "delete_organization_domain",
    "create_organization_export",
    "list_organization_exports",
    "get_organization_export",
    "get_organization_export_content",
    "list_members",
    "get_member",
    "suspend_member",
    "reactivate_member",
    "remove_member",
    "list_invitations",
    "revoke_invitation",
    "list_api_keys",
    "revoke_api_key",
    "list_documents",
    "create_document",
    "get_document",
    "delete_document",
    "put_document_content",
    "get_document_content",
    "get_document_text",
    "list_document_versions",
    "get_document_thumbnail",
    "get_invoice_pdf",
    "complete_direct_upload",
    "abandon_direct_upload",
    "describe_uploads",
    "create_upload",
    "get_upload",
    "append_upload",
    "terminate_upload",
    "list_jobs",
    "get_job",
    "retry_job",
    "cancel_job",
    "get_leaderboard",
    "list_audit_logs",
    "verify_audit_log",
    "activate_contract",
    "complete_contract",
    "list_contract_positions",
    "list_contract_amendments",
    "get_contract_balance",
    "get_events",
    "stream_events",
    "open_socket",
    "list_notifications",
    "count_unread_notifications",
    "read_notification",
    "read_all_notifications",
    "get_notification_preferences",
    "list_feature_flags",
    "clear_feature_flag",
    "get_root",
    "get_health",
    "get_api_health",
    "get_ready",
    "get_healthz",
    "get_openapi",
    "search",
    "get_announcements",
    "get_support_access",
    "revoke_support_access",
    "list_support_sessions",
];

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
        if let Some(sample) = Self::of_token(operation, owner).await {
            return sample;
        }
        let id = match operation {
            "get_avatar" => json!(crate::avatars::given(owner).await.user),
            "get_member" | "update_member" | "remove_member" | "suspend_member" => {
                json!(owner.invite_as(&email, "member").await.user)
            }
            "reactivate_member" => Self::suspended_member(owner, &email).await,
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
            "get_leaderboard" => {
                let evaluator = crate::evaluators::sample(owner).await.create(owner).await;
                evaluator["id"].as_str().unwrap().clone_into(&mut key);
                crate::datasets::sample(owner).await.create(owner).await["id"].clone()
            }
            "revoke_organization_erasure" => {
                let leaving = app.owner(&format!("Leaving {n}")).await;
                let slug = leaving.get("/organization").await.expect(200).json()["slug"].clone();
                leaving.post("/organization/erasure", json!({"slug": slug})).await.expect(202);
                body = Some(json!({"email": leaving.email, "password": PASSWORD}));
                Value::Null
            }
            // Another owner, so that no organization loses its last one.
            "delete_me" => {
                owner.invite_as(&format!("second-{email}"), "owner").await;
                Value::Null
            }
            "revoke_session" => {
                let logins = owner.login().await.get("/me/sessions").await.expect(200).json();
                logins["data"][0]["id"].clone()
            }
            "list_identities" | "remove_identity" => oidc::linked(owner).await["id"].clone(),
            "reset_password"
            | "verify_email"
            | "confirm_email_change"
            | "complete_registration" => {
                body = Some(mailed(operation, app, &email).await);
                Value::Null
            }
            "list_notifications" | "read_notification" => {
                let other = owner.invite_as(&email, "member").await;
                json!(crate::notifications::told(&other, owner).await)
            }
            "get_invoice_pdf" => crate::invoice_pdfs::rendered(app, owner).await["id"].clone(),
            "complete_direct_upload" | "abandon_direct_upload" => {
                let (id, parts) = app.put_directly(owner, "s.txt", b"sample").await;
                body = (operation == "complete_direct_upload").then_some(parts);
                json!(id)
            }
            _ => match Self::of_organization(operation, app, owner).await {
                Some(id) => id,
                None => Self::of_file(operation, app, owner, n).await,
            },
        };
        if operation == "clear_feature_flag" {
            let path = "/feature-flags/projects.trigram_search";
            owner.put(path, json!({"enabled": true})).await.expect(200);
        }
        Self {
            id: id.as_str().map_or(Uuid::nil(), |id| id.parse().unwrap()),
            key,
            body: match body {
                None => Self::body(operation, app, owner, &email, n).await,
                known => known,
            },
            file: Self::file(operation),
        }
    }

    /// The record that an operation on the organization itself needs; null for none.
    async fn of_organization(operation: &str, app: &TestApp, owner: &Client) -> Option<Value> {
        Some(match operation {
            "get_organization_export"
            | "get_organization_export_content"
            | "list_organization_exports" => {
                organization_exports::made(app, owner).await["id"].clone()
            }
            "create_organization_export" => {
                organization_exports::end_open(app, owner).await;
                Value::Null
            }
            "get_support_access" | "revoke_support_access" => {
                operators::consent(app, owner, true).await;
                Value::Null
            }
            "list_support_sessions" => {
                operators::session(app, owner).await;
                Value::Null
            }
            "get_organization_sso" | "delete_organization_sso" => {
                let connection = sso::values("https://id.example.com");
                owner.put("/organization/sso", connection).await.expect(200);
                Value::Null
            }
            "list_organization_domains"
            | "get_organization_domain"
            | "verify_organization_domain"
            | "delete_organization_domain" => sso::sample(app, owner).await["id"].clone(),
            _ => return None,
        })
    }

    async fn suspended_member(owner: &Client, email: &str) -> Value {
        let member = owner.invite_as(email, "member").await;
        let suspend = format!("/members/{}/suspend", member.user);
        owner.post(&suspend, json!({})).await.expect(200);
        json!(member.user)
    }

    /// Of an operation for which a token is enough: what is in its path or its cookies, and its body; or of
    /// one with two ids in its path.
    async fn of_token(operation: &str, owner: &Client) -> Option<Self> {
        let shared = async || {
            let link = crate::document_links::sample(owner).await.create(owner).await;
            json!({"token": crate::document_links::token(&link)})
        };
        let (key, body) = match operation {
            "refresh_cookies" => (owner.login().await.refresh_token.unwrap(), None),
            "open_shared_document" => (String::new(), Some(shared().await)),
            // With a password, so that a wrong one is refused.
            "download_shared_document" => {
                let mut sample = crate::document_links::sample(owner).await;
                sample.new["password"] = json!(PASSWORD);
                let token = crate::document_links::token(&sample.create(owner).await);
                (String::new(), Some(json!({"token": token, "password": PASSWORD})))
            }
            "get_shared_document_content" => {
                let granted = owner.post("/shared-documents/download", shared().await).await;
                (granted.expect(200).json()["url"].as_str().unwrap().to_owned(), None)
            }
            _ => return crate::teams::operation(operation, owner).await,
        };
        Some(Self { id: Uuid::nil(), key, body, file: None })
    }

    /// The document or upload that an operation needs; null for an operation on something else.
    async fn of_file(operation: &str, app: &TestApp, owner: &Client, n: usize) -> Value {
        match operation {
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
            "get_document_thumbnail" => app.picture(owner).await["id"].clone(),
            "get_upload" | "append_upload" | "terminate_upload" => {
                json!(owner.begin_tus("s.txt", 6).await.rsplit('/').next())
            }
            _ => Value::Null,
        }
    }

    /// Of an operation on what is the caller's own, which no other caller can prepare, in the
    /// organization of `owner`.
    pub async fn own(
        operation: &str,
        app: &TestApp,
        caller: &Client,
        owner: &Client,
    ) -> Option<Self> {
        let of = |id, body| Some(Self { id, key: String::new(), body, file: None });
        let body = match operation {
            "update_comment" => {
                let id = crate::comments::own(caller, owner).await?;
                return of(id, Some(json!({"body": "Other words"})));
            }
            "delete_comment" => return of(crate::comments::own(caller, owner).await?, None),
            "read_notification" if caller.user != owner.user => {
                return of(crate::notifications::told(owner, caller).await, None);
            }
            "confirm_second_factor" => {
                let begun = caller.post("/me/second-factor", json!({})).await.expect(200).json();
                Some(json!({"code": Authenticator::begun(&begun).code(app, 0)}))
            }
            "renew_recovery_codes" => {
                Authenticator::turned_on(app, caller).await;
                None
            }
            "complete_identity" => {
                let code = oidc::identity(&caller.user, &caller.email);
                Some(oidc::begin_link(caller, "sample").await.answer(&code))
            }
            "remove_identity" => {
                let id = oidc::linked(caller).await["id"].as_str().unwrap().parse().unwrap();
                return of(id, None);
            }
            "end_second_factor" => {
                let mut device = Authenticator::turned_on(app, caller).await;
                Some(json!({"recovery_code": device.recovery_codes.pop()}))
            }
            _ => return None,
        };
        of(Uuid::nil(), body)
    }

    fn file(operation: &str) -> Option<(String, Vec<u8>)> {
        Some(match operation {
            "create_document" => files::form(&[], "sample.txt", b"sample"),
            "put_document_content" => ("application/octet-stream".to_owned(), b"next".to_vec()),
            "import_parties" => crate::imports::sample(),
            "put_avatar" => crate::avatars::sample(),
            "import_dataset_items" => crate::datasets::lines(1),
            "import_bank_statement" => crate::bank_statements::sample(),
            "append_upload" => ("application/offset+octet-stream".to_owned(), b"sample".to_vec()),
            _ => return None,
        })
    }

    async fn body(
        operation: &str,
        app: &TestApp,
        owner: &Client,
        email: &str,
        n: usize,
    ) -> Option<Value> {
        if WITHOUT_BODY.contains(&operation) {
            return None;
        }
        Some(match operation {
            "register" => json!({
                "email": email, "password": PASSWORD, "name": "Sample",
                "organization": {"name": "Sample"},
            }),
            "login" => json!({"email": owner.email, "password": PASSWORD}),
            "refresh" | "set_cookies" => {
                json!({"refresh_token": owner.login().await.refresh_token})
            }
            // The caller's own organization: they may always go there.
            "switch_organization" => json!({"organization_id": owner.organization}),
            "change_password" => {
                json!({"current_password": PASSWORD, "new_password": PASSWORD})
            }
            "forgot_password" => json!({"email": email}),
            "update_me" => json!({"locale": "de-CH"}),
            "change_email" => json!({"email": email, "current_password": PASSWORD}),
            "create_ticket" => json!({"path": "/api/v1/events/stream"}),
            // The sweep would end here with the organization's own slug.
            "request_organization_erasure" => json!({"slug": "another-organization"}),
            "grant_support_access" => operators::grant(app, true),
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
            "update_notification_preferences" => json!({"reply": {"mail": "none"}}),
            "confirm_second_factor" | "end_second_factor" => json!({"code": "123456"}),
            "login_second_factor" => {
                let other = owner.anonymous().register(&format!("Sample {n}")).await;
                let mut device = Authenticator::turned_on(app, &other).await;
                let challenge = authenticator::challenge(owner, &other.email).await;
                json!({"challenge": challenge, "recovery_code": device.recovery_codes.pop()})
            }
            "put_organization_sso" => sso::values("https://id.example.com"),
            "create_organization_domain" => {
                // There is room for another one.
                sso::sample(app, owner).await;
                json!({"domain": format!("d{n}.example")})
            }
            "begin_sso_login" => {
                sso::connect(app, owner, &format!("sso-{n}.example")).await;
                json!({"email": format!("ada@sso-{n}.example")})
            }
            "begin_oidc_login" | "begin_identity" => json!({"return_to": "/projects"}),
            "complete_oidc_login" => {
                let code = oidc::identity(&format!("sample-{n}"), email);
                oidc::begin(owner, "sample").await.answer(&code)
            }
            "register_by_oidc" => {
                let pending = oidc::login(owner, &format!("sample-{n}"), email).await.expect(202);
                json!({"token": pending.json()["token"], "organization": {"name": "Sample"}})
            }
            "complete_identity" => {
                let code = oidc::identity(&format!("sample-{n}"), email);
                oidc::begin_link(owner, "sample").await.answer(&code)
            }
            "create_service_account" => json!({"name": "Sample", "role": "viewer"}),
            "step_up" | "delete_me" => json!({"password": PASSWORD}),
            unknown => panic!("the operation {unknown} has no sample: add one"),
        })
    }

    /// The request, from this caller.
    pub fn request(&self, caller: &Client, method: &Method, path: &str) -> RequestBuilder {
        let path = path.replace("{id}", &self.id.to_string()).replace("{key}", &self.key);
        let path = path.replace("{size}", "small");
        let path = path.replace("{label}", "staging").replace("{number}", "1");
        let path = path.replace("{name}", "helpful").replace("{provider}", "sample");
        let path = path.replace("{model}", "sample");
        let path = path.replace("{user_id}", &self.key).replace("{team_id}", &self.key);
        let path = if path.ends_with("/leaderboard") {
            format!("{path}?evaluator_id={}", self.key)
        } else {
            path
        };
        let path = if path.ends_with("/search") { format!("{path}?q=sample") } else { path };
        let path = if path.ends_with("/shared-documents/content") {
            self.key.strip_prefix('/').unwrap().to_owned()
        } else {
            path
        };
        let request = caller.request(method.clone(), &format!("/{path}"));
        let request = if path.ends_with("/auth/cookies/refresh") {
            request.header("Cookie", format!("__Host-plinth_refresh={}", self.key))
        } else {
            request
        };
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
    if operation == "complete_registration" {
        let token = crate::registrations::link(app, email).await;
        return json!({"token": token, "password": PASSWORD});
    }
    let account = json!({
        "email": email, "password": PASSWORD, "name": "Sample", "organization": {"name": "Sample"},
    });
    let registered = app.anonymous().post("/auth/register", account).await.expect(201);
    if operation == "confirm_email_change" {
        let new = format!("new-{email}");
        let change = json!({"email": new, "current_password": PASSWORD});
        app.anonymous().signed_in(&registered).post("/me/email", change).await.expect(202);
        let mail = app.mail_to(&new, MailKind::ChangeEmail).await;
        return json!({"token": token_in(&mail, "email")});
    }
    if operation == "verify_email" {
        let mail = app.mail_to(email, MailKind::VerifyEmail).await;
        return json!({"token": token_in(&mail, "verify")});
    }
    let forgotten = json!({"email": email});
    app.anonymous().post("/auth/password/forgot", forgotten).await.expect(202);
    let mail = app.mail_to(email, MailKind::ResetPassword).await;
    json!({"token": token_in(&mail, "reset"), "password": PASSWORD})
}
