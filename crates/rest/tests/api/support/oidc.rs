//! Logins by providers of identities: scripted ones, which confirm what the code says.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::DateTime;
use plinth_application::Oidc;
use plinth_in_process::SystemClock;
use plinth_oidc_client::HttpOidc;
use plinth_outgoing::Outgoing;
use plinth_ports::{
    AuthorizationRequest, CodeExchange, ConfirmedIdentity, OidcClient, OidcError, OidcProvider,
};
use plinth_testkit::IdentityProvider;
use reqwest::Url;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{Client, Reply};

/// Below it providers send browsers back. No test goes there.
pub const REDIRECT_BASE: &str = "https://plinth.example/account/oidc";

/// Where this provider sends browsers back to.
pub fn redirect_uri(provider: &str) -> String {
    format!("{REDIRECT_BASE}/{provider}")
}

/// The providers of a test's server.
pub fn providers(ports: Option<[u16; 2]>, client: Outgoing) -> Oidc {
    let provider = |id: &str, issuer: String| OidcProvider {
        id: id.to_owned(),
        name: id.to_uppercase(),
        issuer,
        client_id: IdentityProvider::CLIENT_ID.to_owned(),
        client_secret: Some(IdentityProvider::CLIENT_SECRET.into()),
        scopes: ["openid", "email", "profile"].map(str::to_owned).to_vec(),
    };
    let redirect_base = REDIRECT_BASE.to_owned();
    let Some([a, b]) = ports else {
        let scripted = |id: &str| provider(id, format!("https://{id}.example.com"));
        let providers = vec![scripted("sample"), scripted("other")];
        return Oidc { client: Arc::new(Scripted), providers, redirect_base };
    };
    let local = |id, port| provider(id, format!("http://127.0.0.1:{port}"));
    Oidc {
        client: Arc::new(HttpOidc::new(client, Arc::new(SystemClock))),
        providers: vec![local("a", a), local("b", b)],
        redirect_base,
    }
}

/// Confirms the identity that the code is.
struct Scripted;

#[async_trait]
impl OidcClient for Scripted {
    async fn check(&self, issuer: &str) -> Result<(), OidcError> {
        if issuer.contains("nowhere") {
            return Err(OidcError::Unreachable("there is none".to_owned()));
        }
        Ok(())
    }

    async fn authorization_url(
        &self,
        provider: &OidcProvider,
        request: AuthorizationRequest,
    ) -> Result<String, OidcError> {
        let mut url = Url::parse(&provider.issuer).unwrap();
        url.query_pairs_mut()
            .append_pair("state", &request.state)
            .append_pair("nonce", &request.nonce)
            .append_pair("redirect_uri", &request.redirect_uri);
        Ok(url.into())
    }

    async fn redeem(
        &self,
        provider: &OidcProvider,
        exchange: CodeExchange,
    ) -> Result<ConfirmedIdentity, OidcError> {
        if exchange.redirect_uri != redirect_uri(&provider.id) {
            return Err(OidcError::Refused("another redirect URI".to_owned()));
        }
        let code: Value = serde_json::from_str(exchange.code.expose_secret())
            .map_err(|error| OidcError::Refused(error.to_string()))?;
        let text = |field: &str| code[field].as_str().map(str::to_owned);
        let values = exchange.claim.map(|claim| match &code[claim.as_str()] {
            Value::Array(all) => all.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
            _ => Vec::new(),
        });
        Ok(ConfirmedIdentity {
            issuer: provider.issuer.clone(),
            subject: text("sub").unwrap(),
            email: text("email"),
            is_email_verified: code["email_verified"] == true,
            is_email_denied: code["email_verified"] == false,
            name: text("name"),
            authenticated_at: code["auth_time"]
                .as_i64()
                .and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
            values: values.unwrap_or_default(),
        })
    }
}

/// The code by which a scripted provider confirms this subject with a verified address.
pub fn identity(subject: &str, email: &str) -> String {
    json!({"sub": subject, "email": email, "email_verified": true, "name": "Ada"}).to_string()
}

/// A login that was begun.
pub struct Begun {
    pub provider: String,
    pub url: Url,
    pub binding: String,
}

impl Begun {
    pub fn of(provider: &str, reply: &Reply) -> Self {
        let body = reply.json();
        let text = |field: &str| body[field].as_str().unwrap().to_owned();
        let url = Url::parse(&text("authorization_url")).unwrap();
        Self { provider: provider.to_owned(), url, binding: text("binding") }
    }

    /// A parameter of the request for authorization.
    pub fn parameter(&self, name: &str) -> String {
        let found = self.url.query_pairs().find(|(found, _)| found == name);
        found.unwrap_or_else(|| panic!("{name} in {}", self.url)).1.into_owned()
    }

    /// The body that completes it by a code.
    pub fn answer(&self, code: &str) -> Value {
        json!({"code": code, "state": self.parameter("state"), "binding": self.binding})
    }

    /// Completes it as a login.
    pub async fn complete(&self, client: &Client, answer: Value) -> Reply {
        let path = format!("/auth/oidc/{}/complete", self.provider);
        client.anonymous().post(&path, answer).await
    }
}

/// Begins a login.
pub async fn begin(client: &Client, provider: &str) -> Begun {
    let path = format!("/auth/oidc/{provider}/start");
    Begun::of(provider, &client.anonymous().post(&path, json!({})).await.expect(200))
}

/// Begins to link an identity to the caller's account.
pub async fn begin_link(client: &Client, provider: &str) -> Begun {
    let path = format!("/me/identities/{provider}/start");
    Begun::of(provider, &client.post(&path, json!({})).await.expect(200))
}

/// Logs in by the scripted provider `sample`, which calls the address verified.
pub async fn login(client: &Client, subject: &str, email: &str) -> Reply {
    login_with(client, &identity(subject, email)).await
}

/// Logs in by the scripted provider `sample`, with this code.
pub async fn login_with(client: &Client, code: &str) -> Reply {
    let begun = begin(client, "sample").await;
    begun.complete(client, begun.answer(code)).await
}

/// An identity of the scripted provider `sample` that is linked to the caller's account.
pub async fn linked(client: &Client) -> Value {
    let begun = begin_link(client, "sample").await;
    let answer = begun.answer(&identity(&client.user, &client.email));
    client.post("/me/identities/sample/complete", answer).await.expect(200).json()
}
