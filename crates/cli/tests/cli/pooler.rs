//! The README's tour, and the doctor, behind a `PgBouncer`.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    time::Duration,
};

use plinth_testkit::{PoolMode, Pooler, TestDatabase};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::{
    running::{Running, said},
    support::{Killed, Scratch},
};

/// A PDF with the words "foundation" and "quay".
const FILE: &str = "../adapters/inspect/tests/fixtures/plan.pdf";

/// A client of the tour.
struct Visitor {
    base: String,
    token: String,
}

impl Visitor {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = Client::new().request(method, format!("{}/api/v1{path}", self.base));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let mut request = self.request(Method::POST, path).json(body);
        if path == "/projects" {
            request = request.header("Idempotency-Key", "first-project");
        }
        let answer = request.send().await.unwrap();
        let (status, answer) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    async fn patch(&self, path: &str, body: &Value) -> u16 {
        let request = self.request(Method::PATCH, path).json(body).header("If-Match", "\"1\"");
        let request = request.header("Content-Type", "application/merge-patch+json");
        request.send().await.unwrap().status().as_u16()
    }

    async fn upload(&self, project: &str, file: &[u8]) {
        let (before, after) = (
            format!(
                "--tour\r\nContent-Disposition: form-data; name=\"project_id\"\r\n\r\n{project}\r\n\
                 --tour\r\nContent-Disposition: form-data; name=\"file\"; filename=\"plan.pdf\"\
                 \r\n\r\n"
            ),
            b"\r\n--tour--\r\n",
        );
        let body = [before.as_bytes(), file, after].concat();
        let request = self.request(Method::POST, "/documents");
        let request = request.header("Content-Type", "multipart/form-data; boundary=tour");
        assert_eq!(request.body(body).send().await.unwrap().status(), 201);
    }

    /// Asks until the answer is as wanted, up to a minute.
    async fn until(&self, path: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..600 {
            let answer = self.get(path).await;
            if is_it(&answer) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{path} never became as wanted");
    }

    /// The first event that `plinth watch` prints, over the WebSocket.
    fn watch(&self, scratch: &Scratch, topic: &str, after: i64) -> Value {
        let url = format!("{}/api/v1/ws", self.base.replacen("http", "ws", 1));
        let after = after.to_string();
        let watch = ["watch", "--url", &url, "--topic", topic, "--after", &after];
        let watch = [&watch[..], &["--output", "json"]].concat();
        let mut command = scratch.plinth(&watch);
        let child = command.env("PLINTH_TOKEN", &self.token).stdout(Stdio::piped()).spawn();
        let mut child = Killed(child.unwrap());
        let mut line = String::new();
        BufReader::new(child.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

#[tokio::test]
async fn the_tour_passes_behind_a_pooler_in_session_mode() {
    let (scratch, database) = (Scratch::new(), TestDatabase::empty().await);
    let pooler = Pooler::start(PoolMode::Session, 60);
    let url = pooler.url(&database);
    // Migrations and demo data go through the pooler, too.
    let plinth = Running::start(&scratch, &[("DATABASE_URL", &url)]);
    let mut ada = Visitor { base: plinth.base.clone(), token: String::new() };
    let person = json!({"email": "ada@example.com", "password": "correct horse battery",
        "name": "Ada Lovelace", "organization": {"name": "Hochbau Nord"}});
    ada.post("/auth/register", &person).await;
    let login = json!({"email": "ada@example.com", "password": "correct horse battery"});
    let login = ada.post("/auth/login", &login).await;
    ada.token = login["access_token"].as_str().unwrap().to_owned();
    assert_eq!(ada.get("/me").await["user"]["email"], "ada@example.com");

    let project = json!({"code": "HRB-7", "name": "Harbour, quay 7", "status": "active"});
    let first = ada.post("/projects", &project).await;
    assert_eq!(ada.post("/projects", &project).await, first, "the reply that was stored");
    let id = first["id"].as_str().unwrap();
    assert_eq!(ada.get("/projects?q=harbor&status=active").await["data"][0]["id"], id);
    let path = format!("/projects/{id}");
    assert_eq!(ada.patch(&path, &json!({"status": "on_hold"})).await, 200);
    assert_eq!(ada.patch(&path, &json!({"status": "planned"})).await, 412);

    // The worker reads the file, and the search finds its text.
    let file = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).unwrap();
    ada.upload(id, &file).await;
    let is_found = |found: &Value| found["data"].as_array().is_some_and(|data| data.len() == 1);
    let found = ada.until("/documents?q=foundation+quay", is_found).await;
    let document = found["data"][0]["id"].as_str().unwrap();
    let content = ada.request(Method::GET, &format!("/documents/{document}/content"));
    assert_eq!(content.send().await.unwrap().bytes().await.unwrap(), file);

    // Events resume at any number, as a page and over the WebSocket.
    let all = ada.until("/events?after=0", |page| page["data"].as_array().unwrap().len() > 4).await;
    let of_project = &ada.watch(&scratch, "projects", 0);
    assert_eq!(of_project["subject"]["id"], id, "{all} {of_project}");
    let next = ada.watch(&scratch, "projects", of_project["number"].as_i64().unwrap());
    assert!(next["number"].as_i64() > of_project["number"].as_i64(), "{next}");
    let verified = |found: &Value| found["complete"] == true && found["fault"].is_null();
    ada.until("/audit-logs/verification", verified).await;

    let mut admin = PgConnection::connect(database.url()).await.unwrap();
    let leads = "SELECT count(*) FROM leases WHERE name IN ('sequencer', 'schedules')
        AND until > now()";
    let leads: i64 = sqlx::query_scalar(leads).fetch_one(&mut admin).await.unwrap();
    assert_eq!(leads, 2, "both leads are leases");
    let doctor = scratch.run(&["doctor"], &[("DATABASE_URL", &url), ("PORT", "0")]).stdout;
    assert!(doctor.contains("[ok] session "), "{doctor}");
    assert_eq!(plinth.end("INT"), Some(0), "{}", said(&scratch));
}

#[tokio::test]
async fn the_doctor_refuses_a_pooler_in_transaction_mode() {
    let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
    let pooler = Pooler::start(PoolMode::Transaction, 20);
    let url = pooler.url(&database);
    let report = scratch.run(&["doctor"], &[("DATABASE_URL", &url), ("PORT", "0")]);
    assert_eq!(report.code, Some(1), "{}", report.stdout);
    for line in ["[!!] session ", "two sessions of the server", "-> ", "pool_mode = session"] {
        assert!(report.stdout.contains(line), "{line} is not in: {}", report.stdout);
    }
}
