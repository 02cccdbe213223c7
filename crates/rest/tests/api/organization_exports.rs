//! Exports of an organization, end to end.

use std::{io::Cursor, sync::Arc};

use async_trait::async_trait;
use plinth_application::organization_exports::RemoveExport;
use plinth_archive::{Archive, EntryName, Limits, next_row};
use plinth_domain::{
    BlobKey, BlobLocation, ExportFile, ExportState, ExportStatus, Id, OrganizationExport,
    Permission, TenantScope, Timestamp,
};
use plinth_jobs::{ExportMaker, ExportRemover, Handlers};
use plinth_ports::{
    ArchivedContent, ArchivedRow, ArchivedTable, Batch, Blobs, Direction, JournalHead, MailKind,
    PageRequest, Result, Sort, TenantArchive, TenantSnapshot,
    records::organization_exports::{OrganizationExportFilter, OrganizationExportSort},
};
use plinth_postgres::{PgStore, PoolOptions};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, TestApp, job};

const EXPORTS: &str = "/organization/exports";

async fn scope(owner: &Client) -> TenantScope {
    let application = owner.application.as_ref().unwrap();
    let access = application.authenticate(owner.token.as_ref().unwrap(), None).await.unwrap();
    access.access.require(Permission::OrganizationExport).unwrap()
}

/// Ends the export that is open, as a worker would.
pub async fn end_open(app: &TestApp, owner: &Client) {
    let mut unit = app.store.begin(scope(owner).await).await.unwrap();
    let filter = OrganizationExportFilter { status: ExportStatus::Pending.into() };
    let page = PageRequest::first(
        10,
        Sort { by: OrganizationExportSort::CreatedAt, direction: Direction::Ascending },
    );
    let open = unit.organization_exports().list(&filter, &page).await.unwrap().items;
    for export in open {
        let at = unit.now();
        let file = ExportFile { size_bytes: 3, sha256: [7; 32], rows: 1, files: 0, expires_at: at };
        let key = BlobKey::new(export.organization, BlobLocation::Export(export.id));
        app.blobs.put(&key, "zip".into()).await.unwrap();
        let ended = OrganizationExport { ..export }.succeed(file, at).unwrap();
        unit.organization_exports().update(&ended).await.unwrap();
    }
    unit.commit().await.unwrap();
}

/// A new export with a file.
pub async fn made(app: &TestApp, owner: &Client) -> Value {
    end_open(app, owner).await;
    let export = owner.post(EXPORTS, json!({})).await.expect(202).json();
    end_open(app, owner).await;
    export
}

fn at(export: &Value) -> String {
    format!("{EXPORTS}/{}", export["id"].as_str().unwrap())
}

fn handlers(app: &TestApp, archive: Arc<dyn TenantArchive>) -> Handlers {
    let blobs = Arc::new(app.blobs.clone());
    Handlers::new().with(ExportMaker::new(archive, blobs.clone())).with(ExportRemover::new(blobs))
}

fn archive(app: &TestApp) -> Arc<dyn TenantArchive> {
    let url = app.database.as_ref().unwrap().url();
    Arc::new(PgStore::connect(PoolOptions::new(url)).unwrap())
}

/// Waits until the export has ended.
async fn ended(owner: &Client, export: &Value) -> Value {
    for _ in 0..600 {
        let export = owner.get(&at(export)).await.expect(200).json();
        if export["status"] != "pending" {
            return export;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the export does not end")
}

/// The rows of a table in an archive.
fn rows(archive: &mut Archive<Cursor<Vec<u8>>>, table: &str) -> Vec<Value> {
    let wanted = EntryName::Rows(table.to_owned());
    let (_, entry) = archive.entries().find(|(name, _)| *name == wanted).unwrap();
    let (mut bytes, mut rows) = (archive.read(&entry).unwrap(), Vec::new());
    while let Some(row) = next_row(&mut bytes).unwrap() {
        rows.push(serde_json::from_str(&row).unwrap());
    }
    rows
}

async fn an_owner_downloads_all_records_and_files_and_no_secret(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = app.owner("Bob").await;
    bob.project("B/1").await;
    let project = ada.project("P/1").await;
    let document = ada.upload("plan.txt", b"the plan").await;
    let key = ada.post("/api-keys", json!({"name": "nightly", "role": "viewer"})).await;
    let secret = key.expect(201).json()["secret"].as_str().unwrap().to_owned();
    let requested = ada.post(EXPORTS, json!({})).await.expect(202);
    let export = requested.json();
    assert_eq!(requested.header("location"), format!("/api/v1{}", at(&export)));
    ada.post(EXPORTS, json!({})).await.refused(409, "organization_export.open");
    let content = format!("{}/content", at(&export));
    ada.get(&content).await.refused(409, "organization_export.unfinished");
    let _worker = app.worker(handlers(app, archive(app)));
    let export = ended(&ada, &export).await;
    assert_eq!(export["status"], "succeeded", "{export}");

    let request = ada.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(request.headers()["content-type"], "application/zip");
    let bytes = request.bytes().await.unwrap().to_vec();
    assert_eq!(json!(bytes.len()), export["size_bytes"]);
    let part = ada.request(Method::GET, &content).header("Range", "bytes=0-3");
    let part = part.send().await.unwrap();
    assert_eq!(
        (part.status(), &*part.bytes().await.unwrap()),
        (206.try_into().unwrap(), &bytes[..4])
    );

    let limits = Limits { bytes: 1 << 30 };
    let mut archive = Archive::open(Cursor::new(bytes.clone()), limits).unwrap();
    archive.verify().unwrap();
    let manifest = archive.manifest().clone();
    assert_eq!(manifest.organization.id.to_string(), ada.organization);
    assert_eq!(manifest.missing, Vec::<String>::new());
    let projects = rows(&mut archive, "projects");
    assert_eq!((projects.len(), &projects[0]["id"]), (1, &project["id"]));
    assert_eq!(rows(&mut archive, "organizations").len(), 1);
    let keys = rows(&mut archive, "api_keys");
    assert_eq!((&keys[0]["name"], keys[0].get("secret_hash")), (&json!("nightly"), None));
    let log = rows(&mut archive, "audit_logs");
    assert!(log.iter().any(|entry| entry["action"] == "organization_export.created"), "{log:?}");
    let numbers = rows(&mut archive, "journal_sequence");
    let head = manifest.journal_head.unwrap();
    assert_eq!(numbers.iter().map(|row| row["number"].as_i64().unwrap()).max(), Some(head.number));
    let document: Uuid = document["id"].as_str().unwrap().parse().unwrap();
    let is_plan =
        |name: &EntryName| matches!(name, EntryName::File { document: id, .. } if *id == document);
    let (_, entry) = archive.entries().find(|(name, _)| is_plan(name)).unwrap();
    let mut plan = String::new();
    std::io::Read::read_to_string(&mut archive.read(&entry).unwrap(), &mut plan).unwrap();
    assert_eq!(plan, "the plan");
    let mut everything = String::new();
    for (_, entry) in archive.entries().filter(|(name, _)| matches!(name, EntryName::Rows(_))) {
        std::io::Read::read_to_string(&mut archive.read(&entry).unwrap(), &mut everything).unwrap();
    }
    assert!(!everything.contains(&secret) && !everything.contains(&bob.organization));

    let mail = app.mail_to(&ada.email, MailKind::ExportReady).await;
    assert_eq!(mail.link, Some(format!("https://plinth.example/api/v1{}", at(&export))));
    let gone = job::enqueue_draft(&ada, remove(&export)).await;
    assert_eq!(ada.ended(&json!({"id": gone})).await["state"], "succeeded");
    ada.get(&content).await.refused(404, "not_found");
    let organization = Id::from_uuid(ada.organization.parse().unwrap());
    let place =
        BlobLocation::Export(Id::from_uuid(export["id"].as_str().unwrap().parse().unwrap()));
    assert_eq!(app.blobs.find(&BlobKey::new(organization, place)).await.unwrap(), None);
}

fn remove(export: &Value) -> plinth_domain::JobDraft {
    let export = Id::from_uuid(export["id"].as_str().unwrap().parse().unwrap());
    let draft = plinth_application::JobKind::draft(&RemoveExport { export }).unwrap();
    // The job that is due in seven days has the same key.
    plinth_domain::JobDraft { dedup_key: None, ..draft }
}

/// An organization with more files than an export may have.
struct Endless;

#[async_trait]
impl TenantArchive for Endless {
    async fn open(&self, _scope: TenantScope) -> Result<Box<dyn TenantSnapshot>> {
        Ok(Box::new(Self))
    }
}

#[async_trait]
impl TenantSnapshot for Endless {
    async fn tables(&mut self) -> Result<Vec<ArchivedTable>> {
        Ok(Vec::new())
    }
    async fn rows(&mut self, _: &ArchivedTable, _: Option<Uuid>) -> Result<Batch<ArchivedRow>> {
        Ok(Batch { items: Vec::new(), has_more: false })
    }
    async fn contents(
        &mut self,
        _: Option<plinth_domain::DocumentVersionId>,
    ) -> Result<Batch<ArchivedContent>> {
        let id = Uuid::from_u128(1);
        let content = ArchivedContent {
            document: Id::from_uuid(id),
            version: Id::from_uuid(id),
            has_thumbnails: false,
        };
        Ok(Batch { items: vec![content; 100_000], has_more: true })
    }
    async fn journal_head(&mut self) -> Result<Option<JournalHead>> {
        Ok(None)
    }
}

async fn an_export_that_cannot_be_made_says_why_and_lets_another_one_begin(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let export = ada.post(EXPORTS, json!({})).await.expect(202).json();
    let _worker = app.worker(handlers(app, Arc::new(Endless)));
    let failed = ended(&ada, &export).await;
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["error_code"], "organization_export.too_large");
    ada.get(&format!("{}/content", at(&export)))
        .await
        .refused(409, "organization_export.unfinished");
    assert_eq!(ada.list(&format!("{EXPORTS}?status=failed")).await, [failed]);
    assert!(ada.list(&format!("{EXPORTS}?status=succeeded,pending")).await.is_empty());
    ada.post(EXPORTS, json!({})).await.expect(202);
}

async fn an_attempt_discards_what_an_earlier_one_has_stored(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let export = ada.post(EXPORTS, json!({})).await.expect(202).json();
    let id = Id::from_uuid(export["id"].as_str().unwrap().parse().unwrap());
    let organization = Id::from_uuid(ada.organization.parse().unwrap());
    let key = BlobKey::new(organization, BlobLocation::Export(id));
    // A worker has stored a part, and is gone.
    let upload = app.blobs.begin(&key).await.unwrap();
    app.blobs.put_part(&key, &upload, 0, "part".into()).await.unwrap();
    let mut unit = app.store.begin(scope(&ada).await).await.unwrap();
    let stored = unit.organization_exports().find(id).await.unwrap().unwrap();
    let begun = stored.attempt(upload.0.clone(), Timestamp::default()).unwrap();
    assert_eq!(begun.state, ExportState::Pending(Some(upload.0.clone())));
    unit.organization_exports().update(&begun).await.unwrap();
    unit.commit().await.unwrap();
    let _worker = app.worker(handlers(app, archive(app)));
    assert_eq!(ended(&ada, &export).await["status"], "succeeded");
    let part = app.blobs.put_part(&key, &upload, 1, "late".into()).await;
    assert!(part.is_err(), "the parts of the earlier attempt are still there");
}

on_postgres! {
    crate::support::Options { mails: true, ..Default::default() };
    an_owner_downloads_all_records_and_files_and_no_secret,
    an_export_that_cannot_be_made_says_why_and_lets_another_one_begin,
    an_attempt_discards_what_an_earlier_one_has_stored,
}
