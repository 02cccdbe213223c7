//! The event stream over a WebSocket.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Client, Listener, Options, TestApp};

pub async fn an_event_arrives_as_the_page_shows_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut ear = Listener::open(&ada).await;
    ear.subscribe(&["projects"], None).await;
    ada.project("P-1").await;
    let heard = ear.event().await;
    assert_eq!(heard, ada.events("&topics=projects", 0, 1).await[0]);
    assert_eq!(ear.ask(json!({"type": "ping"})).await, json!({"type": "pong"}));
}

async fn a_browser_says_who_it_is_with_its_first_message(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut ear = Listener::open(&ada.anonymous()).await;
    let early = ear.ask(json!({"type": "subscribe", "topics": ["projects"]})).await;
    assert_eq!(early["code"], "auth.required");
    let answer = ear.ask(json!({"type": "authenticate", "token": ada.token})).await;
    assert_eq!(answer, json!({"type": "authenticated"}));
    ear.subscribe(&["projects"], Some(0)).await;
    ada.project("P-1").await;
    assert_eq!(ear.event().await["data"]["code"], "P-1");

    let mut stranger = Listener::open(&ada.anonymous()).await;
    stranger.say(json!({"type": "authenticate", "token": "pla_nonsense"})).await;
    assert_eq!(stranger.closed().await, Some(4401));
    let mut silent = Listener::open(&ada.anonymous()).await;
    assert_eq!(silent.closed().await, Some(4401), "after its time to authenticate");
}

async fn a_wrong_credential_or_none_of_the_right_ones_opens_no_socket(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let wrong = ada.with_token("pla_nonsense");
    assert_eq!(Listener::try_open(Listener::request(&wrong)).await.err().unwrap(), 401);
    let key = ada.api_key(json!({"permissions": ["project:read"]})).await;
    assert_eq!(Listener::try_open(Listener::request(&key)).await.err().unwrap(), 403);
    let mut ear = Listener::open(&key.anonymous()).await;
    ear.say(json!({"type": "authenticate", "token": key.token})).await;
    assert_eq!(ear.closed().await, Some(4401));
    ada.get("/ws").await.refused(426, "ws.handshake");
}

async fn a_page_of_another_origin_is_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let own = app.url.clone();
    for (origin, is_open) in [
        ("https://evil.example", false),
        ("https://app.example.com.evil.example", false),
        ("null", false),
        ("https://app.example.com", true),
        (&*own, true),
    ] {
        let mut request = Listener::request(&ada);
        request.headers_mut().insert("origin", origin.parse().unwrap());
        match Listener::try_open(request).await {
            Ok(_) => assert!(is_open, "{origin}"),
            Err(status) => assert!(!is_open && status == 403, "{origin}"),
        }
    }
}

async fn topics_can_be_joined_and_left_with_nothing_doubled(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (one, other) = (ada.project("P-1").await, ada.project("P-2").await);
    let topic =
        |project: &serde_json::Value| format!("projects/{}", project["id"].as_str().unwrap());
    let change = async |project: &serde_json::Value, name: &str| {
        let path = format!("/projects/{}", project["id"].as_str().unwrap());
        ada.patch(&path, "*", json!({"name": name})).await.expect(200);
    };
    ada.events("&topics=projects", 0, 2).await;
    let mut ear = Listener::open(&ada).await;
    ear.subscribe(&[&topic(&one)], None).await;
    change(&other, "unheard").await;
    change(&one, "first").await;
    assert_eq!(ear.event().await["data"]["name"], "first");
    ear.subscribe(&[&topic(&other)], None).await;
    change(&other, "second").await;
    change(&one, "third").await;
    assert_eq!(ear.event().await["data"]["name"], "second");
    assert_eq!(ear.event().await["data"]["name"], "third");
    let twice = ear.ask(json!({"type": "subscribe", "topics": ["jobs"], "after": 0})).await;
    assert_eq!(twice["code"], "ws.subscribed");
    let left = ear.ask(json!({"type": "unsubscribe", "topics": [topic(&one)]})).await;
    assert_eq!(left["type"], "subscribed");
    change(&one, "unheard").await;
    change(&other, "fourth").await;
    assert_eq!(ear.event().await["data"]["name"], "fourth");
    ear.ask(json!({"type": "unsubscribe", "topics": [topic(&other)]})).await;
    let none = ear.ask(json!({"type": "unsubscribe", "topics": [topic(&other)]})).await;
    assert_eq!(none["code"], "ws.not_subscribed");
}

async fn what_a_client_sends_is_bounded(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut ear = Listener::open(&ada).await;
    for (said, code) in [
        ("not json", "ws.malformed"),
        (r#"{"type":"shout"}"#, "ws.malformed"),
        (r#"{"type":"ping","loud":true}"#, "ws.malformed"),
        (r#"{"type":"subscribe","topics":["projects"],"extra":1}"#, "ws.malformed"),
        (r#"{"type":"subscribe","topics":[]}"#, "list.empty"),
        (r#"{"type":"subscribe","topics":["weather"]}"#, "topic.unknown"),
        (r#"{"type":"authenticate","token":"x"}"#, "ws.authenticated"),
    ] {
        ear.send(Message::text(said)).await;
        let answer = ear.hear().await.unwrap();
        assert_eq!((&answer["type"], &answer["code"]), (&json!("error"), &json!(code)), "{said}");
    }
    let many: Vec<_> = (0..51).map(|n| format!("projects/{}", uuid::Uuid::from_u128(n))).collect();
    let answer = ear.ask(json!({"type": "subscribe", "topics": many})).await;
    assert_eq!(answer["code"], "topic.too_many");

    let long = " ".repeat(5000);
    for (message, code) in [(Message::text(long), 1009), (Message::binary(vec![1]), 1003)] {
        let mut ear = Listener::open(&ada).await;
        ear.send(message).await;
        assert_eq!(ear.closed().await, Some(code));
    }
    let mut flood = Listener::open(&ada).await;
    for _ in 0..200 {
        let ping = Message::text(r#"{"type":"ping"}"#);
        if futures::SinkExt::send(&mut flood.socket, ping).await.is_err() {
            break;
        }
    }
    assert!([Some(1008), None].contains(&flood.closed().await));
}

async fn a_socket_is_closed_when_its_credential_ends(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let member = ada.invite("member@example.com", "member").await;
    let key =
        ada.post("/api-keys", json!({"name": "k", "role": "viewer"})).await.expect(201).json();
    let machine = ada.with_token(key["secret"].as_str().unwrap());
    let logged_in = ada.login().await;
    let mut ears = Vec::new();
    for client in [&member, &machine, &logged_in] {
        let mut ear = Listener::open(client).await;
        ear.subscribe(&["*"], None).await;
        ears.push(ear);
    }
    let revoked = Instant::now();
    ada.delete(&format!("/members/{}", member.user), "*").await.expect(204);
    ada.delete(&format!("/api-keys/{}", key["id"].as_str().unwrap()), "*").await.expect(204);
    logged_in.post("/auth/logout", json!({})).await.expect(204);
    for ear in &mut ears {
        assert_eq!(ear.closed().await, Some(4401));
        assert!(revoked.elapsed() < Duration::from_secs(5), "{:?}", revoked.elapsed());
    }
    let mut ear = Listener::open(&ada).await;
    ear.subscribe(&["*"], None).await;
    app.clock.advance(Duration::from_hours(1));
    let expired = Instant::now();
    assert_eq!(ear.closed().await, Some(4401));
    assert!(expired.elapsed() < Duration::from_secs(5));
}

async fn a_change_of_role_changes_what_is_heard(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let mut ear = Listener::open(&admin).await;
    ear.subscribe(&["invitations", "projects"], None).await;
    ada.patch(&format!("/members/{}", admin.user), "*", json!({"role": "viewer"}))
        .await
        .expect(200);
    // The socket has checked its credential meanwhile.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let body = json!({"email": "new@example.com", "role": "viewer"});
    ada.post("/invitations", body).await.expect(201);
    ada.project("P-1").await;
    loop {
        let event = ear.event().await;
        assert_ne!(event["data"]["email"], "new@example.com");
        if event["type"] == "project.created" {
            return;
        }
    }
}

async fn a_stopping_server_sends_its_clients_away(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut ear = Listener::open(&ada).await;
    ear.subscribe(&["*"], None).await;
    let mut idle = Listener::open(&ada.anonymous()).await;
    let asked = Instant::now();
    app.ask_to_stop();
    assert_eq!(ear.closed().await, Some(1001));
    assert_eq!(idle.closed().await, Some(1001));
    assert!(asked.elapsed() < Duration::from_secs(4), "not at the deadline");
}

async fn a_user_has_so_many_streams_with_all_credentials_together(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let key = ada.api_key(json!({"role": "viewer"})).await;
    let one = Listener::open(&ada).await;
    let _stream = key.request(reqwest::Method::GET, "/events/stream").send().await.unwrap();
    let again = ada.login().await;
    for client in [&ada, &again, &key] {
        let refused = client.get("/events/stream").await.refused(429, "streams.too_many");
        assert!(!refused.header("retry-after").is_empty());
        assert_eq!(Listener::try_open(Listener::request(client)).await.err().unwrap(), 429);
    }
    let mut late = Listener::open(&ada.anonymous()).await;
    late.say(json!({"type": "authenticate", "token": again.token})).await;
    assert_eq!(late.closed().await, Some(1008));
    let carol = ada.invite("carol@example.com", "viewer").await;
    let _other = Listener::open(&carol).await;
    drop(one);
    opens_again(&ada).await;
}

async fn an_organization_has_so_many_streams_and_no_other_uses_them_up(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let carol = ada.invite("carol@example.com", "viewer").await;
    let one = Listener::open(&ada).await;
    let _two = Listener::open(&carol).await;
    ada.get("/events/stream").await.refused(429, "streams.too_many");
    carol.get("/events/stream").await.refused(429, "streams.too_many");
    let _others = (Listener::open(&bob).await, Listener::open(&bob).await);
    drop(one);
    opens_again(&carol).await;
}

async fn an_address_has_few_sockets_that_have_not_authenticated(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let anonymous = ada.anonymous();
    let mut silent = Listener::open(&anonymous).await;
    let mut second = Listener::open(&anonymous).await;
    let refused = Listener::try_open(Listener::request(&anonymous)).await;
    assert_eq!(refused.err().unwrap(), 429);
    // Who has authenticated is not counted any more.
    let answer = second.ask(json!({"type": "authenticate", "token": ada.token})).await;
    assert_eq!(answer, json!({"type": "authenticated"}));
    let _third = Listener::open(&anonymous).await;
    let _known = Listener::open(&ada).await;
    assert_eq!(silent.closed().await, Some(4401), "its time to authenticate is short");
}

/// Waits until the client may open a stream.
async fn opens_again(client: &Client) {
    for _ in 0..1_000 {
        if Listener::try_open(Listener::request(client)).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the place never became free");
}

on_postgres! {
    an_event_arrives_as_the_page_shows_it,
    a_browser_says_who_it_is_with_its_first_message,
    a_wrong_credential_or_none_of_the_right_ones_opens_no_socket,
    a_page_of_another_origin_is_refused,
    topics_can_be_joined_and_left_with_nothing_doubled,
    what_a_client_sends_is_bounded,
    a_socket_is_closed_when_its_credential_ends,
    a_change_of_role_changes_what_is_heard,
    a_stopping_server_sends_its_clients_away,
}

mod limited_by_user {
    use super::*;
    on_postgres! {
        Options { streams_per_user: 2, ..Options::default() };
        a_user_has_so_many_streams_with_all_credentials_together,
    }
}

mod limited_by_organization {
    use super::*;
    on_postgres! {
        Options { streams_per_organization: 2, ..Options::default() };
        an_organization_has_so_many_streams_and_no_other_uses_them_up,
    }
}

mod limited_by_address {
    use super::*;
    on_postgres! {
        Options { unauthenticated_sockets: 2, ..Options::default() };
        an_address_has_few_sockets_that_have_not_authenticated,
    }
}
