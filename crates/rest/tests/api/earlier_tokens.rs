//! Tokens of earlier versions, which do not name their organization.

use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::{Client, Options, PASSWORD, TestApp};

/// The texts of an access token, an API key and an invitation of an earlier version.
fn plain(prefix: &str) -> String {
    format!("{prefix}{}", "b".repeat(43))
}

/// The texts of two refresh tokens of an earlier version, with the same root of 16 bytes.
fn rooted(own: char) -> String {
    format!("plr_{}{}", "A".repeat(22), own.to_string().repeat(42))
}

/// The change by which a row has the token of an earlier version.
fn earlier(table: &str, column: &str, text: &str) -> String {
    format!("UPDATE {table} SET names_organization = false, {column} = sha256('{text}'::bytea);")
}

/// A server on whose database an earlier version has given a session, an API key and an invitation to
/// the only organization.
async fn upgraded() -> (TestApp, Client) {
    let app = TestApp::postgres(Options::default()).await;
    let ada = app.owner("Ada").await;
    ada.api_key(json!({"role": "viewer"})).await;
    let offer = json!({"email": "carol@example.com", "role": "viewer"});
    ada.post("/invitations", offer).await.expect(201);
    let sql = [
        earlier("sessions", "access_hash", &plain("pla_")),
        earlier("sessions", "refresh_hash", &rooted('B')),
        "UPDATE sessions SET root_hash = sha256(decode(repeat('00', 16), 'hex'));".to_owned(),
        earlier("api_keys", "secret_hash", &plain("plk_")),
        earlier("invitations", "token_hash", &plain("pli_")),
    ];
    let mut owner = PgConnection::connect(app.database.as_ref().unwrap().url()).await.unwrap();
    owner.execute(AssertSqlSafe(sql.concat())).await.unwrap();
    (app, ada)
}

/// Exchanges a refresh token of an earlier version.
async fn refresh(app: &TestApp, own: char) -> crate::support::Reply {
    app.anonymous().post("/auth/refresh", json!({"refresh_token": rooted(own)})).await
}

#[tokio::test]
async fn a_token_of_an_earlier_version_is_accepted_until_it_ends() {
    let (app, ada) = upgraded().await;
    let (session, key) = (ada.with_token(&plain("pla_")), ada.with_token(&plain("plk_")));
    for client in [&session, &key] {
        client.get("/me").await.expect(200);
    }
    key.post("/projects", json!({"code": "P", "name": "P"})).await.expect(403);
    session.post("/auth/switch", json!({"organization_id": ada.organization})).await.expect(200);
    let accept = json!({"token": plain("pli_"), "password": PASSWORD, "name": "Carol"});
    app.anonymous().post("/invitations/accept", accept).await.expect(200);

    let next = ada.signed_in(&refresh(&app, 'B').await.expect(200));
    for (token, length) in [(&next.token, 4 + 65), (&next.refresh_token, 4 + 86)] {
        assert_eq!(token.as_ref().unwrap().len(), length, "it names the organization");
    }
    next.get("/me").await.expect(200);
    next.signed_in(&next.refresh().await.expect(200)).get("/me").await.expect(200);

    app.clock.advance(Duration::from_mins(16));
    session.get("/me").await.refused(401, "auth.invalid_token");
    key.get("/me").await.expect(200);
    app.stop().await;
}

#[tokio::test]
async fn a_replay_of_an_earlier_token_ends_the_login_also_when_its_row_has_gone() {
    let (app, ada) = upgraded().await;
    // The predecessor of the stored token was swept by the earlier version: only the root tells it.
    let next = ada.signed_in(&refresh(&app, 'B').await.expect(200));
    next.get("/me").await.expect(200);
    refresh(&app, 'C').await.refused(401, "auth.invalid_token");
    next.get("/me").await.refused(401, "auth.invalid_token");
    let again = ada.login().await;
    assert_eq!(again.list("/audit-logs?action=session.replayed").await.len(), 1);
    app.stop().await;
}

/// The organization in a token is only where its row is looked for.
#[tokio::test]
async fn a_token_that_names_another_organization_opens_nothing() {
    let app = TestApp::postgres(Options::default()).await;
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let (key, other) = (ada.api_key(json!({"role": "viewer"})).await, bob.token.clone().unwrap());
    for (client, prefix) in [(&ada, "pla_"), (&key, "plk_")] {
        let own = client.token.clone().unwrap();
        let moved = format!("{prefix}{}{}", &other[4..26], &own[26..]);
        let nameless = format!("{prefix}{}", &own[26..]);
        for text in [moved, nameless] {
            client.with_token(&text).get("/me").await.refused(401, "auth.invalid_token");
        }
        client.get("/me").await.expect(200);
    }
    let own = ada.refresh_token.clone().unwrap();
    for text in [format!("plr_{}{}", &other[4..26], &own[26..]), format!("plr_{}", &own[26..])] {
        let reply = app.anonymous().post("/auth/refresh", json!({"refresh_token": text})).await;
        reply.refused(401, "auth.invalid_token");
    }
    app.stop().await;
}
