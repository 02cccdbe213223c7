//! A client of the API with a timeout.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::server::Api;

/// A slower response counts as a hang, even on a busy machine.
const BOUNDED: Duration = Duration::from_secs(5);

/// The longest response time that 90 % of the requests may have.
const PROMPT: Duration = Duration::from_secs(2);

pub const PASSWORD: &str = "correct horse battery";

/// A client of one server, with a credential.
#[derive(Clone)]
pub struct Caller {
    http: Client,
    address: String,
    pub token: String,
    pub user: String,
    pub refresh_token: String,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Caller {
    /// Registers at a server, as the owner of an organization.
    pub async fn register(api: &Api) -> Self {
        let anonymous = Self {
            http: Client::new(),
            address: api.address.clone(),
            token: String::new(),
            user: String::new(),
            refresh_token: String::new(),
            waits: Arc::default(),
        };
        let body = json!({
            "email": "ada@example.com", "password": PASSWORD, "name": "Ada",
            "organization": {"name": "Harbour"},
        });
        let registered = anonymous.post("/auth/register", body).await;
        anonymous.signed_in(&registered)
    }

    /// The same credential at another server.
    pub fn at(&self, api: &Api) -> Self {
        Self { address: api.address.clone(), ..self.clone() }
    }

    /// A client without a credential.
    pub fn anonymous(&self) -> Self {
        Self { token: String::new(), ..self.clone() }
    }

    /// The same client with the credential of another.
    pub fn with_token_of(&self, other: &Self) -> Self {
        Self { token: other.token.clone(), ..self.clone() }
    }

    /// Invites a user and accepts the invitation.
    pub async fn invite(&self, email: &str) -> Self {
        let invitation = self.post("/invitations", json!({"email": email, "role": "member"})).await;
        let accept = json!({"token": invitation["token"], "password": PASSWORD, "name": email});
        self.signed_in(&self.post("/invitations/accept", accept).await)
    }

    /// Creates an API key. Returns its identity and a client that uses it.
    pub async fn api_key(&self) -> (String, Self) {
        let key = self.post("/api-keys", json!({"name": "k", "role": "viewer"})).await;
        let token = text(&key["secret"]);
        (text(&key["id"]), Self { token, ..self.clone() })
    }

    /// Creates a project and returns its identity.
    pub async fn project(&self, code: &str) -> String {
        text(&self.post("/projects", json!({"code": code, "name": "Quay"})).await["id"])
    }

    /// Uploads a file and returns the identity of the job that processes it.
    pub async fn upload(&self) -> String {
        let body = "--plinth\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"plan.pdf\"\r\n\r\n%PDF-1.7\n%%EOF\n\r\n--plinth--\r\n";
        let request = self.request(Method::POST, "/documents");
        let kind = "multipart/form-data; boundary=plinth";
        let (status, document) = self.send(request.header("content-type", kind).body(body)).await;
        assert_eq!(status, 201, "{document}");
        text(&document["current"]["job_id"])
    }

    /// Sends a POST that creates something and returns the body.
    async fn post(&self, path: &str, body: Value) -> Value {
        let (status, reply) = self.try_post(path, body).await;
        assert!([200, 201].contains(&status), "{path}: {status} {reply}");
        reply
    }

    /// Sends a POST and returns status and body.
    pub async fn try_post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// Sends a DELETE and asserts its success.
    pub async fn delete(&self, path: &str) {
        let request = self.request(Method::DELETE, path).header("If-Match", "*");
        let (status, reply) = self.send(request).await;
        assert_eq!(status, 204, "{path}: {reply}");
    }

    /// Changes a member's role.
    pub async fn change_role(&self, user: &str, role: &str) {
        let path = format!("/members/{user}");
        let request = self.request(Method::PATCH, &path).header("If-Match", "*");
        let (status, reply) = self.send(request.json(&json!({"role": role}))).await;
        assert_eq!(status, 200, "{path}: {reply}");
    }

    /// Tries to create a project, and returns the status.
    pub async fn try_project(&self, code: &str) -> u16 {
        let body = json!({"code": code, "name": "Quay"});
        self.send(self.request(Method::POST, "/projects").json(&body)).await.0
    }

    /// Sends a GET and returns status and body.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send(self.request(Method::GET, path)).await
    }

    /// A request with the credential.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("http://{}/api/v1{path}", self.address));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    /// The URL of the WebSocket.
    pub fn socket(&self) -> String {
        format!("ws://{}/api/v1/ws", self.address)
    }

    async fn send(&self, request: RequestBuilder) -> (u16, Value) {
        let asked = Instant::now();
        let response = request.timeout(BOUNDED).send().await;
        let response = response.unwrap_or_else(|error| panic!("no answer in time: {error}"));
        let (status, body) = (response.status().as_u16(), response.text().await.unwrap());
        self.waits.lock().unwrap().push(asked.elapsed());
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    /// Asserts that 90 % of the responses were prompt. The requests themselves fail on a hang.
    pub fn was_served_promptly(&self) {
        let mut waits = self.waits.lock().unwrap().clone();
        waits.sort_unstable();
        let most = waits[waits.len() * 9 / 10];
        assert!(most < PROMPT, "one of ten answers took more than {most:?}");
    }

    /// The client with the credential of this reply.
    pub fn signed_in(&self, reply: &Value) -> Self {
        let (token, user) = (text(&reply["access_token"]), text(&reply["user"]["id"]));
        Self { token, user, refresh_token: text(&reply["refresh_token"]), ..self.clone() }
    }
}

/// A string of a JSON body.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
