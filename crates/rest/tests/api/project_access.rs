//! Roles on single projects, end to end.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    invoice_pdfs::render,
    invoices::{draft, issued, trading},
    report_files::{asked, maker},
    support::{Client, TestApp, files},
    teams::{place, team},
};

/// A member whose role in the organization shows no records.
async fn guest(by: &Client, email: &str) -> Client {
    let roles = by.list("/roles").await;
    let known = roles.into_iter().find(|role| role["name"] == "Guest");
    let role = if let Some(role) = known {
        role
    } else {
        let role = json!({"name": "Guest", "permissions": ["organization:read"]});
        by.create("/roles", role).await
    };
    by.invite_by(json!({"email": email, "role_id": role["id"]})).await
}

fn id(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

fn access(project: &Value, member: &Client) -> String {
    format!("/projects/{}/access/members/{}", id(project), member.user)
}

fn access_of_team(project: &Value, team: &Value) -> String {
    format!("/projects/{}/access/teams/{}", id(project), id(team))
}

async fn give(by: &Client, path: &str, role: &str) -> Value {
    by.put(path, json!({"role": role})).await.expect(200).json()
}

/// A document of the project, or of none.
async fn document(by: &Client, project: Option<&Value>, name: &str) -> Value {
    let fields: Vec<_> = project.map(|project| ("project_id", id(project))).into_iter().collect();
    by.send(by.uploading(files::form(&fields, name, b"content"))).await.expect(201).json()
}

async fn contract(by: &Client, project: Option<&Value>) -> Value {
    let mut new = crate::contracts::sample(by).await.new;
    new["project_id"] = project.map_or(Value::Null, |project| project["id"].clone());
    by.create("/contracts", new).await
}

/// The ids that a list shows.
async fn shown(by: &Client, path: &str) -> Vec<String> {
    by.list(path).await.iter().map(|record| id(record).to_owned()).collect()
}

pub async fn a_guest_sees_the_project_of_the_role_and_what_is_in_it_and_nothing_else(
    app: &TestApp,
) {
    let ada = app.owner("Ada").await;
    let (ours, other) = (ada.project("P-1").await, ada.project("P-2").await);
    let (drawing, secret) =
        (document(&ada, Some(&ours), "a.txt").await, document(&ada, Some(&other), "b.txt").await);
    let loose = document(&ada, None, "c.txt").await;
    let (deal, hidden) = (contract(&ada, Some(&ours)).await, contract(&ada, Some(&other)).await);
    let guest = guest(&ada, "guest@example.com").await;
    for list in ["/projects", "/documents", "/contracts"] {
        guest.get(list).await.refused(403, "permission.denied");
    }
    guest.get(&format!("/projects/{}", id(&ours))).await.refused(403, "permission.denied");
    give(&ada, &access(&ours, &guest), "viewer").await;

    assert_eq!(shown(&guest, "/projects").await, [id(&ours)]);
    assert_eq!(shown(&guest, "/documents").await, [id(&drawing)]);
    assert_eq!(shown(&guest, "/contracts").await, [id(&deal)]);
    let filtered = format!("/documents?project_id={}", id(&other));
    assert!(shown(&guest, &filtered).await.is_empty());
    for (mine, theirs) in [
        (format!("/projects/{}", id(&ours)), format!("/projects/{}", id(&other))),
        (format!("/documents/{}", id(&drawing)), format!("/documents/{}", id(&secret))),
        (
            format!("/documents/{}/versions", id(&drawing)),
            format!("/documents/{}/versions", id(&secret)),
        ),
        (
            format!("/documents/{}/content", id(&drawing)),
            format!("/documents/{}/content", id(&loose)),
        ),
        (format!("/contracts/{}", id(&deal)), format!("/contracts/{}", id(&hidden))),
        (
            format!("/contracts/{}/positions", id(&deal)),
            format!("/contracts/{}/positions", id(&hidden)),
        ),
        (
            format!("/contracts/{}/amendments", id(&deal)),
            format!("/contracts/{}/amendments", id(&hidden)),
        ),
    ] {
        guest.get(&mine).await.expect(200);
        guest.get(&theirs).await.refused(404, "not_found");
    }
    // A viewer changes nothing, and what is not seen is not told from what is not there.
    let change = json!({"name": "Mine"});
    guest
        .patch(&format!("/projects/{}", id(&ours)), "*", change)
        .await
        .refused(403, "permission.denied");
}

async fn nothing_beside_projects_documents_and_contracts_counts_a_role_on_a_project(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let ours = ada.project("P-1").await;
    let drawing = document(&ada, Some(&ours), "a.txt").await;
    let deal = contract(&ada, Some(&ours)).await;
    let guest = guest(&ada, "guest@example.com").await;
    give(&ada, &access(&ours, &guest), "admin").await;
    let topic = format!("/events?topics=projects/{}", id(&ours));
    let balance = format!("/contracts/{}/balance", id(&deal));
    let role = format!("/projects/{}/access", id(&ours));
    for path in [
        "/parties",
        "/invoices",
        "/payments",
        "/jobs",
        "/members",
        "/audit-logs",
        "/executions",
        "/search?q=content",
        "/events",
        "/document-links",
        "/teams",
        "/organization/exports",
        &topic,
        &balance,
        &role,
    ] {
        guest.get(path).await.refused(403, "permission.denied");
    }
    let link = json!({"document_id": drawing["id"], "expires_at": "2027-01-01T00:00:00Z"});
    guest.post("/document-links", link).await.refused(403, "permission.denied");
    let body = json!({"code": "P-9", "name": "Of my own"});
    guest.post("/projects", body).await.refused(403, "permission.denied");
    guest
        .put(&access(&ours, &guest), json!({"role": "viewer"}))
        .await
        .refused(403, "permission.denied");
    let tus = guest.tus(Method::POST, "/uploads").header("Upload-Length", 4);
    let tus = tus.header("Upload-Metadata", "filename YS50eHQ=");
    assert_eq!(guest.send(tus).await.status, 403);
    // Denials are in the audit log.
    assert!(!ada.list("/audit-logs?action=permission.denied").await.is_empty());
}

async fn a_role_on_a_project_opens_neither_its_invoices_as_pdf_nor_its_finances(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let ours = ada.project("P-1").await;
    let mut body = draft(&customer);
    body["project_id"] = ours["id"].clone();
    let invoice = issued(&ada, body).await;
    let pdf = render(app, &ada, &invoice).await.to_string();
    let _worker = app.worker(maker(app));
    let finances = json!({"report": "project_finances", "project_id": ours["id"]});
    let job = ada.ended(&asked(&ada, finances).await).await;
    let report = job["payload"]["document_id"].as_str().unwrap().to_owned();
    let drawing = document(&ada, Some(&ours), "a.txt").await;
    let guest = guest(&ada, "guest@example.com").await;
    give(&ada, &access(&ours, &guest), "admin").await;

    assert_eq!(shown(&guest, "/documents").await, [id(&drawing)]);
    let filtered = format!("/documents?project_id={}", id(&ours));
    assert_eq!(shown(&guest, &filtered).await, [id(&drawing)]);
    for document in [&pdf, &report] {
        let place = format!("/documents/{document}");
        for path in [place.clone(), format!("{place}/versions"), format!("{place}/content")] {
            ada.get(&path).await.expect(200);
            guest.get(&path).await.refused(404, "not_found");
        }
        guest.patch(&place, "*", json!({"name": "Mine"})).await.refused(404, "not_found");
        guest.delete(&place, "*").await.refused(404, "not_found");
    }
    // The PDF stays in the project for those who see all documents; the report is in none.
    assert!(shown(&ada, &filtered).await.contains(&pdf));
    let report = ada.get(&format!("/documents/{report}")).await.expect(200).json();
    assert_eq!(report["project_id"], Value::Null);
}

async fn a_guest_with_a_writing_role_writes_in_that_project_alone(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (ours, other) = (ada.project("P-1").await, ada.project("P-2").await);
    let guest = guest(&ada, "guest@example.com").await;
    give(&ada, &access(&ours, &guest), "admin").await;
    let at = |project: &Value| format!("/projects/{}", id(project));
    let change = json!({"name": "Changed"});
    guest.patch(&at(&ours), "*", change.clone()).await.expect(200);
    guest.patch(&at(&other), "*", change.clone()).await.refused(404, "not_found");
    guest.delete(&at(&other), "*").await.refused(404, "not_found");

    let drawing = document(&guest, Some(&ours), "a.txt").await;
    let place = format!("/documents/{}", id(&drawing));
    for fields in [vec![], vec![("project_id", id(&other))]] {
        let refused = guest.send(guest.uploading(files::form(&fields, "x.txt", b"x"))).await;
        assert!([403, 422].contains(&refused.status.as_u16()), "{refused:?}");
    }
    let request = guest.request(Method::PUT, &format!("{place}/content"));
    guest
        .send(request.header("Content-Type", "application/octet-stream").body("next"))
        .await
        .expect(200);
    guest.patch(&place, "*", json!({"name": "b.txt"})).await.expect(200);
    // Out of the project, and into another one.
    let away = json!({"project_id": other["id"]});
    guest.patch(&place, "*", away).await.refused(422, "body.invalid");
    guest.patch(&place, "*", json!({"project_id": null})).await.refused(403, "permission.denied");
    let theirs = document(&ada, Some(&other), "b.txt").await;
    let into = json!({"project_id": ours["id"]});
    let theirs = format!("/documents/{}", id(&theirs));
    guest.patch(&theirs, "*", into).await.refused(404, "not_found");
    guest.delete(&theirs, "*").await.refused(404, "not_found");
    guest.delete(&place, "*").await.expect(204);

    let mut new = crate::contracts::sample(&ada).await.new;
    guest.post("/contracts", new.clone()).await.refused(403, "permission.denied");
    new["project_id"] = other["id"].clone();
    guest.post("/contracts", new.clone()).await.refused(422, "body.invalid");
    new["project_id"] = ours["id"].clone();
    let deal = guest.post_once("/contracts", "once", new.clone()).await.expect(201).json();
    guest.post(&format!("/contracts/{}/activate", id(&deal)), json!({})).await.expect(200);
    // An earlier reply is for those alone who may still do it.
    guest.post_once("/contracts", "once", new.clone()).await.expect(201);
    ada.delete(&access(&ours, &guest), "*").await.expect(204);
    guest.post_once("/contracts", "once", new).await.refused(403, "permission.denied");
}

async fn a_role_adds_to_that_in_the_organization_and_takes_nothing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (ours, other) = (ada.project("P-1").await, ada.project("P-2").await);
    let carol = ada.invite("carol@example.com", "viewer").await;
    let at = |project: &Value| format!("/projects/{}", id(project));
    let change = json!({"name": "Changed"});
    carol.patch(&at(&ours), "*", change.clone()).await.refused(403, "permission.denied");
    give(&ada, &access(&ours, &carol), "member").await;
    carol.patch(&at(&ours), "*", change.clone()).await.expect(200);
    assert_eq!(carol.list("/projects").await.len(), 2);
    carol.get(&at(&other)).await.expect(200);
    carol.patch(&at(&other), "*", change).await.refused(403, "permission.denied");
}

pub async fn a_team_has_a_role_for_its_members_until_they_leave_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let ours = ada.project("P-1").await;
    let guest = guest(&ada, "guest@example.com").await;
    let north = team(&ada, "North").await;
    let given = give(&ada, &access_of_team(&ours, &north), "viewer").await;
    assert_eq!((&given["team_id"], &given["user_id"]), (&north["id"], &Value::Null));
    guest.get("/projects").await.refused(403, "permission.denied");
    let seat = place(&north, &guest);
    ada.put(&seat, Value::Null).await.expect(204);
    assert_eq!(shown(&guest, "/projects").await, [id(&ours)]);
    ada.delete(&seat, "*").await.expect(204);
    guest.get("/projects").await.refused(403, "permission.denied");
    ada.put(&seat, Value::Null).await.expect(204);
    guest.get("/projects").await.expect(200);
    ada.delete(&format!("/teams/{}", id(&north)), "*").await.expect(204);
    guest.get("/projects").await.refused(403, "permission.denied");
    assert_eq!(ada.list("/audit-logs?action=project_access.removed").await.len(), 1);
}

async fn a_role_on_a_project_is_given_changed_listed_and_withdrawn(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let ours = ada.project("P-1").await;
    let carol = guest(&ada, "carol@example.com").await;
    let path = access(&ours, &carol);
    let given = give(&ada, &path, "viewer").await;
    assert_eq!((&given["user_id"], &given["version"]), (&json!(carol.user), &json!(1)));
    let changed = give(&ada, &path, "member").await;
    assert_eq!((&changed["id"], &changed["version"]), (&given["id"], &json!(2)));
    let listed = ada.list(&format!("/projects/{}/access", id(&ours))).await;
    assert_eq!(listed, [changed]);
    for (body, pointer, code) in [
        (json!({"role": "owner"}), "/role", "project_access.role_owner"),
        (json!({}), "/role", "field.required"),
        (json!({"role_id": carol.user}), "/role_id", "reference.unknown"),
    ] {
        let refused = ada.put(&path, body).await.refused(422, "body.invalid").json();
        let fault = &refused["errors"][0];
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)));
    }
    ada.put(&access(&ours, &bob), json!({"role": "viewer"})).await.refused(404, "not_found");
    ada.delete(&path, 1).await.refused(412, "if_match.stale");
    ada.delete(&path, 2).await.expect(204);
    ada.delete(&path, "*").await.refused(404, "not_found");
    for action in ["created", "updated", "removed"] {
        let log = ada.list(&format!("/audit-logs?action=project_access.{action}")).await;
        assert_eq!(log.len(), 1, "{action}");
    }
    assert_eq!(ada.events("&topics=project_access", 0, 3).await.len(), 3);
}

async fn a_custom_role_counts_on_a_project_as_it_is_now_and_stays_while_it_is_given(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let ours = ada.project("P-1").await;
    let carol = guest(&ada, "carol@example.com").await;
    let role = json!({"name": "Reader", "permissions": ["project:read"]});
    let role = ada.create("/roles", role).await;
    ada.put(&access(&ours, &carol), json!({"role_id": role["id"]})).await.expect(200);
    let at = format!("/roles/{}", id(&role));
    carol.get("/projects").await.expect(200);
    carol.get("/documents").await.refused(403, "permission.denied");
    let change = json!({"permissions": ["document:read"]});
    ada.patch(&at, "*", change).await.expect(200);
    carol.get("/projects").await.refused(403, "permission.denied");
    assert!(shown(&carol, "/documents").await.is_empty());
    ada.delete(&at, "*").await.refused(409, "record.in_use");
    ada.delete(&access(&ours, &carol), "*").await.expect(204);
    ada.delete(&at, "*").await.expect(204);
}

async fn no_one_gives_takes_or_shares_a_role_that_exceeds_their_own(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let ours = ada.project("P-1").await;
    let permissions = [
        "project:read",
        "document:read",
        "project_access:update",
        "project_access:read",
        "team:read",
        "team:update",
        "team:delete",
    ];
    let role = json!({"name": "Coordinator", "permissions": permissions});
    let role = ada.create("/roles", role).await;
    let carol = ada.invite_by(json!({"email": "carol@example.com", "role_id": role["id"]})).await;
    let reader = json!({"name": "Reader", "permissions": ["project:read"]});
    let reader = ada.create("/roles", reader).await;
    let dora = guest(&ada, "dora@example.com").await;
    let (hers, own) = (access(&ours, &dora), access(&ours, &carol));
    for path in [&hers, &own] {
        for role in ["viewer", "admin"] {
            let refused = carol.put(path, json!({"role": role})).await;
            refused.refused(403, "role.exceeds_caller");
        }
    }
    carol.put(&hers, json!({"role_id": reader["id"]})).await.expect(200);
    give(&ada, &hers, "member").await;
    let down = json!({"role_id": reader["id"]});
    carol.put(&hers, down).await.refused(403, "role.exceeds_caller");
    carol.delete(&hers, "*").await.refused(403, "role.exceeds_caller");
    // Nor by way of a team.
    let strong = team(&ada, "Strong").await;
    give(&ada, &access_of_team(&ours, &strong), "admin").await;
    let seat = place(&strong, &carol);
    carol.put(&seat, Value::Null).await.refused(403, "role.exceeds_caller");
    carol.delete(&seat, "*").await.refused(403, "role.exceeds_caller");
    carol.delete(&format!("/teams/{}", id(&strong)), "*").await.refused(403, "role.exceeds_caller");
    // What a role on the project gives is no reason to give it on.
    give(&ada, &own, "admin").await;
    let more = json!({"role": "admin"});
    carol.put(&hers, more).await.refused(403, "role.exceeds_caller");
}

async fn a_key_of_a_member_is_held_to_its_own_list_on_projects_too(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let ours = ada.project("P-1").await;
    let body = json!({"name": "Export", "role": "viewer"});
    let service = ada.post("/members/service-accounts", body).await.expect(201).json();
    let key = json!({
        "permissions": ["project:read"], "service_account_id": service["user_id"],
    });
    let key = ada.api_key(key).await;
    let guest = json!({"name": "Guest", "permissions": ["organization:read"]});
    let guest = ada.create("/roles", guest).await;
    let member = format!("/members/{}", service["user_id"].as_str().unwrap());
    ada.patch(&member, "*", json!({"role_id": guest["id"]})).await.expect(200);
    key.get("/projects").await.refused(403, "permission.denied");
    let path =
        format!("/projects/{}/access/members/{}", id(&ours), service["user_id"].as_str().unwrap());
    give(&ada, &path, "admin").await;
    assert_eq!(shown(&key, "/projects").await, [id(&ours)]);
    let change = json!({"name": "Changed"});
    let at = format!("/projects/{}", id(&ours));
    key.patch(&at, "*", change).await.refused(403, "permission.denied");
    key.get("/documents").await.refused(403, "permission.denied");
}

async fn a_removed_member_and_a_removed_project_take_the_roles_with_them(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (ours, other) = (ada.project("P-1").await, ada.project("P-2").await);
    let carol = guest(&ada, "carol@example.com").await;
    for project in [&ours, &other] {
        give(&ada, &access(project, &carol), "viewer").await;
    }
    let remove = format!("/projects/{}?permanent=true", id(&other));
    ada.delete(&remove, "*").await.expect(204);
    assert_eq!(shown(&carol, "/projects").await, [id(&ours)]);
    ada.delete(&format!("/members/{}", carol.user), "*").await.expect(204);
    carol.get("/projects").await.refused(401, "auth.invalid_token");
    assert!(ada.list(&format!("/projects/{}/access", id(&ours))).await.is_empty());
}

on_postgres! {
    a_guest_sees_the_project_of_the_role_and_what_is_in_it_and_nothing_else,
    nothing_beside_projects_documents_and_contracts_counts_a_role_on_a_project,
    a_role_on_a_project_opens_neither_its_invoices_as_pdf_nor_its_finances,
    a_guest_with_a_writing_role_writes_in_that_project_alone,
    a_role_adds_to_that_in_the_organization_and_takes_nothing,
    a_team_has_a_role_for_its_members_until_they_leave_it,
    a_role_on_a_project_is_given_changed_listed_and_withdrawn,
    a_custom_role_counts_on_a_project_as_it_is_now_and_stays_while_it_is_given,
    no_one_gives_takes_or_shares_a_role_that_exceeds_their_own,
    a_key_of_a_member_is_held_to_its_own_list_on_projects_too,
    a_removed_member_and_a_removed_project_take_the_roles_with_them,
}
