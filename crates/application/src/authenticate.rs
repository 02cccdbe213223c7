use std::sync::Arc;

use plinth_domain::{
    Access, AddressBlock, Assurance, Forbidden, OrganizationId, Principal, Timestamp,
};
use plinth_ports::{Cached, CachedAccess, Quota, RateDecision, TokenHash, TokenKey};

use crate::{Application, Error, Token, flights::LookUp};

/// A credential that was verified.
#[derive(Debug, Clone, Copy)]
pub struct Authenticated {
    /// The access that it gives.
    pub access: Access,
    /// Its hash.
    pub credential: TokenHash,
}

/// A bearer token that was not admitted.
#[derive(Debug)]
pub struct Refusal {
    /// Why.
    pub error: Error,
    /// What the attempt has left of its address's allowance; `None` when it was not counted.
    pub counted: Option<RateDecision>,
}

/// The kinds of credential that give access to an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CredentialKind {
    /// The access token of a session.
    Session,
    /// An API key.
    ApiKey,
    /// The token of a support session.
    Support,
}

impl CredentialKind {
    const ALL: [Self; 3] = [Self::Session, Self::ApiKey, Self::Support];

    /// The kind by which a principal was admitted.
    pub(crate) const fn of(principal: Principal) -> Self {
        match principal {
            Principal::ApiKey { .. } => Self::ApiKey,
            Principal::Operator { .. } => Self::Support,
            _ => Self::Session,
        }
    }

    /// Its number in tickets.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Session => 0,
            Self::ApiKey => 1,
            Self::Support => 2,
        }
    }

    /// The kind of a number in a ticket.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => Token::ACCESS,
            Self::ApiKey => Token::API_KEY,
            Self::Support => Token::SUPPORT,
        }
    }

    /// The kind of a token, and what it is looked up by.
    fn of_token(token: &str) -> Option<(Self, TokenKey)> {
        let keyed = |kind: Self| Some((kind, Token::key_of(token, kind.prefix())?));
        Self::ALL.into_iter().find_map(keyed)
    }
}

/// Refuses what gives access to an organization that is suspended.
fn active(authenticated: Authenticated) -> Result<Authenticated, Error> {
    if authenticated.access.is_suspended() {
        return Err(Forbidden::Suspended.into());
    }
    Ok(authenticated)
}

/// The access to an organization that may be suspended.
fn within(is_suspended: bool, access: Access) -> Access {
    if is_suspended { access.suspended() } else { access }
}

/// Whether a credential gives no access, by no fault of this installation.
const fn is_void(error: &Error) -> bool {
    matches!(error, Error::Unauthenticated { .. } | Error::Forbidden(Forbidden::Suspended))
}

impl Application {
    /// Verifies a bearer token: an access token (`pla_…`), an API key (`plk_…`) or the token of a
    /// support session (`pls_…`). Usually needs no query, because of the cache.
    ///
    /// A credential of a suspended organization is refused as such, and counts against the allowance
    /// of its address.
    ///
    /// With an `address`, a token that this process does not know counts against its allowance before
    /// the database is asked, and counts no more when it is admitted.
    pub async fn authenticate(
        &self,
        token: &str,
        address: Option<AddressBlock>,
    ) -> Result<Authenticated, Refusal> {
        let admitted = self.authenticate_here(token, address).await;
        match admitted {
            Err(Refusal { error, counted }) => {
                let organization = Token::organization_of(token);
                Err(Refusal { error: self.misdirected(error, organization).await, counted })
            }
            admitted => admitted,
        }
    }

    async fn authenticate_here(
        &self,
        token: &str,
        address: Option<AddressBlock>,
    ) -> Result<Authenticated, Refusal> {
        let kind_and_key = CredentialKind::of_token(token);
        let key = kind_and_key.map(|(_, key)| key);
        let cached = key.map_or(Some(Cached::Refused), |key| self.cached(&key.hash));
        let known = match (key, cached) {
            (Some(key), Some(Cached::Admitted(CachedAccess { access, .. }))) => {
                Some(active(Authenticated { access, credential: key.hash }))
            }
            _ => None,
        };
        if let Some(Ok(admitted)) = known {
            return Ok(admitted);
        }
        let address = address.map(|address| address.to_string());
        let count = async || match &address {
            Some(address) => Some(self.count_request(Quota::Address, address).await),
            None => None,
        };
        let unknown = kind_and_key.filter(|_| cached.is_none());
        let is_known =
            |(_, key): &(CredentialKind, TokenKey)| self.ports.security.cache.is_known(&key.hash);
        if let Some((kind, key)) = unknown.filter(is_known) {
            // Strangers at its address do not stop it. It counts afterwards, if it is void.
            let admitted = self.look_up(key, kind, false).await;
            let counted = match &admitted {
                Err(error) if is_void(error) => count().await,
                _ => None,
            };
            return admitted.map_err(|error| Refusal { error, counted });
        }
        let counted = count().await;
        if let Some(decision) = counted.filter(|decision| decision.retry_after.is_some()) {
            return Err(Refusal { error: Error::RateLimited(decision), counted });
        }
        if let Some(Err(error)) = known {
            return Err(Refusal { error, counted });
        }
        let Some((kind, key)) = unknown else {
            return Err(Refusal { error: Error::INVALID_TOKEN, counted });
        };
        let admitted = self.look_up(key, kind, false).await;
        if admitted.as_ref().is_err_and(is_void) {
            return admitted.map_err(|error| Refusal { error, counted });
        }
        if let Some(address) = &address {
            self.ports.security.limiter.refund(Quota::Address, address).await;
        }
        admitted.map_err(|error| Refusal { error, counted: None })
    }

    /// Verifies again a credential that was verified before. It may wait for others, to be looked up
    /// together with them.
    pub async fn authenticate_again(
        &self,
        credential: &Authenticated,
    ) -> Result<Authenticated, Error> {
        let kind = CredentialKind::of(credential.access.principal());
        let organization = credential.access.organization();
        self.authenticate_by_hash(organization, credential.credential, kind, true).await
    }

    /// Verifies a credential of an organization by its hash. `together`: it may wait for others, to be
    /// looked up together with them.
    pub(crate) async fn authenticate_by_hash(
        &self,
        organization: OrganizationId,
        credential: TokenHash,
        kind: CredentialKind,
        together: bool,
    ) -> Result<Authenticated, Error> {
        match self.cached(&credential) {
            Some(Cached::Admitted(CachedAccess { access, .. })) => {
                active(Authenticated { access, credential })
            }
            Some(Cached::Refused) => Err(Error::INVALID_TOKEN),
            None => {
                let key = TokenKey { organization: Some(organization), hash: credential };
                self.look_up(key, kind, together).await
            }
        }
    }

    /// What is cached about a token, unless it has expired since.
    fn cached(&self, credential: &TokenHash) -> Option<Cached> {
        let cached = self.ports.security.cache.find(credential)?;
        match cached {
            Cached::Admitted(CachedAccess { until, .. }) if until <= self.now() => None,
            cached => Some(cached),
        }
    }

    async fn look_up(
        &self,
        key: TokenKey,
        kind: CredentialKind,
        together: bool,
    ) -> Result<Authenticated, Error> {
        let (cache, credential) = (&self.ports.security.cache, key.hash);
        // Read before the store: an admission that is invalidated meanwhile must not be cached, and
        // who asks after an invalidation must not get the answer of a look-up from before it.
        let epoch = cache.epoch();
        let found = self.look_ups.share((credential, epoch), async {
            let found = match kind {
                CredentialKind::Session => self.look_up_session(key, together).await,
                CredentialKind::ApiKey => self.look_up_api_key(key, together).await,
                CredentialKind::Support => self.look_up_support_session(&key).await,
            };
            match &found {
                Ok(Some(admitted)) => cache.put(credential, *admitted, epoch),
                Ok(None) => cache.put_refused(credential),
                Err(_) => {}
            }
            found
        });
        let admitted = found.await?.ok_or(Error::INVALID_TOKEN)?;
        active(Authenticated { access: admitted.access, credential })
    }

    async fn look_up_session(&self, access: TokenKey, together: bool) -> LookUp {
        let found = match access.organization.filter(|_| together) {
            Some(organization) => {
                self.session_checks.find((organization, access.hash), &self.background).await?
            }
            None => self.ports.stores.system.find_session(&access).await.map_err(Arc::new)?,
        };
        let now = self.now();
        Ok(found.filter(|f| f.credential.admits(now)).map(|f| CachedAccess {
            access: within(f.is_suspended, Access::of_member(&f.membership)).assured(Assurance {
                proved_at: f.credential.proved_at,
                has_factor: f.has_factor,
                // The provider of the organization answers for how its users log in there.
                requires_factor: f.requires_factor && f.credential.connection.is_none(),
            }),
            until: f.credential.access_expires_at,
        }))
    }

    async fn look_up_support_session(&self, token: &TokenKey) -> LookUp {
        let Some(organization) = token.organization else { return Ok(None) };
        let mut unit = self.ports.stores.system.begin_for(organization).await.map_err(Arc::new)?;
        let found = unit.find_support_session(token).await.map_err(Arc::new)?;
        let now = self.now();
        Ok(found.and_then(|session| {
            let access = Access::of_support_session(&session, now)?;
            Some(CachedAccess { access, until: session.expires_at })
        }))
    }

    async fn look_up_api_key(&self, secret: TokenKey, together: bool) -> LookUp {
        let found = match secret.organization.filter(|_| together) {
            Some(organization) => {
                self.api_key_checks.find((organization, secret.hash), &self.background).await?
            }
            None => self.ports.stores.system.find_api_key(&secret).await.map_err(Arc::new)?,
        };
        let now = self.now();
        let Some(found) = found else { return Ok(None) };
        let Some(access) = Access::of_api_key(&found.credential, &found.membership, now) else {
            return Ok(None);
        };
        if !found.is_suspended {
            self.touch(&found.credential, now);
        }
        let until = found.credential.expires_at.unwrap_or(Timestamp::MAX_UTC);
        Ok(Some(CachedAccess { access: within(found.is_suspended, access), until }))
    }
}
