use std::sync::Arc;

use plinth_application::Application;
use plinth_domain::Id;
use plinth_ports::Store;
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{HeaderMap, HeaderValue},
};
use serde_json::{Value, json};

use super::declared::assert_declared;

/// The password of every account in these tests.
pub const PASSWORD: &str = "correct horse battery";

/// An HTTP client, with the account that it acts for.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    pub token: Option<String>,
    pub refresh_token: Option<String>,
    pub organization: String,
    pub user: String,
    pub email: String,
    /// The server, for state that no request can create.
    pub application: Option<Application>,
    pub store: Option<Arc<dyn Store>>,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    /// Whether `Vary`, which may be several lines, names the header, in small letters.
    pub fn varies_by(&self, name: &str) -> bool {
        let lines = self.headers.get_all("vary").iter().map(|line| line.to_str().unwrap());
        lines.flat_map(|line| line.split(',')).any(|part| part.trim().eq_ignore_ascii_case(name))
    }
    /// The faults of a refused body, each with its pointer and its code.
    pub fn faults(&self) -> Vec<String> {
        let refused = self.json();
        let faults = refused["errors"].as_array().unwrap().iter();
        let text = |fault: &Value, field: &str| fault[field].as_str().unwrap().to_owned();
        faults.map(|fault| text(fault, "pointer") + " " + &text(fault, "code")).collect()
    }
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
    /// Every problem, and every fault in it, has a code of the catalogue.
    fn has_documented_codes(&self) {
        if self.header("content-type") != "application/problem+json" || self.text.is_empty() {
            return;
        }
        let problem = self.json();
        let faults = problem["errors"].as_array().into_iter().flatten();
        for code in faults.chain([&problem]).map(|fault| fault["code"].as_str().unwrap()) {
            assert!(plinth_rest::codes().any(|known| known.name() == code), "{code}");
        }
    }
    /// The reply, when it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
    /// The problem, when it has this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.code(), code, "{}", reply.text);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        assert_eq!(reply.json()["status"], status);
        assert_eq!(reply.json()["request_id"], reply.header("x-request-id"));
        reply
    }
}

impl Client {
    pub fn new(url: &str, token: Option<String>) -> Self {
        let none = String::new;
        Self {
            http: reqwest::Client::builder().build().unwrap(),
            url: url.to_owned(),
            token,
            refresh_token: None,
            organization: none(),
            user: none(),
            email: none(),
            application: None,
            store: None,
        }
    }

    /// The address of the server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same caller at another server.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The whole body of an endless response that ends after all.
    pub async fn read(&self, request: RequestBuilder) -> String {
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), 200);
        reply.text().await.unwrap()
    }

    /// The same caller with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let prefix =
            if path.starts_with("/api/") || path.starts_with("//") { "" } else { "/api/v1" };
        let path = path.strip_prefix('/').filter(|p| p.starts_with('/')).unwrap_or(path);
        let request = self.http.request(method, format!("{}{prefix}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Reply {
        let request = request.build().unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        // The response to a preflight belongs to no operation.
        let is_preflight = request.headers().contains_key("access-control-request-method");
        let response = self.http.execute(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let reply = Reply { status, headers, text: String::new() };
        // An endless response cannot be read completely.
        let is_endless = reply.header("content-type") == "text/event-stream" || status == 101;
        let text = if is_endless { String::new() } else { response.text().await.unwrap() };
        let reply = Reply { text, ..reply };
        reply.has_documented_codes();
        if !is_preflight {
            assert_declared(&method, &path, &reply);
        }
        reply
    }

    /// The response, if the server accepts the connection.
    pub async fn try_get(&self, path: &str) -> Option<StatusCode> {
        Some(self.request(Method::GET, path).send().await.ok()?.status())
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::POST, path).json(&body)).await
    }
    /// A POST under an idempotency key.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Reply {
        let request = self.request(Method::POST, path).header("Idempotency-Key", key);
        self.send(request.json(&body)).await
    }
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }
    pub async fn patch(&self, path: &str, version: impl Into<Value>, body: Value) -> Reply {
        let request = self.request(Method::PATCH, path).header("If-Match", tag(&version.into()));
        self.send(request.json(&body)).await
    }
    /// A POST that changes a version.
    pub async fn post_at(&self, path: &str, version: impl Into<Value>) -> Reply {
        let request = self.request(Method::POST, path).header("If-Match", tag(&version.into()));
        self.send(request).await
    }
    pub async fn delete(&self, path: &str, version: impl Into<Value>) -> Reply {
        self.send(self.request(Method::DELETE, path).header("If-Match", tag(&version.into()))).await
    }

    /// Registers an organization of this name, and signs in as its owner.
    pub async fn register(&self, name: &str) -> Self {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "-"));
        let body = json!({
            "email": email, "password": PASSWORD, "name": name, "organization": {"name": name},
        });
        self.signed_in(&self.post("/auth/register", body).await.expect(201))
    }

    /// Invites an address, accepts the invitation, and returns the new member's client.
    pub async fn invite(&self, email: &str, role: &str) -> Self {
        self.invite_by(json!({"email": email, "role": role})).await
    }

    /// The same by an invitation with this body.
    pub async fn invite_by(&self, invitation: Value) -> Self {
        let name = invitation["email"].clone();
        let invitation = self.post("/invitations", invitation).await.expect(201).json();
        let token = self.token_of(&invitation);
        let accept = json!({"token": token, "password": PASSWORD, "name": name});
        let anonymous = Self { token: None, ..self.clone() };
        self.signed_in(&anonymous.post("/invitations/accept", accept).await.expect(200))
    }

    /// The token of a new invitation, also where it is sent by mail.
    pub fn token_of(&self, invitation: &Value) -> String {
        let id = |text: &str| text.parse::<uuid::Uuid>().unwrap();
        let mailed = || {
            let organization = Id::from_uuid(id(&self.organization));
            let invitation = Id::from_uuid(id(invitation["id"].as_str().unwrap()));
            let application = self.application.as_ref().unwrap();
            application.invitation_token(organization, invitation).expose().to_owned()
        };
        invitation["token"].as_str().map_or_else(mailed, str::to_owned)
    }

    /// Adds a member with any role; an owner is promoted after the invitation.
    pub async fn invite_as(&self, email: &str, role: &str) -> Self {
        let joined = self.invite(email, role).await;
        assert_eq!(joined.get("/me").await.expect(200).json()["role"], role);
        joined
    }

    /// Logs in again.
    pub async fn login(&self) -> Self {
        let body = json!({"email": self.email, "password": PASSWORD});
        self.signed_in(&self.post("/auth/login", body).await.expect(200))
    }

    /// Logs in by another address of the account.
    pub async fn login_as(&self, email: &str) -> Self {
        self.signed_in(&self.try_login(email, PASSWORD).await.expect(200))
    }

    /// The client with the tokens of a response.
    pub fn signed_in(&self, reply: &Reply) -> Self {
        let body = reply.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            token: Some(text(&body["access_token"])),
            refresh_token: Some(text(&body["refresh_token"])),
            organization: text(&body["organization"]["organization_id"]),
            user: text(&body["user"]["id"]),
            email: text(&body["user"]["email"]),
            ..self.clone()
        }
    }

    /// A client of the same server without a credential.
    pub fn anonymous(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// Tries to log in.
    pub async fn try_login(&self, email: &str, password: &str) -> Reply {
        let body = json!({"email": email, "password": password});
        self.anonymous().post("/auth/login", body).await
    }

    /// Exchanges the refresh token.
    pub async fn refresh(&self) -> Reply {
        self.anonymous().post("/auth/refresh", json!({"refresh_token": self.refresh_token})).await
    }

    /// Creates an API key with this grant, and returns a client that uses it.
    pub async fn api_key(&self, grant: Value) -> Self {
        let mut body = json!({"name": "A machine"});
        body.as_object_mut().unwrap().extend(grant.as_object().unwrap().clone());
        let key = self.post("/api-keys", body).await.expect(201).json();
        self.with_token(key["secret"].as_str().unwrap())
    }

    /// The items of a list's first page, at most 200.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let page = self.get(&format!("{path}{joint}limit=200")).await.expect(200).json();
        page["data"].as_array().unwrap().clone()
    }

    /// The caller's events after a number. Waits until there are `count` of them, because the
    /// sequencer is asynchronous.
    pub async fn events(&self, query: &str, after: i64, count: usize) -> Vec<Value> {
        for _ in 0..1_500 {
            let (mut events, mut after) = (Vec::new(), after);
            loop {
                let path = format!("/events?limit=200&after={after}{query}");
                let page = self.get(&path).await.expect(200).json();
                events.extend(page["data"].as_array().unwrap().iter().cloned());
                after = page["last_number"].as_i64().unwrap();
                if page["has_more"] == false {
                    break;
                }
            }
            if events.len() >= count {
                return events;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("there were never {count} events");
    }

    /// Creates a project with this code.
    pub async fn create(&self, path: &str, body: Value) -> Value {
        self.post(path, body).await.expect(201).json()
    }
    pub async fn project(&self, code: &str) -> Value {
        let body = json!({"code": code, "name": format!("Project {code}")});
        self.post("/projects", body).await.expect(201).json()
    }
}

fn tag(version: &Value) -> HeaderValue {
    let text = match version {
        Value::String(text) => text.clone(),
        version => format!("\"{version}\""),
    };
    HeaderValue::from_str(&text).unwrap()
}
