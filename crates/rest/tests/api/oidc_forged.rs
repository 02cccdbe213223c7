//! Providers that answer wrongly, by accident or on purpose.

use std::sync::{Arc, Mutex};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use plinth_in_process::SystemClock;
use plinth_ports::Clock;
use plinth_testkit::{
    IdentityProvider,
    provider::{Answer, FakeProvider, ReceivedRequest},
};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{
    Client, Options, Reply, TestApp,
    oidc::{Begun, begin},
    sso::values,
};

type Forge = Box<dyn Fn(&Forger, Value) -> String + Send + Sync>;

/// A provider whose tokens are made by a test.
struct Forger {
    provider: FakeProvider,
    key: EcdsaKeyPair,
    /// The claims to sign, in the place of good ones, as a token.
    forge: Mutex<Forge>,
    nonce: Mutex<String>,
}

impl Forger {
    async fn start() -> Arc<Self> {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let forge: Forge = Box::new(|forger, claims| forger.sign(&claims));
        let provider = FakeProvider::start().await;
        let forger =
            Arc::new(Self { provider, key, forge: Mutex::new(forge), nonce: Mutex::default() });
        let answering = Arc::downgrade(&forger);
        forger.provider.answer_with(move |request| match answering.upgrade() {
            Some(forger) => forger.answer(request),
            None => Answer::status(503),
        });
        forger
    }

    fn issuer(&self) -> String {
        format!("http://{}", self.provider.host_port())
    }

    fn port(&self) -> u16 {
        self.provider.host_port().rsplit(':').next().unwrap().parse().unwrap()
    }

    fn sign(&self, claims: &Value) -> String {
        signed_by(&self.key, claims)
    }

    fn claims(&self) -> Value {
        let now = SystemClock.now().timestamp();
        json!({
            "iss": self.issuer(), "sub": "7", "aud": IdentityProvider::CLIENT_ID, "iat": now,
            "exp": now + 300, "nonce": *self.nonce.lock().unwrap(), "email": "ada@example.com",
            "email_verified": true,
        })
    }

    fn answer(&self, request: &ReceivedRequest) -> Answer {
        let issuer = self.issuer();
        let body = match &*request.path {
            "/.well-known/openid-configuration" => json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
            }),
            "/keys" => {
                let point = self.key.public_key().as_ref();
                let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
                let (x, y) = (text(&point[1..33]), text(&point[33..]));
                json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "use": "sig", "x": x, "y": y}]})
            }
            "/token" => {
                let forge = self.forge.lock().unwrap();
                let token = forge(self, self.claims());
                json!({"access_token": "a", "token_type": "Bearer", "id_token": token})
            }
            _ => return Answer::status(404),
        };
        Answer::json(200, body.to_string())
    }

    /// Logs in with a token that is forged so.
    async fn login(
        &self,
        client: &Client,
        forge: impl Fn(&Self, Value) -> String + Send + Sync + 'static,
    ) -> Reply {
        let begun = begin(client, "a").await;
        *self.nonce.lock().unwrap() = begun.parameter("nonce");
        *self.forge.lock().unwrap() = Box::new(forge);
        begun.complete(client, self.told(&begun)).await
    }

    fn told(&self, begun: &Begun) -> Value {
        let mut answer = begun.answer("code");
        answer["iss"] = json!(self.issuer());
        answer
    }
}

/// The head and the claims of a token.
fn message(alg: &str, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(&json!({"alg": alg, "kid": "k"})), part(claims))
}

fn signed_by(key: &EcdsaKeyPair, claims: &Value) -> String {
    let message = message("ES256", claims);
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn started() -> (TestApp, Arc<Forger>) {
    let forger = Forger::start().await;
    let identity_providers = Some([forger.port(), forger.port()]);
    let app = TestApp::postgres(Options { identity_providers, ..Options::default() }).await;
    (app, forger)
}

#[tokio::test]
async fn a_forged_id_token_logs_no_user_in() {
    let (app, forger) = started().await;
    let visitor = app.anonymous();
    forger.login(&visitor, |forger, claims| forger.sign(&claims)).await.expect(202);
    for (field, value) in [
        ("nonce", json!("of another login")),
        ("nonce", Value::Null),
        ("aud", json!("another client")),
        ("aud", json!([IdentityProvider::CLIENT_ID, "another client"])),
        ("iss", json!("https://id.example.com")),
        ("exp", json!(1_000_000)),
        ("sub", json!("")),
        ("at_hash", json!("AAAA")),
    ] {
        let told = format!("{field}: {value}");
        let reply = forger.login(&visitor, move |forger, mut claims| {
            claims[field] = value.clone();
            forger.sign(&claims)
        });
        assert_eq!(
            reply.await.refused(401, "oidc.not_confirmed").code(),
            "oidc.not_confirmed",
            "{told}"
        );
    }
    let unsigned =
        |alg: &'static str| move |_: &Forger, claims: Value| format!("{}.", message(alg, &claims));
    for alg in ["none", "NONE", "HS256", "ES256"] {
        forger.login(&visitor, unsigned(alg)).await.refused(401, "oidc.not_confirmed");
    }
    let by_secret = |_: &Forger, claims: Value| {
        let message = message("HS256", &claims);
        let secret = IdentityProvider::CLIENT_SECRET.as_bytes();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    };
    forger.login(&visitor, by_secret).await.refused(401, "oidc.not_confirmed");
    let other = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let by_other = move |_: &Forger, claims: Value| signed_by(&other, &claims);
    forger.login(&visitor, by_other).await.refused(401, "oidc.not_confirmed");
    app.stop().await;
}

#[tokio::test]
async fn an_answer_with_another_issuer_sends_its_code_nowhere() {
    let (app, forger) = started().await;
    let visitor = app.anonymous();
    let begun = begin(&visitor, "a").await;
    let mut answer = begun.answer("code");
    answer["iss"] = json!("https://evil.example");
    begun.complete(&visitor, answer).await.refused(401, "oidc.not_confirmed");
    let asked = forger.provider.requests();
    assert!(asked.iter().all(|request| request.path != "/token"));
    app.stop().await;
}

#[tokio::test]
async fn nothing_is_kept_of_an_issuer_that_is_only_checked() {
    let (app, forger) = started().await;
    let owner = app.owner("Ada").await;
    let read = || {
        let asked = forger.provider.requests();
        asked.iter().filter(|request| request.path.starts_with("/.well-known/")).count()
    };
    owner.put("/organization/sso", values(&forger.issuer())).await.expect(200);
    assert_eq!(read(), 1);
    for _ in 0..2 {
        begin(&owner, "a").await;
        assert_eq!(read(), 2, "the first login reads it, and the second one knows it");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_secret_and_the_verifier_go_to_the_token_endpoint_alone() {
    let (app, forger) = started().await;
    forger.login(&app.anonymous(), |forger, claims| forger.sign(&claims)).await.expect(202);
    let asked = forger.provider.requests();
    let token = asked.iter().find(|request| request.path == "/token").unwrap();
    assert!(token.header("authorization").unwrap().starts_with("Basic "));
    let form = token.text();
    for part in ["grant_type=authorization_code", "code=code", "code_verifier="] {
        assert!(form.contains(part), "{form}");
    }
    assert!(!form.contains("secret"), "{form}");
    for request in asked.iter().filter(|request| request.path != "/token") {
        assert!(request.header("authorization").is_none(), "{}", request.path);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_provider_that_does_not_answer_as_one_is_unreachable() {
    let (app, forger) = started().await;
    let visitor = app.anonymous();
    let start = async || visitor.post("/auth/oidc/a/start", json!({})).await;
    let issuer = forger.issuer();
    let metadata = |field: &str, value: Value| {
        let mut metadata = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        });
        metadata[field] = value;
        Answer::json(200, metadata.to_string())
    };
    for wrong in [
        Answer::status(500),
        Answer::redirect("http://169.254.169.254/"),
        Answer::json(200, "{}"),
        Answer::json(200, "x".repeat(300_000)),
        metadata("issuer", json!("https://id.example.com")),
        metadata("issuer", json!(format!("{issuer}/"))),
        metadata("authorization_endpoint", json!("javascript:alert(1)")),
        metadata("token_endpoint", json!(format!("{issuer}/{}", "x".repeat(2_048)))),
    ] {
        forger.provider.script([wrong]);
        start().await.refused(503, "oidc.unreachable");
    }
    // An endpoint in the operator's network is not called.
    forger.provider.script([metadata("token_endpoint", json!("http://169.254.169.254/token"))]);
    let begun = begin(&visitor, "a").await;
    begun.complete(&visitor, forger.told(&begun)).await.refused(503, "oidc.unreachable");
    app.stop().await;
}
