use std::sync::Arc;

use plinth_domain::{Access, AddressBlock, OrganizationId, Principal, Timestamp};
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

impl Application {
    /// Verifies a bearer token: an access token (`pla_…`) or an API key (`plk_…`). Usually needs no
    /// query, because of the cache.
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
        let api_key = Token::key_of(token, Token::API_KEY);
        let is_key = api_key.is_some();
        let key = api_key.or_else(|| Token::key_of(token, Token::ACCESS));
        let cached = key.map_or(Some(Cached::Refused), |key| self.cached(&key.hash));
        if let (Some(key), Some(Cached::Admitted(CachedAccess { access, .. }))) = (key, cached) {
            return Ok(Authenticated { access, credential: key.hash });
        }
        let address = address.map(|address| address.to_string());
        let count = async || match &address {
            Some(address) => Some(self.count_request(Quota::Address, address).await),
            None => None,
        };
        let unknown = key.filter(|_| cached.is_none());
        if let Some(key) = unknown.filter(|key| self.ports.security.cache.is_known(&key.hash)) {
            // Strangers at its address do not stop it. It counts afterwards, if it is void.
            let admitted = self.look_up(key, is_key, false).await;
            let counted = match &admitted {
                Err(Error::Unauthenticated { .. }) => count().await,
                _ => None,
            };
            return admitted.map_err(|error| Refusal { error, counted });
        }
        let counted = count().await;
        if let Some(decision) = counted.filter(|decision| decision.retry_after.is_some()) {
            return Err(Refusal { error: Error::RateLimited(decision), counted });
        }
        let Some(key) = unknown else {
            return Err(Refusal { error: Error::INVALID_TOKEN, counted });
        };
        let admitted = self.look_up(key, is_key, false).await;
        if matches!(admitted, Err(Error::Unauthenticated { .. })) {
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
        let is_key = matches!(credential.access.principal(), Principal::ApiKey { .. });
        let organization = credential.access.organization();
        self.authenticate_by_hash(organization, credential.credential, is_key, true).await
    }

    /// Verifies a credential of an organization by its hash. `together`: it may wait for others, to be
    /// looked up together with them.
    pub(crate) async fn authenticate_by_hash(
        &self,
        organization: OrganizationId,
        credential: TokenHash,
        is_key: bool,
        together: bool,
    ) -> Result<Authenticated, Error> {
        match self.cached(&credential) {
            Some(Cached::Admitted(CachedAccess { access, .. })) => {
                Ok(Authenticated { access, credential })
            }
            Some(Cached::Refused) => Err(Error::INVALID_TOKEN),
            None => {
                let key = TokenKey { organization: Some(organization), hash: credential };
                self.look_up(key, is_key, together).await
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
        is_key: bool,
        together: bool,
    ) -> Result<Authenticated, Error> {
        let (cache, credential) = (&self.ports.security.cache, key.hash);
        // Read before the store: an admission that is invalidated meanwhile must not be cached, and
        // who asks after an invalidation must not get the answer of a look-up from before it.
        let epoch = cache.epoch();
        let found = self.look_ups.share((credential, epoch), async {
            let found = if is_key {
                self.look_up_api_key(key, together).await
            } else {
                self.look_up_session(key, together).await
            };
            match &found {
                Ok(Some(admitted)) => cache.put(credential, *admitted, epoch),
                Ok(None) => cache.put_refused(credential),
                Err(_) => {}
            }
            found
        });
        let admitted = found.await?.ok_or(Error::INVALID_TOKEN)?;
        Ok(Authenticated { access: admitted.access, credential })
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
            access: Access::of_member(&f.membership),
            until: f.credential.access_expires_at,
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
        self.touch(&found.credential, now);
        let until = found.credential.expires_at.unwrap_or(Timestamp::MAX_UTC);
        Ok(Some(CachedAccess { access, until }))
    }
}
