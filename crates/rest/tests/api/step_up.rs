//! What needs a proof of who the user is that is at most ten minutes old.

use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, TestApp, authenticator::Authenticator};

const STALE: &str = "auth.step_up_required";

/// The same session, whose last proof was eleven minutes ago.
async fn stale(app: &TestApp, client: &Client) -> Client {
    let mut owner = app.database_owner().await;
    let age = "UPDATE sessions SET proved_at = proved_at - interval '11 minutes'
        WHERE user_id = $1::uuid";
    let age = sqlx::query(age).bind(client.user.parse::<uuid::Uuid>().unwrap());
    age.execute(&mut owner).await.unwrap();
    // The new pair was never admitted, and a refresh proves nothing.
    client.signed_in(&client.refresh().await.expect(200))
}

/// Asserts that a request needs a fresh proof.
async fn refused(client: &Client, ask: impl AsyncFn(&Client) -> crate::support::Reply) {
    ask(client).await.refused(403, STALE);
}

async fn step_up(client: &Client, body: Value) {
    let proof = client.post("/auth/step-up", body).await.expect(200).json();
    assert!(proof["proved_at"].is_string());
}

async fn making_and_removing_an_owner_needs_a_fresh_proof(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bob = ada.invite("bob@example.com", "admin").await;
    let ada = stale(app, &ada).await;
    let member = format!("/members/{}", bob.user);
    let promote = async |role| ada.patch(&member, "*", json!({"role": role})).await;
    promote("owner").await.refused(403, STALE);
    let invite = json!({"email": "eve@example.com", "role": "owner"});
    ada.post("/invitations", invite.clone()).await.refused(403, STALE);
    // What concerns no owner needs none.
    promote("viewer").await.expect(200);

    ada.post("/auth/step-up", json!({"password": "wrong"}))
        .await
        .refused(401, "auth.invalid_credentials");
    promote("owner").await.refused(403, STALE);
    step_up(&ada, json!({"password": PASSWORD})).await;
    promote("owner").await.expect(200);
    ada.post("/invitations", invite).await.expect(201);

    let ada = stale(app, &ada).await;
    ada.patch(&member, "*", json!({"role": "viewer"})).await.refused(403, STALE);
    ada.delete(&member, "*").await.refused(403, STALE);
    step_up(&ada, json!({"password": PASSWORD})).await;
    ada.delete(&member, "*").await.expect(204);
}

async fn a_person_creates_an_api_key_with_a_fresh_proof_and_a_key_without(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let key = ada.api_key(json!({"role": "admin"})).await;
    let ada = stale(app, &ada).await;
    let body = json!({"name": "k", "role": "viewer"});
    refused(&ada, async |ada| ada.post("/api-keys", body.clone()).await).await;
    key.post("/api-keys", body.clone()).await.expect(201);
    key.post("/auth/step-up", json!({"password": PASSWORD})).await.refused(403, "auth.users_only");
    step_up(&ada, json!({"password": PASSWORD})).await;
    ada.post("/api-keys", body).await.expect(201);
}

async fn a_second_factor_is_begun_with_a_fresh_proof(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let ada = stale(app, &ada).await;
    refused(&ada, async |ada| ada.post("/me/second-factor", json!({})).await).await;
    step_up(&ada, json!({"password": PASSWORD})).await;
    Authenticator::turned_on(app, &ada).await;
    let ada = stale(app, &ada).await;
    let renew = "/me/second-factor/recovery-codes";
    refused(&ada, async |ada| ada.post(renew, json!({})).await).await;
}

async fn an_account_with_a_second_factor_proves_it_and_not_its_password(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut device = Authenticator::turned_on(app, &ada).await;
    let ada = stale(app, &ada).await;
    let by_password = ada.post("/auth/step-up", json!({"password": PASSWORD})).await;
    by_password.refused(401, "auth.invalid_second_factor");
    let body = json!({"name": "k", "role": "viewer"});
    ada.post("/api-keys", body.clone()).await.refused(403, STALE);
    step_up(&ada, json!({"code": device.next_code(app)})).await;
    ada.post("/api-keys", body.clone()).await.expect(201);
    let ada = stale(app, &ada).await;
    step_up(&ada, json!({"recovery_code": device.recovery_codes.pop()})).await;
    ada.post("/api-keys", body.clone()).await.expect(201);

    // A change of the password is no proof of the second factor.
    let ada = stale(app, &ada).await;
    let change = json!({"current_password": PASSWORD, "new_password": PASSWORD});
    let ada = ada.signed_in(&ada.post("/auth/password", change).await.expect(200));
    ada.post("/api-keys", body).await.refused(403, STALE);
    for faulty in [json!({}), json!({"password": PASSWORD, "code": "123456"})] {
        ada.post("/auth/step-up", faulty).await.refused(422, "body.invalid");
    }
}

async fn a_proof_in_one_session_is_none_in_another_login(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (one, other) = (ada.login().await, ada.login().await);
    let one = stale(app, &one).await;
    let other = other.signed_in(&other.refresh().await.expect(200));
    step_up(&one, json!({"password": PASSWORD})).await;
    let body = json!({"name": "k", "role": "viewer"});
    other.post("/api-keys", body.clone()).await.refused(403, STALE);
    one.post("/api-keys", body.clone()).await.expect(201);
    let one = one.signed_in(&one.refresh().await.expect(200));
    one.post("/api-keys", body).await.expect(201);
}

on_postgres! {
    making_and_removing_an_owner_needs_a_fresh_proof,
    a_person_creates_an_api_key_with_a_fresh_proof_and_a_key_without,
    a_second_factor_is_begun_with_a_fresh_proof,
    an_account_with_a_second_factor_proves_it_and_not_its_password,
    a_proof_in_one_session_is_none_in_another_login,
}
