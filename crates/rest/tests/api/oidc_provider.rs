//! Logins by a real provider of identities, `oidc-provider`, which runs as a process.

use std::collections::HashMap;

use plinth_testkit::IdentityProvider;
use reqwest::{
    Url,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use serde_json::{Value, json};

use crate::support::{
    Client, Options, TestApp,
    oidc::{Begun, REDIRECT_BASE, begin, begin_link, redirect_uri},
};

/// What a browser keeps of a provider.
#[derive(Default)]
pub struct Browser {
    cookies: HashMap<String, String>,
}

impl Browser {
    /// Goes to the provider, where a user logs in, and comes back with the parameters of the answer.
    pub async fn visit(&mut self, begun: &Begun, user: &str) -> HashMap<String, String> {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let mut url = begun.url.clone();
        url.query_pairs_mut().append_pair("login_hint", user);
        for _ in 0..10 {
            let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            let cookies = cookies.collect::<Vec<_>>().join("; ");
            let reply = http.get(url.clone()).header(COOKIE, cookies).send().await.unwrap();
            for set in reply.headers().get_all(SET_COOKIE) {
                let pair = set.to_str().unwrap().split(';').next().unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            let location = reply.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned());
            let Some(location) = location else {
                panic!("{} of {url}: {}", reply.status(), reply.text().await.unwrap())
            };
            url = url.join(&location).unwrap();
            if url.as_str().starts_with(REDIRECT_BASE) {
                return url.query_pairs().into_owned().collect();
            }
        }
        panic!("the provider leads nowhere: {url}")
    }
}

/// The body that completes a login by the provider's answer.
pub fn answer(begun: &Begun, answered: &HashMap<String, String>) -> Value {
    json!({
        "code": answered["code"],
        "state": answered["state"],
        "iss": answered["iss"],
        "binding": begun.binding,
    })
}

/// The parts of a test: two providers, and a server with them.
struct Parts {
    app: TestApp,
    a: IdentityProvider,
    b: IdentityProvider,
}

impl Parts {
    async fn start() -> Self {
        let a = IdentityProvider::start(&redirect_uri("a")).await;
        let b = IdentityProvider::start(&redirect_uri("b")).await;
        let identity_providers = Some([a.port, b.port]);
        let app = TestApp::postgres(Options { identity_providers, ..Options::default() }).await;
        Self { app, a, b }
    }

    /// Registers the user of the provider's account.
    async fn registered(&self, user: &str) -> Client {
        let visitor = self.app.anonymous();
        let begun = begin(&visitor, "a").await;
        let answered = Browser::default().visit(&begun, user).await;
        let pending = begun.complete(&visitor, answer(&begun, &answered)).await.expect(202).json();
        let body = json!({"token": pending["token"], "organization": {"name": user}});
        visitor.signed_in(&visitor.post("/auth/oidc/register", body).await.expect(201))
    }
}

#[tokio::test]
async fn a_user_of_a_real_provider_gets_an_account_and_logs_in_again() {
    let parts = Parts::start().await;
    let visitor = parts.app.anonymous();
    let begun = begin(&visitor, "a").await;
    assert!(begun.url.as_str().starts_with(&parts.a.issuer()));
    let own = redirect_uri("a");
    for (name, wanted) in [
        ("response_type", "code"),
        ("client_id", IdentityProvider::CLIENT_ID),
        ("redirect_uri", own.as_str()),
        ("scope", "openid email profile"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(begun.parameter(name), wanted);
    }
    assert_eq!(begun.parameter("code_challenge").len(), 43);
    let mut browser = Browser::default();
    let answered = browser.visit(&begun, "ada").await;
    assert_eq!(answered["iss"], parts.a.issuer());
    let pending = begun.complete(&visitor, answer(&begun, &answered)).await.expect(202).json();
    assert_eq!((&pending["email"], &pending["name"]), (&json!("ada@example.com"), &json!("Ada")));
    let body = json!({"token": pending["token"], "organization": {"name": "Hochbau Nord"}});
    let ada = visitor.signed_in(&visitor.post("/auth/oidc/register", body).await.expect(201));

    // The browser is logged in at the provider, which asks for nothing.
    for _ in 0..2 {
        let begun = begin(&visitor, "a").await;
        let answered = browser.visit(&begun, "ada").await;
        let reply = begun.complete(&visitor, answer(&begun, &answered)).await.expect(200);
        assert_eq!(visitor.signed_in(&reply).user, ada.user);
    }
    // It asks again for a fresh proof.
    let body = json!({"reauthenticate": true});
    let reply = visitor.post("/auth/oidc/a/start", body).await.expect(200).json();
    let url: Url = reply["authorization_url"].as_str().unwrap().parse().unwrap();
    let binding = reply["binding"].as_str().unwrap().to_owned();
    let begun = Begun { provider: "a".to_owned(), url, binding };
    assert_eq!(
        (begun.parameter("prompt"), begun.parameter("max_age")),
        ("login".into(), "0".into())
    );
    let answered = browser.visit(&begun, "ada").await;
    begun.complete(&visitor, answer(&begun, &answered)).await.expect(200);
    parts.app.stop().await;
}

#[tokio::test]
async fn an_unverified_or_missing_address_of_a_real_provider_finds_no_account() {
    let parts = Parts::start().await;
    let ada = parts.app.owner("Ada").await;
    for user in ["unverified-ada", "silent-ada"] {
        let begun = begin(&ada, "a").await;
        let answered = Browser::default().visit(&begun, user).await;
        let reply = begun.complete(&ada, answer(&begun, &answered)).await;
        reply.refused(403, "oidc.email_unverified");
        // The user may link it all the same.
        let begun = begin_link(&ada, "a").await;
        let answered = Browser::default().visit(&begun, user).await;
        let answer = answer(&begun, &answered);
        ada.post("/me/identities/a/complete", answer).await.expect(200);
        let begun = begin(&ada, "a").await;
        let answered = Browser::default().visit(&begun, user).await;
        let reply = begun.complete(&ada, self::answer(&begun, &answered)).await.expect(200);
        assert_eq!(ada.signed_in(&reply).user, ada.user);
    }
    parts.app.stop().await;
}

#[tokio::test]
async fn a_code_of_a_real_provider_is_redeemed_once_by_the_client_that_began() {
    let parts = Parts::start().await;
    let ada = parts.registered("ada").await;
    let not_confirmed = (401, "oidc.not_confirmed");

    // A code that was redeemed, in another login.
    let (first, second) = (begin(&ada, "a").await, begin(&ada, "a").await);
    let answered = Browser::default().visit(&first, "ada").await;
    first.complete(&ada, answer(&first, &answered)).await.expect(200);
    first.complete(&ada, answer(&first, &answered)).await.refused(401, "oidc.invalid_state");
    let mut replayed = answer(&second, &answered);
    replayed["state"] = json!(second.parameter("state"));
    second.complete(&ada, replayed).await.refused(not_confirmed.0, not_confirmed.1);

    // A code of another login that was not redeemed: its challenge is of another verifier.
    let (own, others) = (begin(&ada, "a").await, begin(&ada, "a").await);
    let answered = Browser::default().visit(&others, "eve").await;
    let mut injected = answer(&own, &answered);
    injected["state"] = json!(own.parameter("state"));
    own.complete(&ada, injected).await.refused(not_confirmed.0, not_confirmed.1);
    parts.app.stop().await;
}

#[tokio::test]
async fn an_answer_of_one_real_provider_is_none_of_another() {
    let parts = Parts::start().await;
    let ada = parts.registered("ada").await;
    // The browser was sent to b, and a attacker's answer of a comes back: with the state of b.
    let (to_a, to_b) = (begin(&ada, "a").await, begin(&ada, "b").await);
    let answered = Browser::default().visit(&to_a, "ada").await;
    let mixed_up = |iss: Value| {
        json!({
            "code": answered["code"], "state": to_b.parameter("state"), "iss": iss,
            "binding": to_b.binding,
        })
    };
    let invalid = (401, "oidc.invalid_state");
    to_b.complete(&ada, answer(&to_b, &answered)).await.refused(invalid.0, invalid.1);
    let reply = to_b.complete(&ada, mixed_up(json!(parts.a.issuer()))).await;
    reply.refused(401, "oidc.not_confirmed");
    // A provider that always tells its issuer told none.
    let to_b = begin(&ada, "b").await;
    let answered_b = Browser::default().visit(&to_b, "ada").await;
    let mut silent = answer(&to_b, &answered_b);
    silent.as_object_mut().unwrap().remove("iss");
    to_b.complete(&ada, silent).await.refused(401, "oidc.not_confirmed");
    // The same subject of the other provider is linked by its address, as another identity.
    let to_b = begin(&ada, "b").await;
    let answered_b = Browser::default().visit(&to_b, "ada").await;
    assert_eq!(answered_b["iss"], parts.b.issuer());
    let reply = to_b.complete(&ada, answer(&to_b, &answered_b)).await.expect(200);
    assert_eq!(ada.signed_in(&reply).user, ada.user);
    let identities = ada.get("/me/identities").await.expect(200).json();
    let providers: Vec<_> = identities["data"].as_array().unwrap().iter().collect();
    assert_eq!(providers.len(), 2);
    parts.app.stop().await;
}

#[tokio::test]
async fn a_real_provider_answers_no_request_that_was_made_for_another() {
    let parts = Parts::start().await;
    let begun = begin(&parts.app.anonymous(), "a").await;
    // What a provider that was asked could send the browser on with.
    let mut passed_on = begun.url.clone();
    passed_on.set_port(Some(parts.b.port)).unwrap();
    let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let refused = http.get(passed_on).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("redirect_uri"));
    assert!(http.get(begun.url).send().await.unwrap().status().is_redirection());
    parts.app.stop().await;
}
