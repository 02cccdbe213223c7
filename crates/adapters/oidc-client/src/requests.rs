//! The requests of the authorization code flow.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use plinth_outgoing::{Outgoing, Request};
use plinth_ports::{AuthorizationRequest, CodeExchange, OidcError, OidcProvider};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};

use crate::{
    calls,
    id_token::{Flag, values_of},
    metadata::Metadata,
    refused, unreachable,
};

/// The longest access token, in bytes: it goes into a header.
const MAX_ACCESS_TOKEN: usize = 8 * 1024;

/// The tokens of a code.
#[derive(Debug, Deserialize)]
pub(crate) struct Tokens {
    pub(crate) id_token: String,
    pub(crate) access_token: SecretString,
}

/// Why a code is refused (RFC 6749, section 5.2).
#[derive(Deserialize)]
struct Failure {
    error: String,
}

/// What the userinfo endpoint tells (OpenID Connect Core, section 5.3.2).
#[derive(Debug, Default, Deserialize)]
pub(crate) struct UserInfo {
    sub: String,
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) email_verified: Flag,
    pub(crate) name: Option<String>,
    /// The values of the claim that is wanted.
    #[serde(skip)]
    pub(crate) values: Vec<String>,
}

/// The address that a browser is sent to.
pub(crate) fn authorization(
    metadata: &Metadata,
    provider: &OidcProvider,
    request: &AuthorizationRequest,
) -> String {
    let verifier = request.verifier.expose_secret().as_bytes();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    // The metadata are read only with an endpoint that is a URL.
    let Ok(mut url) = Url::parse(&metadata.authorization_endpoint) else {
        return metadata.authorization_endpoint.clone();
    };
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &request.redirect_uri)
            .append_pair("scope", &provider.scopes.join(" "))
            .append_pair("state", &request.state)
            .append_pair("nonce", &request.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if request.reauthenticates {
            query.append_pair("prompt", "login").append_pair("max_age", "0");
        }
    }
    url.into()
}

/// Exchanges a code for tokens.
pub(crate) async fn exchange(
    client: &Outgoing,
    metadata: &Metadata,
    provider: &OidcProvider,
    exchange: &CodeExchange,
) -> Result<Tokens, OidcError> {
    let request = token_request(metadata, provider, exchange)?;
    let (status, body) = calls::call(client, request).await?;
    if (400..500).contains(&status) {
        let failure: Option<Failure> = serde_json::from_slice(&body).ok();
        let error: String = failure.map(|failure| failure.error).unwrap_or_default();
        let error: String = error.chars().filter(char::is_ascii_graphic).take(100).collect();
        // These say that the installation is set up wrongly.
        return Err(match error.as_str() {
            "invalid_client" | "unauthorized_client" => unreachable(error),
            _ => refused(format!("status {status} of the token endpoint: {error}")),
        });
    }
    if status != 200 {
        return Err(unreachable(format!("status {status} of the token endpoint")));
    }
    let tokens: Tokens = serde_json::from_slice(&body)
        .map_err(|_| refused("the token endpoint answers no ID token"))?;
    if tokens.access_token.expose_secret().len() > MAX_ACCESS_TOKEN {
        return Err(refused("the access token is too long"));
    }
    Ok(tokens)
}

/// The request of RFC 6749, section 4.1.3, with the client's secret where the provider takes it.
fn token_request(
    metadata: &Metadata,
    provider: &OidcProvider,
    exchange: &CodeExchange,
) -> Result<Request, OidcError> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", exchange.code.expose_secret())
        .append_pair("redirect_uri", &exchange.redirect_uri)
        .append_pair("code_verifier", exchange.verifier.expose_secret());
    let basic = provider.client_secret.as_ref().filter(|_| metadata.takes_basic);
    if basic.is_none() {
        form.append_pair("client_id", &provider.client_id);
        if let Some(secret) = &provider.client_secret {
            form.append_pair("client_secret", secret.expose_secret());
        }
    }
    let request = Request::post_form(metadata.token_endpoint.clone(), form.finish());
    match basic {
        Some(secret) => {
            let secret = credentials(provider, secret);
            let sent = request.secret_header("authorization", "Basic ", &secret);
            sent.map_err(|error| unreachable(error.to_string()))
        }
        None => Ok(request),
    }
}

/// Asks for what the ID token does not tell; `None` when the provider does not tell it either. What it
/// tells has to be about the same user.
pub(crate) async fn user_info(
    client: &Outgoing,
    endpoint: &str,
    tokens: &Tokens,
    subject: &str,
    claim: Option<&str>,
) -> Result<Option<UserInfo>, OidcError> {
    let request = Request::get(endpoint.to_owned());
    let request = request.secret_header("authorization", "Bearer ", &tokens.access_token);
    let request = request.map_err(|error| unreachable(error.to_string()))?;
    let (200, body) = calls::call(client, request).await? else { return Ok(None) };
    let Ok(all) = serde_json::from_slice::<Value>(&body) else { return Ok(None) };
    let Ok(told) = UserInfo::deserialize(&all) else { return Ok(None) };
    if told.sub != subject {
        return Err(refused("userinfo is about another user"));
    }
    let values = claim.map(|claim| values_of(&all, claim)).unwrap_or_default();
    Ok(Some(UserInfo { values, ..told }))
}

/// Id and secret as in RFC 6749, section 2.3.1.
fn credentials(provider: &OidcProvider, secret: &SecretString) -> SecretString {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(&provider.client_id), encoded(secret.expose_secret()));
    STANDARD.encode(pair).into()
}
