//! The inbox of a user, the mails, and how the user wants to be told.

use std::time::Duration;

use plinth_jobs::{DigestSender, Handlers, NotificationDigests, ScheduledJobs};
use plinth_ports::{MailDraft, MailKind};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    comments::mention,
    support::{Client, Options, TestApp, job::enqueue_draft, records::fresh},
};

const PREFERENCES: &str = "/notification-preferences";

/// A notification to one user, by a comment of another.
pub async fn told(by: &Client, whom: &Client) -> Uuid {
    let project = by.project(&format!("N-{}", fresh())).await;
    mention(by, &project, &[&whom.user]).await;
    whom.list("/notifications").await[0]["id"].as_str().unwrap().parse().unwrap()
}

async fn unread(of: &Client) -> Value {
    of.get("/notifications/unread").await.expect(200).json()["count"].clone()
}

/// What the inbox has, the newest first.
async fn kinds(of: &Client) -> Vec<String> {
    let listed = of.list("/notifications").await.into_iter();
    listed.map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
}

/// A comment on a project that mentions no member.
async fn comment(by: &Client, project: &Value) -> Value {
    mention(by, project, &[]).await
}

async fn a_comment_tells_those_whom_it_mentions_and_those_before(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    let eve = ada.invite_as("eve@example.com", "accountant").await;
    let project = ada.project("P-1").await;
    comment(&bob, &project).await;
    // The author is told nothing, and a member is told once of one comment.
    let first = mention(&ada, &project, &[&eve.user, &ada.user]).await;
    mention(&ada, &project, &[&bob.user]).await;
    comment(&ada, &ada.project("P-2").await).await;
    assert_eq!(kinds(&ada).await, [""; 0]);
    assert_eq!(kinds(&bob).await, ["mention", "reply"]);
    assert_eq!(kinds(&eve).await, ["mention"]);
    let told = &eve.list("/notifications").await[0];
    assert_eq!((&told["comment_id"], &told["actor_id"]), (&first["id"], &json!(ada.user)));
    assert_eq!((&told["subject_type"], &told["subject_id"]), (&json!("project"), &project["id"]));
    // Bob was told of this comment as of a reply, and is not told again when it mentions him.
    let path = format!("/comments/{}", first["id"].as_str().unwrap());
    let change = json!({"mentions": [eve.user, bob.user]});
    ada.patch(&path, 1, change).await.expect(200);
    assert_eq!((kinds(&bob).await.len(), kinds(&eve).await.len()), (2, 1));
    // Nor when the mention comes back.
    for (version, mentions) in [(2, json!([])), (3, json!([eve.user, bob.user]))] {
        ada.patch(&path, version, json!({"mentions": mentions})).await.expect(200);
    }
    assert_eq!((kinds(&bob).await.len(), kinds(&eve).await.len()), (2, 1));
    // Who may not read the record any more is told nothing of it.
    let role = json!({"name": "Blind", "permissions": ["comment:read"]});
    let role = ada.create("/roles", role).await;
    let change = json!({"role_id": role["id"]});
    ada.patch(&format!("/members/{}", bob.user), "*", change).await.expect(200);
    comment(&ada, &project).await;
    let role = json!({"role": "member"});
    ada.patch(&format!("/members/{}", bob.user), "*", role).await.expect(200);
    assert_eq!(kinds(&bob).await.len(), 2);
}

async fn notifications_are_read_one_by_one_or_all_at_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    for _ in 0..3 {
        told(&ada, &bob).await;
    }
    assert_eq!(unread(&bob).await, 3);
    let listed = bob.list("/notifications").await;
    let path = format!("/notifications/{}/read", listed[1]["id"].as_str().unwrap());
    let read = bob.post(&path, json!({})).await.expect(200).json();
    assert!(read["read_at"].is_string() && read["version"] == 2, "{read}");
    assert_eq!(bob.post(&path, json!({})).await.expect(200).json(), read);
    ada.post(&path, json!({})).await.refused(404, "not_found");
    assert_eq!(bob.list("/notifications?unread=false").await, [read]);
    assert_eq!(bob.list("/notifications?unread=true").await.len(), 2);
    for marked in [2, 0] {
        let reply = bob.post("/notifications/read", json!({})).await.expect(200).json();
        assert_eq!(reply["marked"], marked);
    }
    assert_eq!(unread(&bob).await, 0);
    assert_eq!(bob.list("/notifications").await.len(), 3);
}

async fn a_mention_is_mailed_with_a_link_and_without_the_text(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    let project = ada.project("P-1").await;
    let comment = mention(&ada, &project, &[&bob.user]).await;
    let mail = app.mail_to(&bob.email, MailKind::CommentMention).await;
    let link = format!("/api/v1/comments/{}", comment["id"].as_str().unwrap());
    assert!(mail.link.as_deref().unwrap().ends_with(&link), "{mail:?}");
    assert!(mail.values.contains(&("author", "Ada".to_owned())), "{mail:?}");
    assert!(!format!("{mail:?}").contains("Please look"), "{mail:?}");
}

async fn a_user_chooses_how_to_be_told_in_each_organization(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    let project = ada.project("P-1").await;
    let defaults = bob.get(PREFERENCES).await.expect(200);
    assert_eq!(defaults.header("etag"), "\"0\"");
    let by = |in_app: bool, mail: &str| json!({"in_app": in_app, "mail": mail});
    let expected =
        json!({"mention": by(true, "immediately"), "reply": by(true, "daily"), "version": 0});
    assert_eq!(defaults.json(), expected);
    let change =
        json!({"mention": {"in_app": false, "mail": "none"}, "reply": {"mail": "immediately"}});
    let changed = bob.patch(PREFERENCES, 0, change.clone()).await.expect(200).json();
    let expected =
        json!({"mention": by(false, "none"), "reply": by(true, "immediately"), "version": 1});
    assert_eq!(changed, expected);
    bob.patch(PREFERENCES, 0, change).await.refused(412, "if_match.stale");
    let refused = bob.patch(PREFERENCES, 1, json!({"mention": {"mail": "hourly"}})).await;
    assert_eq!(refused.refused(422, "body.invalid").faults(), ["/mention/mail value.unknown"]);

    mention(&ada, &project, &[&bob.user]).await;
    assert_eq!(kinds(&bob).await, [""; 0]);
    comment(&bob, &project).await;
    comment(&ada, &project).await;
    assert_eq!(kinds(&bob).await, ["reply"]);
    // The first of both mails is that of the reply.
    let is_told = |kind| matches!(kind, MailKind::CommentMention | MailKind::CommentReply);
    let mut mails: Vec<MailDraft> = app.mails(20).await.into_iter().map(|(_, mail)| mail).collect();
    mails.retain(|mail| is_told(mail.kind));
    assert_eq!(mails.iter().map(|mail| mail.kind).collect::<Vec<_>>(), [MailKind::CommentReply]);
    assert_eq!(ada.get(PREFERENCES).await.expect(200).header("etag"), "\"0\"");
}

async fn what_a_member_was_told_goes_with_the_membership(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    told(&ada, &bob).await;
    let change = json!({"reply": {"mail": "none"}});
    bob.patch(PREFERENCES, "*", change).await.expect(200);
    ada.delete(&format!("/members/{}", bob.user), "*").await.expect(204);
    let again = ada.invite(&bob.email, "member").await;
    assert_eq!(again.user, bob.user);
    assert_eq!(kinds(&again).await, [""; 0]);
    assert_eq!(again.get(PREFERENCES).await.expect(200).header("etag"), "\"0\"");
}

async fn what_is_unread_is_in_the_digest_of_the_day(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite_as("bob@example.com", "member").await;
    let project = ada.project("P-1").await;
    comment(&bob, &project).await;
    comment(&ada, &project).await;
    comment(&ada, &project).await;
    let tomorrow = app.application.now() + chrono::TimeDelta::days(1);
    let jobs = NotificationDigests(app.application.clone()).jobs(tomorrow).await.unwrap();
    let own = jobs.into_iter().find(|(id, _)| id.to_string() == ada.organization);
    let worker = app.worker(Handlers::new().with(DigestSender));
    let job = enqueue_draft(&ada, own.unwrap().1).await;
    let path = format!("/jobs/{job}");
    for _ in 0..600 {
        if ada.get(&path).await.expect(200).json()["state"] == "succeeded" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(worker);
    let mail = app.mail_to(&bob.email, MailKind::NotificationDigest).await;
    assert!(mail.values.contains(&("replies", "2".to_owned())), "{mail:?}");
    assert!(mail.link.unwrap().ends_with("/api/v1/notifications?unread=true"));
}

on_postgres! {
    Options { mails: true, ..Options::default() };
    a_comment_tells_those_whom_it_mentions_and_those_before,
    notifications_are_read_one_by_one_or_all_at_once,
    a_mention_is_mailed_with_a_link_and_without_the_text,
    a_user_chooses_how_to_be_told_in_each_organization,
    what_a_member_was_told_goes_with_the_membership,
    what_is_unread_is_in_the_digest_of_the_day,
}
