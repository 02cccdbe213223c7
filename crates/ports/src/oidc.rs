use async_trait::async_trait;
use plinth_domain::Timestamp;
use secrecy::SecretString;

/// A provider of identities (OpenID Connect Core 1.0), and the installation's client there.
#[derive(Debug, Clone)]
pub struct OidcProvider {
    /// Its name in paths: `google`.
    pub id: String,
    /// Its name on a button: `Google`.
    pub name: String,
    /// Its issuer, exactly as its tokens have it. The metadata is found below it.
    pub issuer: String,
    /// The id of the client.
    pub client_id: String,
    /// The secret of the client; `None` for a public one.
    pub client_secret: Option<SecretString>,
    /// What the client asks for; `openid` is among it.
    pub scopes: Vec<String>,
}

/// What a request for authorization says beside the client (RFC 6749, section 4.1.1).
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// Comes back with the answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// The verifier of RFC 7636; the request has its SHA-256.
    pub verifier: SecretString,
    /// Whether the user has to log in at the provider also where they are logged in.
    pub reauthenticates: bool,
}

/// The provider's answer to a request for authorization, with what the request was made of.
#[derive(Debug, Clone)]
pub struct CodeExchange {
    /// The code (RFC 6749, section 4.1.2).
    pub code: SecretString,
    /// The `iss` of the answer (RFC 9207).
    pub issuer: Option<String>,
    /// That of the request.
    pub redirect_uri: String,
    /// That of the request.
    pub nonce: String,
    /// That of the request.
    pub verifier: SecretString,
    /// The user has to have logged in at the provider since then.
    pub authenticated_since: Option<Timestamp>,
    /// A claim whose values are wanted.
    pub claim: Option<String>,
}

/// Who a user is, as a provider has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedIdentity {
    /// The issuer, which is that of the provider.
    pub issuer: String,
    /// The user at the provider (`sub`): 1 to 255 printable ASCII characters.
    pub subject: String,
    /// The address.
    pub email: Option<String>,
    /// Whether the provider says that the address is the user's.
    pub is_email_verified: bool,
    /// Whether the provider says that it has not verified the address; it may also say nothing.
    pub is_email_denied: bool,
    /// The name.
    pub name: Option<String>,
    /// When the user logged in at the provider, if it tells.
    pub authenticated_at: Option<Timestamp>,
    /// The values of the claim that was asked for ([`CodeExchange::claim`]): of a text the text itself,
    /// of a list its texts, at most 200.
    pub values: Vec<String>,
}

/// Why a provider did not confirm who a user is. Neither text is for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The provider gives no answer, or one that is none.
    #[error("the provider of identities does not answer: {0}")]
    Unreachable(String),
    /// The provider refuses the code, or its answer does not hold.
    #[error("the identity is not confirmed: {0}")]
    Refused(String),
}

/// Of an installation without providers.
#[async_trait]
impl OidcClient for () {
    async fn check(&self, issuer: &str) -> Result<(), OidcError> {
        Err(OidcError::Unreachable(issuer.to_owned()))
    }

    async fn authorization_url(
        &self,
        provider: &OidcProvider,
        _: AuthorizationRequest,
    ) -> Result<String, OidcError> {
        Err(OidcError::Unreachable(provider.id.clone()))
    }

    async fn redeem(
        &self,
        provider: &OidcProvider,
        _: CodeExchange,
    ) -> Result<ConfirmedIdentity, OidcError> {
        Err(OidcError::Unreachable(provider.id.clone()))
    }
}

/// Asks providers of identities who a user is: by the authorization code flow.
#[async_trait]
pub trait OidcClient: Send + Sync {
    /// Reads the metadata and the keys of an issuer, not those that are known from before, and keeps
    /// neither.
    async fn check(&self, issuer: &str) -> Result<(), OidcError>;

    /// The address at the provider that the browser is sent to.
    async fn authorization_url(
        &self,
        provider: &OidcProvider,
        request: AuthorizationRequest,
    ) -> Result<String, OidcError>;

    /// Exchanges a code for an ID token, and verifies it: signature, issuer, audience, nonce and
    /// times.
    async fn redeem(
        &self,
        provider: &OidcProvider,
        exchange: CodeExchange,
    ) -> Result<ConfirmedIdentity, OidcError>;
}
