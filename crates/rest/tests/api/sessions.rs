//! The logins of an account: who sees them, ends them, and hears of a new one.

use std::time::Duration;

use plinth_ports::MailKind;
use plinth_rest::ForwardedHeader;
use reqwest::{Method, header::USER_AGENT};
use serde_json::{Value, json};

use crate::support::{Client, Options, PASSWORD, Reply, TestApp};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0";

/// A login by a client of this name from this address.
async fn log_in(client: &Client, device: &str, from: &str) -> Client {
    let body = json!({"email": client.email, "password": PASSWORD});
    let request = client.anonymous().request(Method::POST, "/auth/login").json(&body);
    let request = request.header(USER_AGENT, device).header("X-Forwarded-For", from);
    client.signed_in(&client.send(request).await.expect(200))
}

async fn logins(client: &Client) -> Vec<Value> {
    client.get("/me/sessions").await.expect(200).json()["data"].as_array().unwrap().clone()
}

async fn end(client: &Client, id: &Value) -> Reply {
    let path = format!("/me/sessions/{}", id.as_str().unwrap());
    client.send(client.request(Method::DELETE, &path)).await
}

async fn end_others(client: &Client) -> Reply {
    client.send(client.request(Method::POST, "/me/sessions/revoke-others")).await
}

async fn is_over(client: &Client) {
    client.get("/me").await.refused(401, "auth.invalid_token");
    client.refresh().await.refused(401, "auth.invalid_token");
}

fn behind_a_proxy() -> Options {
    Options { mails: true, proxies: (1, ForwardedHeader::XForwardedFor), ..Options::default() }
}

async fn each_login_is_one_entry_with_its_client_and_the_own_one_is_marked(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    ada.invite("bob@example.com", "viewer").await;
    let other = log_in(&bob, &"x".repeat(500), "2001:db8::7").await;
    app.clock.advance(Duration::from_mins(10));
    let other = other.signed_in(&other.refresh().await.expect(200));
    let there = json!({"organization_id": ada.organization});
    let there = other.signed_in(&other.post("/auth/switch", there).await.expect(200));

    let seen = logins(&there).await;
    // The registration, the invitation and the login.
    assert_eq!(seen.len(), 3, "{seen:?}");
    let marked = seen.iter().filter(|login| login["is_current"] == true).collect::<Vec<_>>();
    assert_eq!(marked, [&seen[0]], "the one that was used last is the first");
    let (began, used) = (&seen[0]["created_at"], &seen[0]["last_used_at"]);
    let time = |value: &Value| value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>();
    let between = time(used).unwrap() - time(began).unwrap();
    assert!(between >= chrono::TimeDelta::minutes(10), "{began} {used}");
    for login in &seen[1..] {
        // The identity of a login has milliseconds.
        let apart = time(&login["last_used_at"]).unwrap() - time(&login["created_at"]).unwrap();
        assert!(apart < chrono::TimeDelta::milliseconds(1), "{login}");
        assert_eq!(login["device"], Value::Null, "this client has no name");
    }
    // The same from both organizations, whose tokens are of one login.
    let mut here = logins(&other).await;
    here.sort_by_key(|login| login["id"].to_string());
    let mut both = seen.clone();
    both.sort_by_key(|login| login["id"].to_string());
    assert_eq!(here, both);
    assert_eq!(logins(&ada).await.len(), 1, "another account");
}

async fn the_client_of_a_login_is_shown_cut_and_with_its_address(app: &TestApp) {
    let ada = app.owner("Ada").await;
    log_in(&ada, &"x".repeat(500), "2001:db8::7").await;
    log_in(&ada, FIREFOX, "203.0.113.7").await;
    let seen = logins(&ada).await;
    let client = |login: &Value| (login["device"].clone(), login["address"].clone());
    assert_eq!(client(&seen[0]), (json!(FIREFOX), json!("203.0.113.7")));
    assert_eq!(client(&seen[1]), (json!("x".repeat(200)), json!("2001:db8::7")));
}

async fn an_ended_login_is_void_at_once_in_every_process(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let beside = app.on_the_same_bus(Options::default());
    let other = ada.login().await;
    let (here, there) = (other.clone(), other.at(&beside.url));
    for client in [&here, &there] {
        client.get("/me").await.expect(200);
    }
    let id = logins(&ada).await.iter().find(|l| l["is_current"] == false).unwrap()["id"].clone();
    end(&app.owner("Eve").await, &id).await.refused(404, "not_found");
    end(&ada, &id).await.expect(204);
    for client in [&here, &there] {
        is_over(client).await;
    }
    end(&ada, &id).await.refused(404, "not_found");
    ada.get("/me").await.expect(200);
    let told = ada.list("/audit-logs?action=session.revoked").await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["subject_id"], &told[0]["actor_id"]), (&id, &json!(ada.user)));
    // A user may end the login that asks.
    let own = logins(&ada).await[0]["id"].clone();
    end(&ada, &own).await.expect(204);
    is_over(&ada).await;
    beside.stop().await;
}

async fn all_other_logins_end_and_the_current_one_stays(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let others = [ada.login().await, ada.login().await];
    let next = others[0].signed_in(&others[0].refresh().await.expect(200));
    end_others(&ada).await.expect(204);
    for other in others.iter().chain([&next]) {
        is_over(other).await;
    }
    let ada = ada.signed_in(&ada.refresh().await.expect(200));
    assert_eq!(logins(&ada).await.len(), 1);
    assert_eq!(ada.list("/audit-logs?action=session.others_revoked").await.len(), 1);
    end_others(&ada).await.expect(204);
}

async fn an_api_key_sees_and_ends_no_login(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let key = ada.api_key(json!({"role": "owner"})).await;
    let own = logins(&ada).await[0]["id"].clone();
    key.get("/me/sessions").await.refused(403, "auth.users_only");
    end(&key, &own).await.refused(403, "auth.users_only");
    end_others(&key).await.refused(403, "auth.users_only");
    ada.get("/me").await.expect(200);
}

async fn a_login_from_a_new_device_or_network_is_told_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    app.mails(9).await;
    for (device, from) in [
        (FIREFOX, "203.0.113.7"),
        ("curl/8.5.0", "203.0.113.7"),
        (FIREFOX, "198.51.100.1"),
        (FIREFOX, "2001:db8::1"),
    ] {
        let first = log_in(&ada, device, from).await;
        let draft = app.mail_to(&ada.email, MailKind::NewDevice).await;
        let said = |name| draft.values.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        assert_eq!((said("device"), said("address")), (device.to_owned(), from.to_owned()));
        assert!(draft.link.as_deref().unwrap().ends_with("/account/forgot#"));
        // Known from now on, also when its login has ended.
        let out = first.request(Method::POST, "/auth/logout");
        first.send(out).await.expect(204);
        let again = log_in(&ada, device, from).await;
        again.refresh().await.expect(200);
        assert_eq!(app.mails(9).await, []);
    }
    // The same network of a customer (IPv6 /64).
    log_in(&ada, FIREFOX, "2001:db8::2").await;
    assert_eq!(app.mails(9).await, []);
}

on_postgres! {
    behind_a_proxy();
    each_login_is_one_entry_with_its_client_and_the_own_one_is_marked,
    the_client_of_a_login_is_shown_cut_and_with_its_address,
    an_ended_login_is_void_at_once_in_every_process,
    all_other_logins_end_and_the_current_one_stays,
    an_api_key_sees_and_ends_no_login,
    a_login_from_a_new_device_or_network_is_told_once,
}

#[tokio::test]
async fn the_memory_adapters_know_sessions_and_devices_alike() {
    for test in 0..3 {
        let app = TestApp::memory(behind_a_proxy()).await;
        match test {
            0 => each_login_is_one_entry_with_its_client_and_the_own_one_is_marked(&app).await,
            1 => all_other_logins_end_and_the_current_one_stays(&app).await,
            _ => a_login_from_a_new_device_or_network_is_told_once(&app).await,
        }
        app.stop().await;
    }
}
