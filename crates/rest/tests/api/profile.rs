//! What users change of their account, and its end.

use plinth_domain::{Id, Language, UserStatus};
use plinth_ports::MailKind;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Options, PASSWORD, Reply, TestApp};

fn mails() -> Options {
    Options { mails: true, ..Options::default() }
}

async fn change(client: &Client, body: Value) -> Reply {
    client.send(client.request(Method::PATCH, "/me").json(&body)).await
}

async fn delete(client: &Client, password: &str) -> Reply {
    let request = client.request(Method::DELETE, "/me");
    client.send(request.json(&json!({"password": password}))).await
}

async fn a_user_changes_name_language_and_time_zone(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"name": " Ada L. ", "locale": "de-CH", "time_zone": "Europe/Zurich"});
    let changed = change(&ada, body).await.expect(200).json();
    let user = |me: Value| me["user"].clone();
    let me = user(ada.get("/me").await.expect(200).json());
    assert_eq!(changed, me);
    let chosen = json!(["Ada L.", "de-CH", "Europe/Zurich"]);
    assert_eq!(json!([me["name"], me["locale"], me["time_zone"]]), chosen);
    assert_eq!(ada.list("/members").await[0]["name"], "Ada L.");
    // What is absent stays, and null clears.
    let changed = change(&ada, json!({"locale": null})).await.expect(200).json();
    assert_eq!(
        json!([changed["name"], changed["locale"], changed["time_zone"]]),
        json!(["Ada L.", null, "Europe/Zurich"])
    );
    change(&ada, json!({})).await.expect(200);
    assert_eq!(ada.list("/audit-logs?action=user.profile_changed").await.len(), 2);
}

async fn every_fault_of_a_profile_is_told(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"name": null, "locale": "german", "time_zone": "Europe/Atlantis"});
    let problem = change(&ada, body).await.refused(422, "body.invalid").json();
    let pointers = problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone());
    assert_eq!(pointers.collect::<Vec<_>>(), ["/name", "/locale", "/time_zone"]);
    change(&ada, json!({"email": "eve@example.com"})).await.refused(422, "body.invalid");
    let key = ada.api_key(json!({"role": "owner"})).await;
    change(&key, json!({"name": "Eve"})).await.refused(403, "auth.users_only");
}

async fn mails_are_in_the_language_and_the_time_of_their_reader(app: &TestApp) {
    let ada = app.owner("Ada").await;
    ada.api_key(json!({"role": "viewer"})).await;
    let before = app.mail_to(&ada.email, MailKind::ApiKeyCreated).await;
    assert_eq!(before.language, Language::En);
    change(&ada, json!({"locale": "de", "time_zone": "Asia/Tokyo"})).await.expect(200);
    ada.api_key(json!({"role": "viewer"})).await;
    assert_eq!(app.mail_to(&ada.email, MailKind::ApiKeyCreated).await.language, Language::De);
    let new = json!({"current_password": PASSWORD, "new_password": "another long password"});
    ada.post("/auth/password", new).await.expect(200);
    let told = app.mail_to(&ada.email, MailKind::PasswordChanged).await;
    assert_eq!(told.language, Language::De);
    assert!(told.values[0].1.ends_with(" Asia/Tokyo"), "{:?}", told.values);
}

async fn a_deleted_account_ends_with_its_rights_and_has_no_name_any_more(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let there = ada.invite(&bob.email, "admin").await;
    let key = there.api_key(json!({"role": "viewer"})).await;
    bob.invite("carol@example.com", "owner").await;
    delete(&bob, "not the password").await.refused(401, "auth.invalid_credentials");
    delete(&key, PASSWORD).await.refused(403, "auth.users_only");
    bob.get("/me").await.expect(200);

    delete(&bob, PASSWORD).await.expect(204);
    for gone in [&bob, &there, &key] {
        gone.get("/me").await.refused(401, "auth.invalid_token");
    }
    bob.refresh().await.refused(401, "auth.invalid_token");
    app.anonymous().try_login(&bob.email, PASSWORD).await.refused(401, "auth.invalid_credentials");
    let members = ada.list("/members").await;
    assert_eq!(members.len(), 1, "{members:?}");
    let told = ada.list("/audit-logs?action=member.left").await;
    assert_eq!((told.len(), &told[0]["subject_id"]), (1, &json!(bob.user)));
    assert_eq!(told[0]["before"], Value::Null, "neither name nor address");
    assert_eq!(ada.list("/audit-logs?action=api_key.revoked").await.len(), 1);

    let id = Id::from_uuid(bob.user.parse().unwrap());
    let row = app.system.begin().await.unwrap().find_user(id).await.unwrap().unwrap();
    assert_eq!((row.user.status, row.password), (UserStatus::Disabled, None));
    assert_eq!(row.user.name.as_str(), "Deleted user");
    assert_eq!(row.user.email.as_str(), format!("{}@deleted.invalid", bob.user));
    // The address is free.
    let again = app.owner("Bob").await;
    assert_ne!(again.user, bob.user);
}

async fn an_account_is_not_deleted_while_an_organization_has_no_other_owner(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let problem = delete(&ada, PASSWORD).await.refused(409, "account.sole_owner").json();
    let named = json!([{"id": ada.organization, "name": "Ada"}]);
    assert_eq!(problem["organizations"], named);
    ada.get("/me").await.expect(200);
    let carol = ada.invite("carol@example.com", "owner").await;
    delete(&ada, PASSWORD).await.expect(204);
    delete(&carol, PASSWORD).await.refused(409, "account.sole_owner");
}

async fn of_two_owners_who_go_at_once_one_stays(app: &TestApp) {
    for name in ["Ada", "Bob", "Dora"] {
        let one = app.owner(name).await;
        let two = one.invite(&format!("second-{}", one.email), "owner").await;
        let (first, second) = tokio::join!(delete(&one, PASSWORD), delete(&two, PASSWORD));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
    }
}

on_postgres! {
    mails();
    a_user_changes_name_language_and_time_zone,
    every_fault_of_a_profile_is_told,
    mails_are_in_the_language_and_the_time_of_their_reader,
    a_deleted_account_ends_with_its_rights_and_has_no_name_any_more,
    an_account_is_not_deleted_while_an_organization_has_no_other_owner,
    of_two_owners_who_go_at_once_one_stays,
}

#[tokio::test]
async fn the_memory_adapters_delete_an_account_alike() {
    let app = TestApp::memory(mails()).await;
    a_deleted_account_ends_with_its_rights_and_has_no_name_any_more(&app).await;
    app.stop().await;
}
