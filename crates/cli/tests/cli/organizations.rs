//! Export, import and removal of an organization.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use plinth_testkit::{TestDatabase, redis_url};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{
    running::Running,
    support::{Ended, Scratch},
};

/// An organization without members, so that `plinth dev` adds no demo data.
const ANY: &str =
    "INSERT INTO organizations (id, name, slug) VALUES (gen_random_uuid(), 'Any', 'any')";
const ADA: &str = "ada-canary9157@example.com";
const PASSWORD: &str = "correct horse battery staple";
/// In every text that a user writes.
const CANARY: &str = "canary9157";

struct Place {
    scratch: Scratch,
    database: TestDatabase,
    variables: Vec<(&'static str, String)>,
}

impl Place {
    async fn new() -> Self {
        let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
        let storage = scratch.path().join("blobs").to_str().unwrap().to_owned();
        let variables = vec![
            ("DATABASE_URL", database.url().to_owned()),
            ("REDIS_URL", redis_url()),
            ("PLINTH_REDIS__KEY_PREFIX", database.name().to_owned()),
            ("PLINTH_STORAGE__PATH", storage),
            ("PLINTH_SECURITY__SECRET_KEY", "the same in all places of the test".to_owned()),
            ("PLINTH_DEV_AI", "off".to_owned()),
            ("PLINTH_MAIL__KIND", "none".to_owned()),
        ];
        let mut owner = PgConnection::connect(database.url()).await.unwrap();
        owner.execute(ANY).await.unwrap();
        Self { scratch, database, variables }
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.scratch.run(arguments, &self.variables())
    }

    fn variables(&self) -> Vec<(&str, &str)> {
        self.variables.iter().map(|(name, value)| (*name, &**value)).collect()
    }

    async fn one<T>(&self, sql: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut owner = PgConnection::connect(self.database.url()).await.unwrap();
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut owner).await.unwrap()
    }

    /// The tables in which a text stands in any row, with the rows.
    async fn tables_with(&self, text: &str) -> Vec<String> {
        let mut owner = PgConnection::connect(self.database.url()).await.unwrap();
        let tables = "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p')
            AND relnamespace = 'public'::regnamespace AND NOT relispartition ORDER BY 1";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut owner).await.unwrap();
        let mut found = Vec::new();
        for table in tables {
            let sql = format!(
                "SELECT count(*) FROM {table} t WHERE strpos(row_to_json(t)::text, '{text}') > 0"
            );
            let count: i64 =
                sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap();
            if count > 0 {
                found.push(table);
            }
        }
        found
    }

    /// The files whose path or bytes have a text.
    fn files_with(&self, text: &str) -> Vec<String> {
        let has = |bytes: &[u8]| bytes.windows(text.len()).any(|at| at == text.as_bytes());
        let found =
            self.files().into_iter().filter(|(name, bytes)| name.contains(text) || has(bytes));
        found.map(|(name, _)| name).collect()
    }

    /// The bytes of each file of a document, by its path in the storage.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else {
                    let name = path.strip_prefix(root).unwrap().display().to_string();
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        let (root, mut found) = (self.scratch.path().join("blobs"), BTreeMap::new());
        walk(&root, &root, &mut found);
        found
    }
}

/// An owner of an organization.
struct Owner<'a> {
    at: &'a Running,
    token: String,
    organization: String,
}

impl<'a> Owner<'a> {
    async fn register(at: &'a Running, email: &str, slug: &str, text: &str) -> Self {
        let body = json!({"email": email, "password": PASSWORD, "name": format!("Ada {text}"),
            "organization": {"name": format!("Acme {text}"), "slug": slug}});
        let url = format!("{}/api/v1/auth/register", at.base);
        let reply = Client::new().post(url).json(&body).send().await.unwrap();
        let body: Value = reply.json().await.unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{body}")).to_owned();
        Self {
            at,
            token: text(&body["access_token"]),
            organization: text(&body["organization"]["organization_id"]),
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/api/v1{path}", self.at.base);
        Client::new().request(method, url).bearer_auth(&self.token)
    }

    async fn answer(&self, request: reqwest::RequestBuilder, status: u16) -> Value {
        let reply = request.send().await.unwrap();
        let (found, text) = (reply.status().as_u16(), reply.text().await.unwrap());
        assert_eq!(found, status, "{text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn post(&self, path: &str, body: Value, status: u16) -> Value {
        self.answer(self.request(Method::POST, path).json(&body), status).await
    }

    async fn get(&self, path: &str) -> Value {
        self.answer(self.request(Method::GET, path), 200).await
    }

    /// Some records of many kinds, each with a text.
    async fn fill(&self, text: &str) {
        let name = format!("Name {text}");
        let project = json!({"code": "P-1", "name": name, "description": text,
            "metadata": {"note": text}});
        let project = self.post("/projects", project, 201).await;
        let party = json!({"name": name, "role": "customer", "note": text, "address": {
            "street": text, "postal_code": "10115", "city": text, "country": "DE"}});
        self.post("/parties", party, 201).await;
        let dataset = json!({"name": name, "description": text});
        self.post("/datasets", dataset, 201).await;
        let evaluator = json!({"name": name, "description": text, "definition": {"kind": "exact"}});
        self.post("/evaluators", evaluator, 201).await;
        self.post("/api-keys", json!({"name": name, "role": "viewer"}), 201).await;
        let invited = json!({"email": format!("{text}-b@example.com"), "role": "member"});
        self.post("/invitations", invited, 201).await;
        let document = self.upload(text).await;
        let change = json!({"metadata": {"note": text}, "project_id": project["id"]});
        let path = format!("/documents/{}", document["id"].as_str().unwrap());
        let patch = self.request(Method::PATCH, &path).header("If-Match", "*").json(&change);
        self.answer(patch, 200).await;
    }

    /// A document with a text in its name and its bytes.
    async fn upload(&self, text: &str) -> Value {
        let form = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{text}.txt\"\r\n\
             Content-Type: text/plain\r\n\r\nthe plan {text}\r\n--b--\r\n"
        );
        let kind = "multipart/form-data; boundary=b";
        let document = self.request(Method::POST, "/documents").header("Content-Type", kind);
        self.answer(document.body(form), 201).await
    }

    /// A thousand customers.
    async fn import_parties(&self, thousand: usize) {
        let rows =
            (0..1000).map(|n| format!("Customer {thousand}-{n},customer,{thousand}-{n}\r\n"));
        let table = format!("name,role,number\r\n{}", rows.collect::<String>());
        let import =
            self.request(Method::POST, "/parties/import").header("Content-Type", "text/csv");
        self.answer(import.body(table), 201).await;
    }

    /// Exports the organization, and returns the file.
    async fn export(&self) -> Vec<u8> {
        let export = self.post("/organization/exports", json!({}), 202).await;
        let path = format!("/organization/exports/{}", export["id"].as_str().unwrap());
        for _ in 0..600 {
            let export = self.get(&path).await;
            if export["status"] == "succeeded" {
                let file = self.request(Method::GET, &format!("{path}/content"));
                return file.send().await.unwrap().bytes().await.unwrap().to_vec();
            }
            assert_eq!(export["status"], "pending", "{export}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the export does not end");
    }
}

#[tokio::test]
async fn an_export_becomes_the_same_organization_elsewhere_and_another_one_beside_it() {
    let (here, there) = (Place::new().await, Place::new().await);
    let running = Running::start(&here.scratch, &here.variables());
    let ada = Owner::register(&running, ADA, "acme-works", "one").await;
    ada.fill("sometext").await;
    let file = there.scratch.path().join("export.zip");
    fs::write(&file, ada.export().await).unwrap();
    let file = file.to_str().unwrap();
    let organization = &ada.organization;

    let said = there.run(&["organization", "import", file]).well();
    assert!(said.contains(organization.as_str()), "{said}");
    for table in ["projects", "parties", "document_versions", "datasets", "evaluators"] {
        let sql = format!(
            "SELECT coalesce(string_agg(row_to_json(t)::text, '' ORDER BY id), '')
            FROM {table} t WHERE organization_id = '{organization}'"
        );
        let rows: String = there.one(&sql).await;
        assert!(!rows.is_empty(), "{table}");
        assert_eq!(rows, here.one::<String>(&sql).await, "{table}");
    }
    assert_eq!(there.files_with(organization).len(), 1);
    there.run(&["audit", "verify", "--organization", organization]).well();

    let again = there.run(&["organization", "import", file]).badly(1);
    assert!(again.contains("--slug"), "{again}");
    assert_eq!(there.files_with("the plan").len(), 1);
    there.run(&["organization", "import", file, "--slug", "acme-copy"]).well();
    let copy: String =
        there.one("SELECT id::text FROM organizations WHERE slug = 'acme-copy'").await;
    assert_ne!(&copy, organization);
    let projects = format!("SELECT count(*) FROM projects WHERE organization_id = '{copy}'");
    assert_eq!(there.one::<i64>(&projects).await, 1);
    assert_eq!(there.files_with(&copy).len(), 1);
    let members = format!(
        "SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.organization_id = '{copy}' AND u.email = '{ADA}' AND u.password_hash IS NULL"
    );
    assert_eq!(there.one::<i64>(&members).await, 1);
    let users: i64 = there.one("SELECT count(*) FROM users").await;
    assert_eq!(users, 1);
    there.run(&["audit", "verify"]).well();
    there.run(&["storage", "verify"]).well();
}

#[tokio::test]
async fn ten_thousand_records_and_a_thousand_files_come_back_as_they_were() {
    let (here, there) = (Place::new().await, Place::new().await);
    let running = Running::start(&here.scratch, &here.variables());
    let ada = Owner::register(&running, ADA, "acme-works", "large").await;
    for thousand in 0..10 {
        ada.import_parties(thousand).await;
    }
    for n in 0..1000 {
        ada.upload(&format!("sheet {n}")).await;
    }
    // Rows that do not change any more are compared.
    let open = "SELECT count(*) FROM jobs WHERE state IN ('pending', 'running')";
    for _ in 0..600 {
        if here.one::<i64>(open).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(here.one::<i64>(open).await, 0);
    let begun = Instant::now();
    let bytes = ada.export().await;
    let (exported, size) = (begun.elapsed(), bytes.len());
    let file = there.scratch.path().join("export.zip");
    fs::write(&file, bytes).unwrap();
    let begun = Instant::now();
    there.run(&["organization", "import", file.to_str().unwrap()]).well();
    eprintln!("exported in {exported:?} ({size} bytes), imported in {:?}", begun.elapsed());

    let organization = &ada.organization;
    for (table, rows) in [("parties", 10_000), ("documents", 1000), ("document_versions", 1000)] {
        let sql = format!(
            "SELECT count(*) || ' ' || md5(string_agg(row_to_json(t)::text, '' ORDER BY id))
            FROM {table} t WHERE organization_id = '{organization}'"
        );
        let found: String = here.one(&sql).await;
        assert!(found.starts_with(&format!("{rows} ")), "{table}: {found}");
        assert_eq!(there.one::<String>(&sql).await, found, "{table}");
    }
    let mut files = here.files();
    files.retain(|name, _| !name.contains("/export/"));
    assert_eq!(files.len(), 1000);
    assert!(there.files() == files, "each file has the same place and bytes");
    there.run(&["audit", "verify", "--organization", organization]).well();
    there.run(&["storage", "verify"]).well();
}

#[tokio::test]
async fn nothing_of_an_erased_organization_is_left_but_a_certificate() {
    let here = Place::new().await;
    let running = Running::start(&here.scratch, &here.variables());
    let ada = Owner::register(&running, ADA, "acme-canary9157", CANARY).await;
    let bob = Owner::register(&running, "bob@example.com", "bob-works", "other").await;
    ada.fill(CANARY).await;
    bob.fill("other").await;
    ada.export().await;
    let organization = ada.organization.clone();
    assert!(here.tables_with(CANARY).await.len() > 10);
    let wrong = ada.post("/organization/erasure", json!({"slug": "bob-works"}), 422).await;
    assert_eq!(wrong["errors"][0]["code"], "organization.slug_differs");
    here.run(&["organization", "hold", &organization]).well();
    let slug = json!({"slug": "acme-canary9157"});
    let held = ada.post("/organization/erasure", slug.clone(), 409).await;
    assert_eq!(held["code"], "organization.held");
    here.run(&["organization", "release", &organization]).well();
    let asked = ada.post("/organization/erasure", slug, 202).await;
    assert_eq!((&asked["status"], asked["erase_at"].is_string()), (&json!("suspended"), true));
    ada.answer(ada.request(Method::GET, "/me"), 403).await;

    let early = here.run(&["organization", "erase", &organization]).badly(1);
    assert!(early.contains("not due"), "{early}");
    let due = format!("UPDATE organizations SET erase_at = now() WHERE id = '{organization}'");
    let mut owner = PgConnection::connect(here.database.url()).await.unwrap();
    owner.execute(AssertSqlSafe(due)).await.unwrap();
    here.run(&["organization", "hold", &organization]).well();
    assert!(here.run(&["organization", "erase"]).well().contains("0 organizations"));
    here.run(&["organization", "release", &organization]).well();
    assert!(here.run(&["organization", "erase"]).well().contains("1 organizations"));

    assert_eq!(here.tables_with(CANARY).await, Vec::<String>::new());
    assert_eq!(here.tables_with(&organization).await, ["erasure_certificates"]);
    assert_eq!(here.files_with(CANARY), Vec::<String>::new());
    assert_eq!(here.files_with(&organization), Vec::<String>::new());
    assert_eq!(redis_keys_with(&here, &organization).await, Vec::<String>::new());
    let counts: String =
        here.one("SELECT row_counts ->> 'projects' FROM erasure_certificates").await;
    assert_eq!(counts, "1");
    let has_head: bool = here
        .one(
            "SELECT octet_length(journal_hash) = 32 AND journal_number > 0
        FROM erasure_certificates",
        )
        .await;
    assert!(has_head);
    assert_eq!(bob.get("/projects").await["data"].as_array().unwrap().len(), 1);
    here.run(&["audit", "verify"]).well();
}

/// The keys of the place in Redis that have a text.
async fn redis_keys_with(here: &Place, text: &str) -> Vec<String> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
    let url: reqwest::Url = redis_url().parse().unwrap();
    let address = (url.host_str().unwrap().to_owned(), url.port().unwrap());
    let mut stream = BufReader::new(tokio::net::TcpStream::connect(address).await.unwrap());
    let (password, prefix) = (url.password().unwrap(), here.database.name());
    let ask = format!("AUTH {password}\r\nKEYS *{prefix}*\r\nQUIT\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("+OK"), "{answer}");
    answer.lines().filter(|line| line.contains(text)).map(str::to_owned).collect()
}
