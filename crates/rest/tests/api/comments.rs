//! Comments on records: who reads them, who changes them, and what events say of them.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Client, TestApp,
    records::{RecordSample, fresh},
};

/// A new comment on a new project, and a change to it.
pub async fn sample(owner: &Client) -> RecordSample {
    let project = owner.project(&format!("C-{}", fresh())).await;
    RecordSample {
        path: "/comments",
        new: on("project", &project, "Is the quay part of this?"),
        change: json!({"body": "It is."}),
    }
}

/// A comment of the caller on a record of `owner`; `None` when the caller may not comment.
pub async fn own(caller: &Client, owner: &Client) -> Option<Uuid> {
    let sample = sample(owner).await;
    let reply = caller.post(sample.path, sample.new).await;
    (reply.status == 201).then(|| reply.json()["id"].as_str().unwrap().parse().unwrap())
}

fn on(kind: &str, record: &Value, body: &str) -> Value {
    json!({"subject_type": kind, "subject_id": record["id"], "body": body})
}

/// A new comment on a project that mentions these users.
pub async fn mention(by: &Client, project: &Value, users: &[&str]) -> Value {
    let mut new = on("project", project, "Please look");
    new["mentions"] = json!(users);
    by.create("/comments", new).await
}

fn at(comment: &Value) -> String {
    format!("/comments/{}", comment["id"].as_str().unwrap())
}

/// A new member with these permissions.
async fn holder(owner: &Client, permissions: &[&str]) -> Client {
    let name = format!("Role {}", fresh());
    let role = owner.create("/roles", json!({"name": name, "permissions": permissions})).await;
    let email = format!("holder-{}@example.com", fresh());
    owner.invite_by(json!({"email": email, "role_id": role["id"]})).await
}

async fn a_comment_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let new = on("project", &project, " # Quay\n\nCafe\u{301} ");
    let created = ada.post_once("/comments", "once", new.clone()).await.expect(201);
    let comment = created.json();
    assert_eq!(created.header("location"), format!("/api/v1{}", at(&comment)));
    // The text is kept with the comment alone, so that it goes with it.
    let replayed = ada.post_once("/comments", "once", new).await.expect(201);
    assert_eq!(replayed.header("location"), created.header("location"));
    let mut without_text = comment.clone();
    without_text["body"] = Value::Null;
    assert_eq!(replayed.json(), without_text);
    assert_eq!(comment["body"], "# Quay\n\nCaf\u{e9}");
    assert_eq!((&comment["author_id"], &comment["mentions"]), (&json!(ada.user), &json!([])));
    let other = ada.project("P-2").await;
    ada.create("/comments", on("project", &other, "Elsewhere")).await;
    let path = format!("/comments?subject_id={}", project["id"].as_str().unwrap());
    assert_eq!(ada.list(&path).await, std::slice::from_ref(&comment));
    assert_eq!(ada.list("/comments").await.len(), 2);
    assert_eq!(ada.list("/comments?subject_type=invoice,party").await.len(), 0);

    ada.patch(&at(&comment), "\"9\"", json!({"body": "X"})).await.refused(412, "if_match.stale");
    let changed = ada.patch(&at(&comment), 1, json!({"body": "Secret words"})).await;
    let changed = changed.expect(200).json();
    assert_eq!((&changed["body"], &changed["version"]), (&json!("Secret words"), &json!(2)));
    assert_eq!(ada.get(&at(&comment)).await.expect(200).json(), changed);
    ada.delete(&at(&comment), 2).await.expect(204);
    ada.get(&at(&comment)).await.refused(404, "not_found");

    let events = ada.events("&topics=comments", 0, 4).await;
    let names: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let expected = ["comment.created", "comment.created", "comment.updated", "comment.deleted"];
    assert_eq!(names, expected);
    assert_eq!(events[0]["data"]["subject_id"], project["id"]);
    let told = ada.get("/audit-logs?limit=200").await.expect(200).text;
    assert!(!told.contains("Secret words") && !told.contains("Quay"), "{told}");
    let path = format!("&topics=projects/{}", project["id"].as_str().unwrap());
    assert_eq!(ada.events(&path, 0, 4).await.len(), 4);
}

async fn a_comment_is_read_by_those_who_may_read_what_it_is_about(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let party = crate::parties::sample(&ada).await.create(&ada).await;
    let hidden = ada.create("/comments", on("project", &project, "Of the project")).await;
    let shown = ada.create("/comments", on("party", &party, "Of the party")).await;
    let permissions = ["comment:read", "comment:create", "party:read", "event:read"];
    let bob = holder(&ada, &permissions).await;
    assert_eq!(bob.list("/comments").await, std::slice::from_ref(&shown));
    bob.get("/comments?subject_type=project").await.refused(403, "permission.denied");
    bob.get(&at(&shown)).await.expect(200);
    bob.get(&at(&hidden)).await.refused(404, "not_found");
    bob.delete(&at(&hidden), "*").await.refused(404, "not_found");
    let refused = bob.post("/comments", on("project", &project, "Mine")).await;
    refused.refused(403, "permission.denied");
    bob.create("/comments", on("party", &party, "Mine")).await;
    // The last one has its number, so those before have theirs.
    let events = bob.events("&topics=comments", 0, 2).await;
    let subjects: Vec<_> = events.iter().map(|event| &event["data"]["subject_type"]).collect();
    assert_eq!(subjects, ["party", "party"]);
    let blind = holder(&ada, &["comment:read"]).await;
    assert_eq!(blind.list("/comments").await.len(), 0);
}

async fn only_its_author_changes_a_comment_and_moderators_remove_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    let eve = ada.invite_as("eve@example.com", "member").await;
    let first = bob.create("/comments", on("project", &project, "First")).await;
    let second = bob.create("/comments", on("project", &project, "Second")).await;
    for other in [&ada, &eve] {
        let change = json!({"body": "Not mine"});
        other.patch(&at(&first), "*", change).await.refused(403, "comment.not_author");
    }
    eve.delete(&at(&first), "*").await.refused(403, "comment.not_author");
    ada.delete(&at(&first), "*").await.expect(204);
    bob.delete(&at(&second), "*").await.expect(204);
    let viewer = ada.invite_as("viewer@example.com", "viewer").await;
    let refused = viewer.post("/comments", on("project", &project, "Mine")).await;
    refused.refused(403, "permission.denied");
}

async fn a_mention_is_of_an_active_member_who_may_read_the_record(app: &TestApp) {
    let (ada, stranger) = (app.owner("Ada").await, app.owner("Stranger").await);
    let project = ada.project("P-1").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    let blind = holder(&ada, &["comment:read", "party:read"]).await;
    let away = ada.invite_as("away@example.com", "member").await;
    ada.post(&format!("/members/{}/suspend", away.user), json!({})).await.expect(200);
    let comment = mention(&ada, &project, &[&bob.user]).await;
    let cases = [
        (&stranger.user, "comment.mention_unknown"),
        (&away.user, "comment.mention_unknown"),
        (&blind.user, "comment.mention_unreadable"),
    ];
    for (user, code) in cases {
        let mut new = on("project", &project, "Please look");
        new["mentions"] = json!([bob.user, user]);
        let refused = ada.post("/comments", new.clone()).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), [format!("/mentions/1 {code}")]);
        let change = json!({"mentions": new["mentions"]});
        let refused = ada.patch(&at(&comment), "*", change).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), [format!("/mentions/1 {code}")]);
    }
    let users = |count: u128| (0..count).map(Uuid::from_u128).collect::<Vec<_>>();
    for (mentions, fault) in [
        (json!(users(21)), "/mentions list.too_long"),
        (json!([bob.user, bob.user]), "/mentions value.repeated"),
        (json!(["bob"]), "/mentions/0 uuid.malformed"),
    ] {
        let change = json!({"mentions": mentions});
        let refused = ada.patch(&at(&comment), "*", change).await.refused(422, "body.invalid");
        assert_eq!(refused.faults(), [fault]);
    }
    // A mention that is there already is not checked again.
    ada.post(&format!("/members/{}/suspend", bob.user), json!({})).await.expect(200);
    let change = json!({"body": "Look again", "mentions": [bob.user]});
    ada.patch(&at(&comment), "*", change).await.expect(200);
}

async fn a_comment_has_a_text_and_a_record_of_the_organization(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let (own, foreign) = (ada.project("P-1").await, bob.project("P-1").await);
    for record in [foreign, json!({"id": Uuid::from_u128(7)})] {
        let refused = ada.post("/comments", on("project", &record, "Mine")).await;
        let refused = refused.refused(422, "body.invalid");
        assert_eq!(refused.faults(), ["/subject_id reference.unknown"]);
    }
    // Its identity is that of another kind of record.
    let refused = ada.post("/comments", on("invoice", &own, "Mine")).await;
    assert_eq!(refused.refused(422, "body.invalid").faults(), ["/subject_id reference.unknown"]);
    let refused = ada.post("/comments", on("session", &own, "Mine")).await;
    assert_eq!(refused.refused(422, "body.invalid").faults(), ["/subject_type value.unknown"]);
    for (body, code) in [(" \n", "text.empty"), (&*"x".repeat(10_001), "text.too_long")] {
        let refused = ada.post("/comments", on("project", &own, body)).await;
        let refused = refused.refused(422, "body.invalid");
        assert_eq!(refused.faults(), [format!("/body {code}")]);
    }
    // It is measured as it is stored.
    let composed = "e\u{301}".repeat(10_000);
    let longest = ada.create("/comments", on("project", &own, &composed)).await;
    assert_eq!(longest["body"].as_str().unwrap().chars().count(), 10_000);
}

async fn comments_go_with_what_they_are_about(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    let (gone, kept) = (ada.project("P-1").await, ada.project("P-2").await);
    let comment = mention(&ada, &gone, &[&bob.user]).await;
    mention(&ada, &kept, &[&bob.user]).await;
    assert_eq!(bob.list("/notifications").await.len(), 2);
    let path = format!("/projects/{}?permanent=true", gone["id"].as_str().unwrap());
    ada.delete(&path, "*").await.expect(204);
    ada.get(&at(&comment)).await.refused(404, "not_found");
    assert_eq!(ada.list("/comments").await.len(), 1);
    assert_eq!(bob.list("/notifications").await.len(), 1);
}

async fn a_webhook_gets_comments_of_a_maker_who_may_read_all_of_their_subjects(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let permissions = ["webhook:create", "comment:read", "project:read"];
    let bob = holder(&ada, &permissions).await;
    let webhook = json!({"url": "https://example.com/hook", "events": ["comment.*"]});
    bob.post("/webhooks", webhook).await.refused(403, "webhook.exceeds_caller");
}

on_postgres! {
    a_comment_is_created_read_changed_and_removed,
    a_comment_is_read_by_those_who_may_read_what_it_is_about,
    only_its_author_changes_a_comment_and_moderators_remove_it,
    a_mention_is_of_an_active_member_who_may_read_the_record,
    a_comment_has_a_text_and_a_record_of_the_organization,
    comments_go_with_what_they_are_about,
    a_webhook_gets_comments_of_a_maker_who_may_read_all_of_their_subjects,
}
