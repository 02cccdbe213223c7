//! Reports as documents, made by a worker.

use std::sync::Arc;

use plinth_application::{Limits, reports::MakeReport};
use plinth_domain::{BlobKey, BlobLocation, Id, JobDraft, JsonObject};
use plinth_jobs::{Handlers, ReportMaker};
use plinth_ports::Blobs;
use plinth_rest::ReportFiles;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    invoices::{draft, issued, line, today, trading},
    support::{Client, Options, TestApp, job},
};

pub fn maker(app: &TestApp) -> Handlers {
    Handlers::new().with(ReportMaker::new(Arc::new(ReportFiles), Arc::new(app.blobs.clone())))
}

pub async fn asked(owner: &Client, body: Value) -> Value {
    let accepted = owner.post("/reports", body).await.expect(202);
    let job = accepted.json();
    let location = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    assert_eq!((accepted.header("location"), &job["kind"]), (&*location, &json!("report.create")));
    job
}

/// Whether the object storage has the file of a report.
async fn is_in_storage(app: &TestApp, owner: &Client, job: &Value) -> bool {
    let job: MakeReport = serde_json::from_value(job["payload"].clone()).unwrap();
    let organization = Id::from_uuid(owner.organization.parse().unwrap());
    let place = BlobLocation::Content(job.of.document, job.of.version);
    app.blobs.find(&BlobKey::new(organization, place)).await.unwrap().is_some()
}

async fn a_document_has_the_bytes_that_the_report_answers(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let project = ada.project("P/7").await;
    let mut body = draft(&customer);
    (body["project_id"], body["retention_basis_points"]) = (project["id"].clone(), json!(500));
    issued(&ada, body).await;
    issued(&ada, draft(&customer)).await;
    let _worker = app.worker(maker(app));
    let day = today(app);
    let (year, project) = (&day.to_string()[..4], project["id"].as_str().unwrap());
    for (report, path, name) in [
        (
            json!({"report": "receivables"}),
            "/reports/receivables".to_owned(),
            format!("receivables-{day}"),
        ),
        (
            json!({"report": "receivables", "as_of": "2020-02-29", "direction": "payable"}),
            "/reports/receivables?as_of=2020-02-29&direction=payable".to_owned(),
            "payables-2020-02-29".to_owned(),
        ),
        (
            json!({"report": "revenue", "by": "party"}),
            "/reports/revenue?by=party".to_owned(),
            format!("revenue-by-party-{year}-01-01-{day}"),
        ),
        (
            json!({"report": "vat", "period": year}),
            format!("/reports/vat?period={year}"),
            format!("vat-{year}"),
        ),
        (
            json!({"report": "project_finances", "project_id": project}),
            format!("/projects/{project}/finances"),
            format!("finances-P-7-{day}"),
        ),
    ] {
        for (format, accept) in [("csv", "text/csv"), ("json", "application/json")] {
            let mut body = report.clone();
            body["format"] = json!(format);
            let job = ada.ended(&asked(&ada, body).await).await;
            assert_eq!((&job["state"], &job["error_code"]), (&json!("succeeded"), &Value::Null));
            let id = job["payload"]["document_id"].as_str().unwrap();
            let document = ada.get(&format!("/documents/{id}")).await.expect(200).json();
            assert_eq!(document["name"], format!("{name}.{format}"));
            assert_eq!(document["metadata"]["report"], report["report"]);
            let content = ada.get(&format!("/documents/{id}/content")).await.expect(200).text;
            let answer = ada.request(Method::GET, &path).header("Accept", accept);
            assert_eq!(content, ada.send(answer).await.expect(200).text, "{name}.{format}");
        }
    }
    let log = ada.list("/audit-logs?action=report.requested").await;
    assert_eq!((log.len(), &log[0]["after"]["report"]["report"]), (10, &json!("project_finances")));
    assert_eq!(ada.list("/audit-logs?action=document.created").await.len(), 10);
}

async fn a_job_that_runs_again_stores_no_second_document(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let first = asked(&ada, json!({"report": "vat"})).await;
    // While it is open, the same report is the same job.
    assert_eq!(asked(&ada, json!({"report": "vat", "format": "csv"})).await["id"], first["id"]);
    let _worker = app.worker(maker(app));
    ada.ended(&first).await;
    let next = asked(&ada, json!({"report": "vat"})).await;
    assert_ne!(next["payload"]["document_id"], first["payload"]["document_id"]);
    ada.ended(&next).await;
    let again = async || {
        let payload = JsonObject::from_parsed(first["payload"].to_string());
        let draft = JobDraft::new("report.create", payload);
        let id = job::enqueue_draft(&ada, draft).await;
        ada.ended(&json!({"id": id})).await
    };
    assert_eq!(again().await["state"], "succeeded");
    assert_eq!(ada.list("/documents").await.len(), 2);
}

async fn what_no_report_has_is_told_at_its_place(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (body, pointer, code) in [
        (json!({"report": "wages"}), "/report", "value.unknown"),
        (json!({"report": "vat", "format": "pdf"}), "/format", "value.unknown"),
        (json!({"report": "vat", "as_of": "2026-11-20"}), "/as_of", "report.parameter"),
        (json!({"report": "revenue", "period": "2026"}), "/period", "report.parameter"),
        (json!({"report": "vat", "period": "2026-13"}), "/period", "period.malformed"),
        (json!({"report": "receivables", "as_of": "2026-02-30"}), "/as_of", "date.malformed"),
        (json!({"report": "revenue", "by": "week"}), "/by", "value.unknown"),
        (json!({"report": "project_finances"}), "/project_id", "field.required"),
        (
            json!({"report": "project_finances", "project_id": uuid::Uuid::nil()}),
            "/project_id",
            "reference.unknown",
        ),
        (json!({"report": "vat", "colour": "red"}), "/colour", "field.unknown"),
    ] {
        let refused = ada.post("/reports", body.clone()).await.refused(422, "body.invalid").json();
        let faults = refused["errors"].as_array().unwrap();
        let told: Vec<_> = faults.iter().map(|one| (&one["pointer"], &one["code"])).collect();
        assert_eq!(told, [(&json!(pointer), &json!(code))], "{body}");
    }
    assert!(ada.list("/jobs").await.is_empty());
}

async fn only_who_may_read_reports_and_make_them_gets_one(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"report": "vat"});
    let accountant = ada.invite("books@example.com", "accountant").await;
    accountant.post("/reports", body.clone()).await.expect(202);
    for role in ["member", "viewer"] {
        let other = ada.invite(&format!("{role}@example.com"), role).await;
        other.post("/reports", body.clone()).await.refused(403, "permission.denied");
    }
    for lacking in ["report:create", "report:read", "job:read"] {
        let has = ["report:create", "report:read", "job:read"].into_iter();
        let has: Vec<_> = has.filter(|one| *one != lacking).collect();
        let key = ada.api_key(json!({"name": lacking, "permissions": has})).await;
        key.post("/reports", body.clone()).await.refused(403, "permission.denied");
    }
    let project = ada.project("P-1").await;
    let key = json!({"name": "k", "permissions": ["report:create", "report:read", "job:read"]});
    let finances = json!({"report": "project_finances", "project_id": project["id"]});
    ada.api_key(key).await.post("/reports", finances).await.refused(403, "permission.denied");
}

async fn a_job_that_fails_for_good_has_the_code_of_the_answer(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    for _ in 0..2 {
        let mut body = draft(&customer);
        body["lines"] = json!([line("80", "900000000000", 1900)]);
        issued(&ada, body).await;
    }
    ada.get("/reports/receivables").await.refused(409, "report.overflow");
    let job = asked(&ada, json!({"report": "receivables"})).await;
    let _worker = app.worker(maker(app));
    let job = ada.ended(&job).await;
    assert_eq!((&job["state"], &job["error_code"]), (&json!("dead"), &json!("report.overflow")));
    assert_eq!((&job["attempt"], &job["caused_by"]), (&json!(1), &json!(ada.user)));
    let log = ada.list("/audit-logs?action=job.dead&outcome=failed").await;
    assert_eq!(log[0]["after"]["error_code"], "report.overflow");
}

on_postgres! {
    a_document_has_the_bytes_that_the_report_answers,
    a_job_that_runs_again_stores_no_second_document,
    what_no_report_has_is_told_at_its_place,
    only_who_may_read_reports_and_make_them_gets_one,
    a_job_that_fails_for_good_has_the_code_of_the_answer,
}

#[tokio::test]
async fn a_report_without_room_leaves_no_file() {
    let limits = Limits { stored_bytes: 10, ..Limits::default() };
    let app = TestApp::postgres(Options { limits, ..Options::default() }).await;
    let ada = app.owner("Ada").await;
    let job = asked(&ada, json!({"report": "vat"})).await;
    let worker = app.worker(maker(&app));
    let job = ada.ended(&job).await;
    assert_eq!((&job["state"], &job["error_code"]), (&json!("dead"), &json!("limit.reached")));
    assert!(!is_in_storage(&app, &ada, &job).await);
    assert!(ada.list("/documents").await.is_empty());
    drop(worker);
    app.stop().await;
}
