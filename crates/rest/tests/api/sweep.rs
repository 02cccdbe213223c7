//! Every operation of the OpenAPI document × every role × anonymous × a foreign tenant. An
//! operation without a sample fails the sweep.

use plinth_rest::document;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    gateway,
    support::{Reply, TestApp, sample::Sample},
};

const ROLES: [&str; 5] = ["owner", "admin", "accountant", "member", "viewer"];

/// One operation of the document.
struct Operation {
    id: String,
    method: Method,
    path: String,
    /// `None` for a public operation, else the permission; empty if any credential is enough.
    permission: Option<String>,
    /// The permissions beside it: to copy a record is to read it, too.
    further: Vec<String>,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let operation = |path: &String, method: &String, operation: &Value| {
        let security = &operation["security"][0];
        let scopes = security.get("bearer").and_then(Value::as_array);
        let further = scopes.into_iter().flatten().skip(1).filter_map(Value::as_str);
        Operation {
            further: further.map(str::to_owned).collect(),
            id: operation["operationId"].as_str().unwrap().to_owned(),
            method: method.to_uppercase().parse().unwrap(),
            path: path.clone(),
            permission: security
                .get("bearer")
                .map(|scopes| scopes[0].as_str().unwrap_or_default().to_owned()),
        }
    };
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, body)| operation(path, method, body))
    });
    all.collect()
}

fn allowed(role: &str, permission: &str) -> bool {
    let role = plinth_domain::Role::from_name(role).unwrap();
    permission.is_empty() || role.allows(plinth_domain::Permission::from_name(permission).unwrap())
}

/// Whether the caller may do it. The gateway has called a provider that does not exist.
fn admitted(reply: &Reply, path: &str) -> bool {
    let is_called = gateway::has(path) && reply.status == 502;
    // The body of its sample names another organization.
    let is_mistaken = path.ends_with("/organization/erasure") && reply.status == 422;
    reply.status.is_success()
        || is_mistaken
        || (is_called && reply.json()["error"]["code"] == "provider.unreachable")
}

/// The refusal with this status and code; the gateway has the form of other APIs.
#[track_caller]
fn refused(reply: Reply, path: &str, status: u16, code: &str) {
    if gateway::has(path) {
        let is_openai = path.starts_with("/openai/");
        let code = if status == 401 && is_openai { "invalid_api_key" } else { code };
        assert_eq!(reply.expect(status).json()["error"]["code"], code);
    } else {
        reply.refused(status, code);
    }
}

async fn every_operation_asks_every_role_for_its_permission(app: &TestApp) {
    let owner = app.owner("Sweep").await;
    let mut swept = 0;
    for operation in operations() {
        let Operation { id, method, permission, .. } = &operation;
        let anonymous = app.anonymous();
        let Some(permission) = permission else {
            let sample = Sample::of(id, app, &owner).await;
            let reply = anonymous.send(sample.request(&anonymous, method, &operation.path)).await;
            // A socket authenticates its client once it is open.
            let is_open = reply.status.is_success() || (id == "open_socket" && reply.status == 101);
            assert!(is_open, "{id} anonymous: {reply:?}");
            swept += 1;
            continue;
        };
        let sample = Sample::of(id, app, &owner).await;
        let reply = anonymous.send(sample.request(&anonymous, method, &operation.path)).await;
        refused(reply, &operation.path, 401, "auth.required");
        for role in ROLES {
            let email = format!("{role}-{id}@example.com");
            let caller = owner.invite_as(&email, role).await;
            // A session is the caller's own.
            let maker = if id == "revoke_session" { &caller } else { &owner };
            let sample = match Sample::own(id, app, &caller, &owner).await {
                Some(own) => own,
                None => Sample::of(id, app, maker).await,
            };
            let reply = caller.send(sample.request(&caller, method, &operation.path)).await;
            if allowed(role, permission) {
                assert!(admitted(&reply, &operation.path), "{id} as {role}: {reply:?}");
            } else {
                refused(reply, &operation.path, 403, "permission.denied");
            }
        }
        swept += 1;
    }
    let documented = operations().len();
    assert_eq!(swept, documented);
    println!("swept {swept} of {documented} operations");
}

pub async fn a_foreign_id_answers_byte_for_byte_like_a_random_one(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let mut compared = 0;
    for operation in operations().iter().filter(|o| o.path.contains("{id}")) {
        let foreign = Sample::of(&operation.id, app, &ada).await;
        let random = Sample { id: Uuid::from_u128(0xDEAD), ..foreign.clone() };
        let mut replies = Vec::new();
        for sample in [foreign, random] {
            let request = sample.request(&bob, &operation.method, &operation.path);
            let reply = bob.send(request).await.refused(404, "not_found");
            replies.push(comparable(&reply));
        }
        assert_eq!(replies[0], replies[1], "{}", operation.id);
        compared += 1;
    }
    // The only identity of a tenant in a body.
    let mut replies = Vec::new();
    for id in [ada.organization.clone(), Uuid::from_u128(0xDEAD).to_string()] {
        let reply = bob.post("/auth/switch", json!({"organization_id": id})).await;
        replies.push(comparable(&reply.refused(404, "not_found")));
    }
    assert_eq!(replies[0], replies[1]);
    assert!(compared >= 8, "{compared}");
}

/// A response without the values that always differ: request id, date and remaining allowance.
fn comparable(reply: &crate::support::Reply) -> (u16, String, Vec<(String, String)>) {
    let text = reply.text.replace(reply.header("x-request-id"), "");
    let varies = ["x-request-id", "date", "ratelimit"];
    let headers = reply.headers.iter().filter(|(name, _)| !varies.contains(&name.as_str()));
    let headers = headers.map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()));
    (reply.status.as_u16(), text, headers.collect())
}

pub async fn no_list_shows_what_belongs_to_another_tenant(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    for id in ["revoke_invitation", "revoke_api_key", "get_member", "get_document", "get_job"] {
        Sample::of(id, app, &ada).await;
    }
    let mut listed = 0;
    for operation in
        operations().iter().filter(|o| o.id.starts_with("list_") && !o.path.contains('{'))
    {
        Sample::of(&operation.id, app, &ada).await;
        let path = operation.path.strip_prefix("/api/v1").unwrap();
        let (hers, his) = (ada.get(path).await.expect(200), bob.get(path).await.expect(200));
        assert!(!hers.json()["data"].as_array().unwrap().is_empty(), "{}", operation.id);
        assert!(!his.text.contains(&ada.organization) && !his.text.contains(&ada.user));
        for item in hers.json()["data"].as_array().unwrap() {
            let id = item["id"].as_str().or(item["user_id"].as_str());
            assert!(id.is_none_or(|id| !his.text.contains(id)), "{}", operation.id);
        }
        listed += 1;
    }
    assert!(listed >= 8, "{listed}");
}

/// Operations that give or take a role, in the samples that of a member: they also need what the
/// role has.
const ROLE_GIVERS: [&str; 10] = [
    "create_invitation",
    "create_service_account",
    "give_member_project_access",
    "give_team_project_access",
    "reactivate_member",
    "remove_member",
    "suspend_member",
    "update_member",
    "withdraw_member_project_access",
    "withdraw_team_project_access",
];

/// Operations that make, change or remove a role, in the samples one that reads projects.
const ROLE_MAKERS: [&str; 3] = ["create_role", "update_role", "delete_role"];

impl Operation {
    /// The permissions that its sample needs; `None` where any credential is enough.
    fn needed(&self) -> Option<Vec<String>> {
        let permission = self.permission.clone().filter(|permission| !permission.is_empty())?;
        let mut needed = self.further.clone();
        if ROLE_GIVERS.contains(&self.id.as_str()) {
            let role = plinth_domain::Role::Member.permissions();
            needed.extend(role.iter().map(|permission| permission.name().to_owned()));
        }
        // A webhook gets no events about what its maker may not read; the samples' are of projects.
        if permission.starts_with("webhook:") || ROLE_MAKERS.contains(&self.id.as_str()) {
            needed.push("project:read".to_owned());
        }
        // Who may read a record reads the comments on it; the samples' are on projects.
        if permission.starts_with("comment:") {
            needed.push("project:read".to_owned());
        }
        // A notification tells a member who may read the comment, and the inbox shows it.
        if self.id == "read_notification" {
            let read = ["project:read", "comment:read", "notification:read"];
            needed.extend(read.map(str::to_owned));
        }
        // Who consents has what the consent gives; that of the sample is to read.
        if permission.starts_with("support_access:") {
            let reading = plinth_domain::SupportAccess::permissions(true);
            needed.extend(reading.iter().map(|permission| permission.name().to_owned()));
        }
        // Who has a link to a document reads it.
        if permission.starts_with("document_link:") {
            needed.push("document:read".to_owned());
        }
        needed.push(permission);
        Some(needed)
    }
}

async fn every_operation_asks_a_custom_role_for_its_permission(app: &TestApp) {
    let owner = app.owner("Custom").await;
    let all = plinth_domain::Role::Admin.permissions();
    let all: Vec<&str> = all.iter().map(plinth_domain::Permission::name).collect();
    let role = json!({"name": "Swept", "permissions": ["project:read"]});
    let role = owner.create("/roles", role).await["id"].as_str().unwrap().to_owned();
    let email = "swept@example.com";
    let caller = owner.invite_by(json!({"email": email, "role_id": role})).await;
    let mut swept = 0;
    for operation in operations() {
        let Some(needed) = operation.needed() else { continue };
        let permission = operation.permission.as_ref().unwrap();
        let others: Vec<_> = all.iter().filter(|name| *name != permission).copied().collect();
        // No custom role has what only owners have.
        let is_grantable = others.len() < all.len();
        let enough = is_grantable.then(|| (json!(needed), true));
        for (permissions, is_enough) in enough.into_iter().chain([(json!(others), false)]) {
            let change = json!({"permissions": permissions});
            owner.patch(&format!("/roles/{role}"), "*", change).await.expect(200);
            let sample = match Sample::own(&operation.id, app, &caller, &owner).await {
                Some(own) => own,
                None => Sample::of(&operation.id, app, &owner).await,
            };
            let request = sample.request(&caller, &operation.method, &operation.path);
            let reply = caller.send(request).await;
            if is_enough {
                assert!(admitted(&reply, &operation.path), "{}: {reply:?}", operation.id);
            } else {
                refused(reply, &operation.path, 403, "permission.denied");
            }
            swept += 1;
        }
    }
    assert!(swept >= 400, "{swept}");
}

async fn an_api_key_may_what_it_was_given_and_no_more(app: &TestApp) {
    let owner = app.owner("Keys").await;
    for operation in operations() {
        let Some(needed) = operation.needed() else { continue };
        let permission = operation.permission.clone().unwrap();
        for granted in [needed, vec!["project:read".to_owned()]] {
            let is_enough = granted.contains(&permission);
            let body = json!({"name": "k", "permissions": granted});
            let key = owner.post("/api-keys", body).await.expect(201).json();
            let key = owner.with_token(key["secret"].as_str().unwrap());
            let sample = Sample::of(&operation.id, app, &owner).await;
            let reply = key.send(sample.request(&key, &operation.method, &operation.path)).await;
            if is_enough {
                assert!(admitted(&reply, &operation.path), "{}: {reply:?}", operation.id);
            } else {
                refused(reply, &operation.path, 403, "permission.denied");
            }
        }
    }
}

on_postgres! {
    crate::support::Options { mails: true, ..Default::default() };
    every_operation_asks_every_role_for_its_permission,
    a_foreign_id_answers_byte_for_byte_like_a_random_one,
    no_list_shows_what_belongs_to_another_tenant,
    every_operation_asks_a_custom_role_for_its_permission,
    an_api_key_may_what_it_was_given_and_no_more,
}
