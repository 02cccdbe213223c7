//! The API of operators: an audience of its own, and what it does to organizations.

use std::time::Duration;

use chrono::TimeDelta;
use plinth_ports::Clock;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::support::{
    TestApp, job,
    operators::{key, operator},
};

const ORGANIZATIONS: &str = "//operator/v1/organizations";

fn of(organization: &str, action: &str) -> String {
    format!("{ORGANIZATIONS}/{organization}/{action}")
}

fn actions(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["action"].as_str().unwrap()).collect()
}

async fn no_credential_of_one_audience_works_in_the_other(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    let machine = ada.api_key(json!({"role": "admin"})).await;
    anna.get(ORGANIZATIONS).await.expect(200);
    for stranger in [&ada, &machine] {
        let at_operators = anna.with_token(stranger.token.as_ref().unwrap());
        at_operators.get(ORGANIZATIONS).await.refused(401, "operator.key_invalid");
    }
    ada.with_token(&key()).get("/projects").await.refused(401, "auth.invalid_token");
    // Neither server has the paths of the other one.
    anna.get("//docs").await.refused(404, "route.unknown");
    ada.get(ORGANIZATIONS).await.refused(404, "route.unknown");
}

async fn wrong_keys_are_limited_and_do_not_lock_operators_out(app: &TestApp) {
    let anna = operator(app);
    let wrong = anna.with_token(&format!("plo_{}", "B".repeat(43)));
    anna.anonymous().get(ORGANIZATIONS).await.refused(401, "auth.required");
    for _ in 0..2 {
        wrong.get(ORGANIZATIONS).await.refused(401, "operator.key_invalid");
    }
    let refused = wrong.get(ORGANIZATIONS).await.refused(429, "rate_limited");
    assert!(!refused.header("retry-after").is_empty());
    anna.get(ORGANIZATIONS).await.expect(200);
}

async fn organizations_are_listed_with_what_they_have(app: &TestApp) {
    let ada = app.owner("Ada Nord").await;
    app.clock.advance(Duration::from_secs(1));
    let bob = app.owner("Bob Nord").await;
    ada.invite_as("eve@example.com", "viewer").await;
    ada.upload("plan.pdf", b"%PDF-1.7").await;
    let anna = operator(app);
    let page = anna.get(&format!("{ORGANIZATIONS}?name=nord&limit=1")).await.expect(200).json();
    assert_eq!(
        (&page["data"][0]["id"], &page["has_more"]),
        (&json!(bob.organization), &json!(true))
    );
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = format!("{ORGANIZATIONS}?name=nord&limit=1&cursor={cursor}");
    let next = anna.get(&next).await.expect(200).json();
    let found = &next["data"][0];
    assert_eq!(found["id"], json!(ada.organization));
    assert_eq!(
        (&found["members"], &found["documents"], &found["storage_bytes"], &found["status"]),
        (&json!(2), &json!(1), &json!(8), &json!("active"))
    );
    let read = anna.get(&format!("{ORGANIZATIONS}/{}", ada.organization)).await.expect(200).json();
    assert_eq!(read, *found);
    let other = format!("{ORGANIZATIONS}?name=sued&cursor={cursor}");
    anna.get(&other).await.refused(400, "cursor.invalid");
    anna.get(&format!("{ORGANIZATIONS}?size=1")).await.refused(400, "query.invalid");
    anna.get(&format!("{ORGANIZATIONS}/nord")).await.refused(400, "path.id");
    let unknown = format!("{ORGANIZATIONS}/{}", uuid::Uuid::nil());
    anna.get(&unknown).await.refused(404, "not_found");
    anna.post(ORGANIZATIONS, json!({})).await.refused(405, "method.not_allowed");
}

async fn every_path_of_operators_names_its_methods(app: &TestApp) {
    let anna = operator(app);
    let id = uuid::Uuid::nil();
    for (path, allowed) in [
        ("organizations".to_owned(), "GET, HEAD"),
        (format!("organizations/{id}"), "GET, HEAD"),
        (format!("organizations/{id}/suspend"), "POST"),
        (format!("organizations/{id}/resume"), "POST"),
        (format!("organizations/{id}/legal-hold"), "PUT, DELETE"),
        (format!("organizations/{id}/plan"), "PATCH"),
        ("jobs".to_owned(), "GET, HEAD"),
        (format!("jobs/{id}/retry"), "POST"),
        ("certificates".to_owned(), "GET, HEAD"),
        ("announcements".to_owned(), "GET, HEAD, POST"),
        (format!("announcements/{id}"), "DELETE"),
        ("impersonations".to_owned(), "POST"),
        (format!("impersonations/{id}/end"), "POST"),
        ("log".to_owned(), "GET, HEAD"),
    ] {
        let request = anna.request(Method::OPTIONS, &format!("//operator/v1/{path}"));
        let refused = anna.send(request).await.refused(405, "method.not_allowed");
        assert_eq!(refused.header("allow"), allowed, "{path}");
    }
}

async fn a_suspended_organization_is_told_so_until_it_is_resumed(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    let machine = ada.api_key(json!({"role": "viewer"})).await;
    let (suspend, resume) = (of(&ada.organization, "suspend"), of(&ada.organization, "resume"));
    ada.get("/projects").await.expect(200);
    anna.post(&suspend, json!({})).await.refused(422, "body.invalid");
    let unpaid = json!({"reason": "unpaid since March"});
    let suspended = anna.post(&suspend, unpaid.clone()).await.expect(200).json();
    assert_eq!(suspended["status"], "suspended");
    // A second time changes nothing.
    anna.post(&suspend, unpaid).await.expect(200);
    for member in [&ada, &machine] {
        for path in ["/projects", "/me", "/organization"] {
            member.get(path).await.refused(403, "organization.suspended");
        }
    }
    ada.refresh().await.refused(403, "organization.suspended");
    app.owner("Bob").await.get("/projects").await.expect(200);

    anna.post(&resume, json!({"reason": "paid"})).await.expect(200);
    ada.get("/projects").await.expect(200);
    machine.get("/projects").await.expect(200);
    let lines = ada.list("/audit-logs?subject_kind=organization&sort=created_at").await;
    let told: Vec<_> = lines.iter().filter(|line| line["actor_kind"] == "operator").collect();
    let named = |line: &Value| {
        let after = &line["after"];
        let texts = [&line["action"], &after["operator"], &after["reason"]];
        texts.map(|text| text.as_str().unwrap().to_owned())
    };
    assert_eq!(named(told[0]), ["organization.suspended", "anna", "unpaid since March"]);
    assert_eq!(named(told[1]), ["organization.reactivated", "anna", "paid"]);
    assert_eq!((told.len(), &told[0]["address"]), (2, &json!(null)));

    let log = anna.get("//operator/v1/log").await.expect(200).json();
    let entries = log["data"].as_array().unwrap();
    assert_eq!(actions(entries), ["organization.reactivated", "organization.suspended"]);
    assert_eq!(entries[1]["organization_id"], json!(ada.organization));
    assert_eq!((&entries[1]["operator"], &entries[0]["reason"]), (&json!("anna"), &json!("paid")));
}

async fn a_held_organization_is_not_removed(app: &TestApp) {
    let (ada, anna) = (app.owner("Ada").await, operator(app));
    let hold = of(&ada.organization, "legal-hold");
    let held = anna.put(&hold, json!({"reason": "court order 12"})).await.expect(200).json();
    assert_eq!(held["legal_hold"], true);
    let slug = ada.get("/organization").await.expect(200).json()["slug"].clone();
    let erase = json!({"slug": slug});
    ada.post("/organization/erasure", erase.clone()).await.refused(409, "organization.held");
    anna.delete(&hold, "*").await.refused(400, "query.invalid");
    let release = format!("{hold}?reason=order%20lifted");
    assert_eq!(anna.delete(&release, "*").await.expect(200).json()["legal_hold"], false);
    ada.post("/organization/erasure", erase).await.expect(202);
}

async fn dead_jobs_are_found_and_retried_in_every_organization(app: &TestApp) {
    let (ada, bob, anna) = (app.owner("Ada").await, app.owner("Bob").await, operator(app));
    let hers = job::dead(&ada).await;
    app.clock.advance(Duration::from_secs(1));
    let his = job::dead(&bob).await;
    job::enqueue(&ada).await;
    let page = anna.get("//operator/v1/jobs?status=dead").await.expect(200).json();
    let found = page["data"].as_array().unwrap();
    let ids: Vec<_> = found.iter().map(|job| job["id"].clone()).collect();
    assert_eq!(ids, [json!(his), json!(hers)]);
    assert_eq!(found[1]["organization_id"], json!(ada.organization));
    assert_eq!(found[1]["error"], "the provider is away");
    assert!(found[1].get("payload").is_none(), "it belongs to the organization");
    let of_bob = format!("//operator/v1/jobs?organization_id={}", bob.organization);
    assert_eq!(anna.get(&of_bob).await.expect(200).json()["data"][0]["id"], json!(his));
    anna.get("//operator/v1/jobs?status=queued").await.refused(400, "query.invalid");

    let retry = format!("//operator/v1/jobs/{hers}/retry");
    let elsewhere = json!({"organization_id": bob.organization});
    anna.post(&retry, elsewhere).await.refused(404, "not_found");
    let here = json!({"organization_id": ada.organization});
    assert_eq!(anna.post(&retry, here.clone()).await.expect(200).json()["state"], "queued");
    anna.post(&retry, here).await.refused(409, "state.transition");
    assert_eq!(ada.get(&format!("/jobs/{hers}")).await.expect(200).json()["state"], "queued");
    let lines = ada.list(&format!("/audit-logs?subject_id={hers}")).await;
    assert_eq!(actions(&lines), ["job.retried"]);
    assert_eq!(
        (&lines[0]["actor_kind"], &lines[0]["after"]["operator"]),
        (&json!("operator"), &json!("anna"))
    );
}

async fn an_announcement_is_shown_to_everyone_in_its_time(app: &TestApp) {
    let anna = operator(app);
    let at = |hours| {
        let time = app.clock.now() + TimeDelta::hours(hours);
        time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    };
    let body = |from, to| {
        let (starts_at, ends_at) = (at(from), at(to));
        json!({
            "message_de": "Wartung", "message_en": "Maintenance",
            "starts_at": starts_at, "ends_at": ends_at,
        })
    };
    let path = "//operator/v1/announcements";
    for wrong in [body(2, 1), body(-3, -2), body(0, 32 * 24)] {
        let refused = anna.post(path, wrong).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), ["/ends_at announcement.time"]);
    }
    let mut long = body(0, 1);
    long["message_en"] = json!("x".repeat(501));
    anna.post(path, long).await.refused(422, "body.invalid");
    let now = anna.post(path, body(-1, 2)).await.expect(201).json();
    anna.post(path, body(1, 2)).await.expect(201);

    let shown = app.anonymous().get("/announcements").await.expect(200).json();
    let shown = shown["data"].as_array().unwrap();
    assert_eq!((shown.len(), &shown[0]["id"]), (1, &now["id"]));
    assert_eq!(shown[0]["message_de"], "Wartung");
    assert!(shown[0].get("operator").is_none());
    let all = anna.get(path).await.expect(200).json();
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
    let withdraw = format!("{path}/{}", now["id"].as_str().unwrap());
    anna.delete(&withdraw, "*").await.expect(204);
    anna.delete(&withdraw, "*").await.refused(404, "not_found");
    assert_eq!(app.anonymous().get("/announcements").await.expect(200).json()["data"], json!([]));
    let log = anna.get("//operator/v1/log").await.expect(200).json();
    let actions = actions(log["data"].as_array().unwrap()).join(" ");
    assert_eq!(actions, "announcement.removed announcement.created announcement.created");
}

async fn the_certificates_of_removed_organizations_are_listed(app: &TestApp) {
    let anna = operator(app);
    let none = anna.get("//operator/v1/certificates").await.expect(200).json();
    assert_eq!((&none["data"], &none["has_more"]), (&json!([]), &json!(false)));
    let organization = uuid::Uuid::from_u128(7);
    let insert = "INSERT INTO erasure_certificates
        (organization, row_counts, file_count, journal_number, journal_hash)
        VALUES ($1, '{\"projects\": 2}', 3, 9, decode(repeat('ab', 32), 'hex'))";
    let url = app.database.as_ref().unwrap().url();
    let mut admin = PgConnection::connect(url).await.unwrap();
    sqlx::query(insert).bind(organization).execute(&mut admin).await.unwrap();
    let page = anna.get("//operator/v1/certificates").await.expect(200).json();
    let found = &page["data"][0];
    assert_eq!(
        (&found["organization_id"], &found["file_count"]),
        (&json!(organization), &json!(3))
    );
    assert_eq!(found["row_counts"], json!({"projects": 2}));
    assert_eq!(
        (&found["journal_number"], &found["journal_hash"]),
        (&json!(9), &json!("ab".repeat(32)))
    );
}

on_postgres! {
    no_credential_of_one_audience_works_in_the_other,
    wrong_keys_are_limited_and_do_not_lock_operators_out,
    organizations_are_listed_with_what_they_have,
    every_path_of_operators_names_its_methods,
    a_suspended_organization_is_told_so_until_it_is_resumed,
    a_held_organization_is_not_removed,
    dead_jobs_are_found_and_retried_in_every_organization,
    an_announcement_is_shown_to_everyone_in_its_time,
    the_certificates_of_removed_organizations_are_listed,
}
