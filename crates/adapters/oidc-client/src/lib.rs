//! Asks providers of identities who a user is: OpenID Connect Core 1.0, by the authorization code
//! flow with PKCE (RFC 7636).
//!
//! aws-lc-rs verifies the signatures. What the answers of providers may be is decided here; each is
//! bounded in size and time.

mod calls;
mod id_token;
mod keys;
mod known;
mod metadata;
mod requests;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use plinth_outgoing::Outgoing;
use plinth_ports::{
    AuthorizationRequest, Clock, CodeExchange, ConfirmedIdentity, OidcClient, OidcError,
    OidcProvider,
};

use id_token::{Claims, Expected, LEEWAY_SECONDS};
use keys::Keys;
use known::{Known, KnownIssuers};
use metadata::Metadata;

/// How long the metadata and the keys of a provider are used.
const KEPT: Duration = Duration::from_hours(1);

/// How long a provider is not asked again for a key that it did not have.
const BETWEEN_KEYS: Duration = Duration::from_mins(1);

/// Asks providers by the client for other servers.
pub struct HttpOidc {
    client: Outgoing,
    clock: Arc<dyn Clock>,
    known: Mutex<KnownIssuers>,
}

impl HttpOidc {
    /// Asks by this client. The clock decides whether a token is too old.
    #[must_use]
    pub fn new(client: Outgoing, clock: Arc<dyn Clock>) -> Self {
        Self { client, clock, known: Mutex::default() }
    }

    fn known(&self, issuer: &str) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).of(issuer)
    }

    fn learn(&self, issuer: &str, learn: impl FnOnce(&mut Known)) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).learn(issuer, learn);
    }

    async fn metadata(&self, provider: &OidcProvider) -> Result<Metadata, OidcError> {
        if let Some((metadata, at)) = self.known(&provider.issuer).metadata
            && at.elapsed() < KEPT
        {
            return Ok(metadata);
        }
        let metadata = metadata::read(&self.client, &provider.issuer).await?;
        let read = (metadata.clone(), Instant::now());
        self.learn(&provider.issuer, |known| known.metadata = Some(read));
        Ok(metadata)
    }

    /// The keys of a provider; newer ones when those that are known do not have this one.
    async fn keys(
        &self,
        provider: &OidcProvider,
        metadata: &Metadata,
        wanted: Option<&str>,
    ) -> Result<Keys, OidcError> {
        if let Some((keys, at)) = self.known(&provider.issuer).keys {
            let is_enough = keys.has(wanted) || at.elapsed() < BETWEEN_KEYS;
            if at.elapsed() < KEPT && is_enough {
                return Ok(keys);
            }
        }
        let keys = keys::read(&self.client, &metadata.jwks_uri).await?;
        let read = (keys.clone(), Instant::now());
        self.learn(&provider.issuer, |known| known.keys = Some(read));
        Ok(keys)
    }
}

#[async_trait]
impl OidcClient for HttpOidc {
    async fn check(&self, issuer: &str) -> Result<(), OidcError> {
        let metadata = metadata::read(&self.client, issuer).await?;
        // Neither is kept: what is kept is that of issuers by which users log in.
        let keys = keys::read(&self.client, &metadata.jwks_uri).await?;
        if keys.has(None) { Ok(()) } else { Err(unreachable("the provider has no key")) }
    }

    async fn authorization_url(
        &self,
        provider: &OidcProvider,
        request: AuthorizationRequest,
    ) -> Result<String, OidcError> {
        let metadata = self.metadata(provider).await?;
        Ok(requests::authorization(&metadata, provider, &request))
    }

    async fn redeem(
        &self,
        provider: &OidcProvider,
        exchange: CodeExchange,
    ) -> Result<ConfirmedIdentity, OidcError> {
        let metadata = self.metadata(provider).await?;
        // Before the code leaves: it may be that of another provider (RFC 9207, section 2.4).
        check_issuer(&metadata, exchange.issuer.as_deref())?;
        let tokens = requests::exchange(&self.client, &metadata, provider, &exchange).await?;
        let head = id_token::head(&tokens.id_token)?;
        let keys = self.keys(provider, &metadata, head.kid.as_deref()).await?;
        let expected = Expected {
            issuer: &provider.issuer,
            audience: &provider.client_id,
            nonce: &exchange.nonce,
            access_token: &tokens.access_token,
            now: self.clock.now(),
            claim: exchange.claim.as_deref(),
        };
        let claims = id_token::verify(&tokens.id_token, &head, &keys, &expected)?;
        let authenticated_at = claims.authenticated_at()?;
        if let Some(since) = exchange.authenticated_since {
            let leeway = TimeDelta::seconds(LEEWAY_SECONDS);
            if authenticated_at.is_none_or(|at| at + leeway < since) {
                return Err(refused("the user did not log in at the provider again"));
            }
        }
        let told = match metadata.userinfo_endpoint.as_deref() {
            Some(endpoint) if lacks(&claims, expected.claim) => {
                let (client, claim) = (&self.client, expected.claim);
                requests::user_info(client, endpoint, &tokens, &claims.sub, claim).await?
            }
            _ => None,
        };
        let Claims { iss, sub, email, email_verified, name, values, .. } = claims;
        let told = told.unwrap_or_default();
        let (email, verified) = match email {
            Some(email) => (Some(email), email_verified),
            None => (told.email, told.email_verified),
        };
        Ok(ConfirmedIdentity {
            issuer: iss,
            subject: sub,
            email,
            is_email_verified: verified.is_true(),
            is_email_denied: verified.is_denied(),
            name: name.or(told.name),
            authenticated_at: authenticated_at.map(|at| at.min(expected.now)),
            values: if values.is_empty() { told.values } else { values },
        })
    }
}

/// Whether a token does not tell all that is wanted.
fn lacks(claims: &Claims, claim: Option<&str>) -> bool {
    claims.email.is_none() || (claim.is_some() && claims.values.is_empty())
}

/// Refuses an answer that is not of this provider, or does not say of whom it is although the provider
/// always does.
fn check_issuer(metadata: &Metadata, told: Option<&str>) -> Result<(), OidcError> {
    match told {
        Some(issuer) if issuer == metadata.issuer => Ok(()),
        Some(_) => Err(refused("the answer is of another issuer")),
        None if metadata.authorization_response_iss_parameter_supported => {
            Err(refused("the answer does not tell its issuer"))
        }
        None => Ok(()),
    }
}

fn refused(why: impl Into<String>) -> OidcError {
    OidcError::Refused(why.into())
}

fn unreachable(why: impl Into<String>) -> OidcError {
    OidcError::Unreachable(why.into())
}
