//! Two cells with one directory: docs/cells.md.

use std::fs;

use plinth_testkit::{TestDatabase, redis_url};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{
    running::Running,
    support::{Scratch, eventually},
};

/// An organization without members, so that `plinth dev` adds no demo data.
const ANY: &str =
    "INSERT INTO organizations (id, name, slug) VALUES (gen_random_uuid(), 'Any', 'any')";
/// A member of two organizations of the demo data.
const DEMO: &str = "demo@plinth.example";
const BOB: &str = "bob@example.com";
const PASSWORD: &str = "correct horse battery staple";

/// One cell, with its settings.
struct Cell {
    scratch: Scratch,
    database: TestDatabase,
    variables: Vec<(&'static str, String)>,
}

impl Cell {
    async fn new(name: &'static str, directory: &TestDatabase, is_demo: bool) -> Self {
        let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
        let storage = scratch.path().join("blobs").to_str().unwrap().to_owned();
        let variables = vec![
            ("DATABASE_URL", database.url().to_owned()),
            ("REDIS_URL", redis_url()),
            ("PLINTH_REDIS__KEY_PREFIX", database.name().to_owned()),
            ("PLINTH_STORAGE__PATH", storage),
            ("PLINTH_SECURITY__SECRET_KEY", "the same in all cells of the test".to_owned()),
            ("PLINTH_CELL__NAME", name.to_owned()),
            ("PLINTH_CELL__URL", format!("http://{name}.example.com")),
            ("PLINTH_CELL__DIRECTORY_URL", directory.url().to_owned()),
            ("PLINTH_DEV_AI", "off".to_owned()),
            // Invitations show their token.
            ("PLINTH_MAIL__KIND", "none".to_owned()),
        ];
        let cell = Self { scratch, database, variables };
        if is_demo {
            let alone = [("DATABASE_URL", cell.database.url())];
            cell.scratch.run(&["seed"], &alone).well();
        } else {
            let mut owner = PgConnection::connect(cell.database.url()).await.unwrap();
            owner.execute(ANY).await.unwrap();
        }
        let joined = cell.run(&["cell", "join"]).well();
        assert!(joined.contains(&format!("this is the cell {name} at")), "{joined}");
        cell
    }

    fn variables(&self) -> Vec<(&str, &str)> {
        self.variables.iter().map(|(name, value)| (*name, &**value)).collect()
    }

    fn run(&self, arguments: &[&str]) -> crate::support::Ended {
        self.scratch.run(arguments, &self.variables())
    }

    fn start(&self) -> Running {
        Running::start(&self.scratch, &self.variables())
    }

    /// The same settings as a file.
    fn file(&self) -> String {
        let value = |wanted: &str| {
            let (_, value) = self.variables.iter().find(|(name, _)| *name == wanted).unwrap();
            value.clone()
        };
        let text = format!(
            "[database]\nurl = {:?}\n[redis]\nurl = {:?}\nkey_prefix = {:?}\n[storage]\npath = {:?}\n\
             [security]\nsecret_key = {:?}\n[cell]\nname = {:?}\nurl = {:?}\ndirectory_url = {:?}\n",
            value("DATABASE_URL"),
            value("REDIS_URL"),
            value("PLINTH_REDIS__KEY_PREFIX"),
            value("PLINTH_STORAGE__PATH"),
            value("PLINTH_SECURITY__SECRET_KEY"),
            value("PLINTH_CELL__NAME"),
            value("PLINTH_CELL__URL"),
            value("PLINTH_CELL__DIRECTORY_URL"),
        );
        let path = self.scratch.path().join("cell.toml");
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

async fn send(at: &Running, path: &str, token: Option<&str>, body: Option<Value>) -> Response {
    let url = format!("{}/api/v1{path}", at.base);
    let client = Client::new();
    let request = match &body {
        Some(body) => client.post(url).json(body),
        None => client.get(url),
    };
    let request = token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth);
    request.send().await.unwrap()
}

async fn get(at: &Running, path: &str, token: &str) -> Response {
    send(at, path, Some(token), None).await
}

async fn post(at: &Running, path: &str, body: Value) -> Response {
    send(at, path, None, Some(body)).await
}

async fn json(response: Response, status: StatusCode) -> Value {
    let (found, body) = (response.status(), response.text().await.unwrap());
    assert_eq!(found, status, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// Asserts that an organization is in the other cell.
async fn elsewhere(response: Response, cell: &str) {
    let problem = json(response, StatusCode::MISDIRECTED_REQUEST).await;
    assert_eq!(problem["code"], "organization.elsewhere");
    assert_eq!(problem["cell_url"], format!("http://{cell}.example.com"));
}

async fn register(at: &Running, email: &str, slug: &str) -> Response {
    let body = json!({ "email": email, "password": PASSWORD, "name": "Ana",
        "organization": { "name": "Acme", "slug": slug } });
    post(at, "/auth/register", body).await
}

async fn login(at: &Running, email: &str, password: &str, organization: &str) -> Response {
    let body = json!({ "email": email, "password": password, "organization": organization });
    post(at, "/auth/login", body).await
}

/// Every row of an organization in a table, as text.
async fn rows(cell: &Cell, table: &str, organization: &str) -> Vec<String> {
    let mut owner = PgConnection::connect(cell.database.url()).await.unwrap();
    let sql = format!(
        "SELECT to_jsonb(t)::text FROM {table} t WHERE organization_id = '{organization}' ORDER BY 1"
    );
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut owner).await.unwrap()
}

#[tokio::test]
async fn an_organization_moves_to_another_cell_and_is_served_there_alone() {
    let directory = TestDatabase::empty().await;
    let (east, west) =
        (Cell::new("east", &directory, true).await, Cell::new("west", &directory, false).await);
    let report = west.run(&["doctor"]).stdout;
    assert!(report.contains("this is west, one of 2 cells"), "{report}");
    let (at_east, at_west) = (east.start(), west.start());
    let token = at_east.token().await;
    let me = json(get(&at_east, "/me", &token).await, StatusCode::OK).await;
    let organization = me["organization_id"].as_str().unwrap();

    // A file, and what its inspection finds.
    let plan = "the plan of the roof ".repeat(1000);
    let form = format!(
        "--cell\r\nContent-Disposition: form-data; name=\"file\"; filename=\"plan.txt\"\r\n\r\n\
         {plan}\r\n--cell--\r\n"
    );
    let upload = Client::new().post(format!("{}/api/v1/documents", at_east.base)).body(form);
    let upload = upload.header("content-type", "multipart/form-data; boundary=cell");
    let upload = upload.bearer_auth(&token);
    let document = json(upload.send().await.unwrap(), StatusCode::CREATED).await;
    let document = format!("/documents/{}", document["id"].as_str().unwrap());
    let mut status = Value::Null;
    for _ in 0..200 {
        status =
            json(get(&at_east, &document, &token).await, StatusCode::OK).await["status"].clone();
        if status == "ready" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(status, "ready");

    // What must be unique is so in both cells together.
    let taken = json(register(&at_west, DEMO, "new").await, StatusCode::CONFLICT).await;
    assert_eq!(taken["code"], "auth.email_taken");
    let taken =
        json(register(&at_west, "new@example.com", "demo").await, StatusCode::CONFLICT).await;
    assert_eq!(taken["code"], "organization.slug_taken");

    // The other cell says where the organization is, to those who prove that they may know.
    elsewhere(get(&at_west, "/projects", &token).await, "east").await;
    elsewhere(login(&at_west, DEMO, "plinth-demo-login", "demo").await, "east").await;
    let wrong = login(&at_west, DEMO, "wrong password here", "demo").await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);

    let before = json(get(&at_east, "/projects?limit=200", &token).await, StatusCode::OK).await;
    let moved = east.run(&["organization", "move", organization, "--to", &west.file()]);
    assert!(moved.stderr.contains("hashes right"), "{}{}", moved.stdout, moved.stderr);
    assert!(moved.well().starts_with("moved to west in "));

    elsewhere(get(&at_east, "/projects", &token).await, "west").await;
    elsewhere(login(&at_east, DEMO, "plinth-demo-login", "demo").await, "west").await;
    let after = json(get(&at_west, "/projects?limit=200", &token).await, StatusCode::OK).await;
    assert_eq!(before["data"], after["data"]);
    let content = get(&at_west, &format!("{document}/content"), &token).await;
    assert_eq!(content.text().await.unwrap(), plan);
    // Without those that its jobs go on to change there. The command has compared all.
    for table in ["invoice_lines", "contracts", "payments", "prompt_versions"] {
        let found = rows(&east, table, organization).await;
        assert_eq!(found, rows(&west, table, organization).await, "{table}");
    }
    let verified = west.run(&["audit", "verify", "--organization", organization]).well();
    assert!(verified.starts_with("ok  "), "{verified}");

    // The rows of before can be removed, and others cannot.
    let any = json(register(&at_east, BOB, "bolt").await, StatusCode::CREATED).await;
    let bolt = any["organization"]["organization_id"].as_str().unwrap();
    eventually("the directory knows the new organization", || {
        east.run(&["organization", "where", bolt]).stdout.starts_with("east  ")
    });
    let refused = east.run(&["organization", "remove", bolt, "--yes"]).badly(1);
    assert!(refused.contains("in another cell"), "{refused}");
    east.run(&["organization", "remove", organization, "--yes"]).well();
    assert!(rows(&east, "memberships", organization).await.is_empty());
    assert!(rows(&east, "audit_logs", organization).await.is_empty());
    elsewhere(get(&at_east, "/projects", &token).await, "west").await;

    // A user of one cell joins an organization of the other one by the same account.
    let invited = json!({ "email": BOB, "role": "member" });
    let invited = send(&at_west, "/invitations", Some(&token), Some(invited)).await;
    let invited = json(invited, StatusCode::CREATED).await;
    let accept = |password: &'static str| {
        let body = json!({ "token": invited["token"], "password": password, "name": "Bob" });
        post(&at_west, "/invitations/accept", body)
    };
    assert_eq!(accept("not the password of Bob").await.status(), StatusCode::UNAUTHORIZED);
    let joined = json(accept(PASSWORD).await, StatusCode::OK).await;
    let bob = joined["access_token"].as_str().unwrap().to_owned();

    // A new password counts in every cell.
    let change = json!({ "current_password": PASSWORD, "new_password": "another good password" });
    let changed = send(&at_west, "/auth/password", Some(&bob), Some(change)).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let mut old = StatusCode::OK;
    for _ in 0..100 {
        old = login(&at_east, BOB, PASSWORD, "bolt").await.status();
        if old == StatusCode::UNAUTHORIZED {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(old, StatusCode::UNAUTHORIZED);
    let new =
        json(login(&at_east, BOB, "another good password", "bolt").await, StatusCode::OK).await;
    assert_eq!(new["organization"]["slug"], "bolt");

    // A lost cell takes only its own organizations along.
    at_east.signal("KILL");
    drop(at_east);
    let project = json!({ "name": "Roof", "code": "ROOF-1" });
    let created = send(&at_west, "/projects", Some(&token), Some(project)).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    let again = login(&at_west, DEMO, "plinth-demo-login", "demo").await;
    assert_eq!(again.status(), StatusCode::OK);
    for database in [east.database, west.database, directory] {
        database.drop().await;
    }
}
