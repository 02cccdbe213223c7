//! What is checked is still true when it takes effect, also with rivals beside it.

use std::time::Duration;

use serde_json::json;

use crate::support::{Client, PASSWORD, Reply, TestApp};

/// The rounds of each race; a different delay decides each of them.
const ROUNDS: u64 = 12;

/// A moment that differs from round to round.
async fn moment(round: u64) {
    tokio::time::sleep(Duration::from_micros(round * 400)).await;
}

fn path(member: &Client) -> String {
    format!("/members/{}", member.user)
}

/// Asserts that no reply is a fault of the server.
#[track_caller]
fn assert_decided(replies: &[&Reply]) {
    assert!(replies.iter().all(|reply| reply.status.as_u16() < 500), "{replies:?}");
}

fn account(email: &str, slug: &str) -> serde_json::Value {
    json!({
        "email": email, "password": PASSWORD, "name": "Ada",
        "organization": {"name": "Harbour", "slug": slug},
    })
}

async fn of_two_registrations_of_one_address_or_one_slug_one_succeeds(app: &TestApp) {
    for round in 0..ROUNDS {
        let (email, slug) = (format!("{round}@example.com"), format!("slug-{round}"));
        let other = |what: &str| format!("{what}-{round}");
        for (one, two, code) in [
            (account(&email, &slug), account(&email, &other("b")), "auth.email_taken"),
            (
                account(&format!("c{round}@example.com"), &other("c")),
                account(&format!("d{round}@example.com"), &other("c")),
                "organization.slug_taken",
            ),
        ] {
            let client = app.anonymous();
            let (one, two) = tokio::join!(client.post("/auth/register", one), async {
                moment(round).await;
                client.post("/auth/register", two).await
            });
            let (won, lost) = if one.status == 201 { (one, two) } else { (two, one) };
            client.signed_in(&won.expect(201)).get("/me").await.expect(200);
            lost.refused(409, code);
        }
    }
}

/// Runs what opens a session in Ada's organization beside the removal of the member. The session,
/// if there is one, must be of no use.
async fn beside_removal(app: &TestApp, open: impl AsyncFn(&Client, &str) -> Reply) {
    let ada = app.owner("Ada").await;
    for round in 0..ROUNDS {
        let home = app.owner(&format!("Bob {round}")).await;
        let here = ada.invite(&home.email, "member").await;
        let removed_member = path(&here);
        let (opened, removed) = tokio::join!(open(&here, &ada.organization), async {
            moment(round).await;
            ada.delete(&removed_member, "*").await
        });
        removed.expect(204);
        assert_decided(&[&opened]);
        if opened.status == 200 {
            let session = here.signed_in(&opened);
            if session.organization == ada.organization {
                session.get("/me").await.refused(401, "auth.invalid_token");
                session.refresh().await.refused(401, "auth.invalid_token");
            }
        }
        here.refresh().await.refused(401, "auth.invalid_token");
        home.get("/me").await.expect(200);
    }
}

async fn a_refresh_beside_the_removal_of_the_member_leaves_no_session(app: &TestApp) {
    beside_removal(app, async |member, _| member.refresh().await).await;
}

async fn a_switch_beside_the_removal_of_the_member_leaves_no_session(app: &TestApp) {
    beside_removal(app, async |member, to| {
        member.post("/auth/switch", json!({"organization_id": to})).await
    })
    .await;
}

async fn a_login_beside_the_removal_of_the_member_leaves_no_session(app: &TestApp) {
    beside_removal(app, async |member, _| member.try_login(&member.email, PASSWORD).await).await;
}

async fn of_two_owners_who_leave_at_once_one_stays(app: &TestApp) {
    for round in 0..ROUNDS {
        let ada = app.owner(&format!("Ada {round}")).await;
        let bob = ada.invite(&format!("bob-{round}@example.com"), "owner").await;
        let (hers, his) = (path(&ada), path(&bob));
        let (one, two) = tokio::join!(ada.delete(&hers, "*"), async {
            moment(round).await;
            bob.delete(&his, "*").await
        });
        let (left, stays) = if one.status == 204 { (one, two) } else { (two, one) };
        left.expect(204);
        stays.refused(409, "member.last_owner");
    }
}

async fn of_an_acceptance_and_the_withdrawal_of_the_invitation_one_succeeds(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for round in 0..ROUNDS {
        let offer = json!({"email": format!("carol-{round}@example.com"), "role": "viewer"});
        let invitation = ada.post("/invitations", offer).await.expect(201).json();
        let accept = json!({"token": invitation["token"], "password": PASSWORD, "name": "Carol"});
        let withdrawn = format!("/invitations/{}", invitation["id"].as_str().unwrap());
        let anonymous = app.anonymous();
        let before = ada.list("/members").await.len();
        let (accepted, withdrawn) =
            tokio::join!(anonymous.post("/invitations/accept", accept), async {
                moment(round).await;
                ada.delete(&withdrawn, "*").await
            });
        let joined = ada.list("/members").await.len() - before;
        match (accepted.status.as_u16(), withdrawn.status.as_u16()) {
            (200, 409 | 412) => assert_eq!(joined, 1),
            (409, 204) => assert_eq!(joined, 0),
            _ => panic!("{accepted:?} {withdrawn:?}"),
        }
    }
}

async fn a_key_that_is_created_beside_the_removal_of_its_creator_never_acts(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for round in 0..ROUNDS {
        let email = format!("carol-{round}@example.com");
        let carol = ada.invite(&email, "admin").await;
        let new = json!({"name": "k", "role": "viewer"});
        let removed_member = path(&carol);
        let (created, removed) = tokio::join!(carol.post("/api-keys", new), async {
            moment(round).await;
            ada.delete(&removed_member, "*").await
        });
        removed.expect(204);
        assert_decided(&[&created]);
        let Some(secret) = created.json()["secret"].as_str().map(str::to_owned) else { continue };
        let machine = app.anonymous().with_token(&secret);
        machine.get("/projects").await.refused(401, "auth.invalid_token");
        // Nor does it act again once the person is back.
        ada.invite(&email, "viewer").await;
        machine.get("/projects").await.refused(401, "auth.invalid_token");
    }
}

async fn a_comment_beside_the_removal_of_its_record_goes_with_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for round in 0..ROUNDS {
        let project = ada.project(&format!("P-{round}")).await;
        let id = project["id"].as_str().unwrap();
        let new = json!({"subject_type": "project", "subject_id": id, "body": "Too late?"});
        let path = format!("/projects/{id}?permanent=true");
        let (commented, removed) = tokio::join!(ada.post("/comments", new), async {
            moment(round).await;
            ada.delete(&path, "*").await
        });
        removed.expect(204);
        assert_decided(&[&commented]);
        assert_eq!(ada.list(&format!("/comments?subject_id={id}")).await.len(), 0);
    }
}

on_postgres! {
    of_two_registrations_of_one_address_or_one_slug_one_succeeds,
    a_refresh_beside_the_removal_of_the_member_leaves_no_session,
    a_switch_beside_the_removal_of_the_member_leaves_no_session,
    a_login_beside_the_removal_of_the_member_leaves_no_session,
    of_two_owners_who_leave_at_once_one_stays,
    of_an_acceptance_and_the_withdrawal_of_the_invitation_one_succeeds,
    a_key_that_is_created_beside_the_removal_of_its_creator_never_acts,
    a_comment_beside_the_removal_of_its_record_goes_with_it,
}
