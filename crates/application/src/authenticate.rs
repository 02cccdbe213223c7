use plinth_domain::{Access, Principal, Timestamp};
use plinth_ports::{CachedAccess, TokenHash};

use crate::{Application, Error, Token};

/// A credential that was verified.
#[derive(Debug, Clone, Copy)]
pub struct Authenticated {
    /// The access that it gives.
    pub access: Access,
    /// Its hash.
    pub credential: TokenHash,
}

impl Application {
    /// Verifies a bearer token: an access token (`pla_…`) or an API key (`plk_…`). Usually needs no
    /// query, because of the cache.
    pub async fn authenticate(&self, token: &str) -> Result<Authenticated, Error> {
        let is_key = Token::looks_like(token, Token::API_KEY);
        if !is_key && !Token::looks_like(token, Token::ACCESS) {
            return Err(Error::INVALID_TOKEN);
        }
        self.admit_credential(Token::hash_of(token), is_key).await
    }

    /// Verifies again a credential that was verified before.
    pub async fn authenticate_again(
        &self,
        credential: &Authenticated,
    ) -> Result<Authenticated, Error> {
        let is_key = matches!(credential.access.principal(), Principal::ApiKey { .. });
        self.admit_credential(credential.credential, is_key).await
    }

    async fn admit_credential(
        &self,
        credential: TokenHash,
        is_key: bool,
    ) -> Result<Authenticated, Error> {
        let now = self.ports.clock.now();
        if let Some(CachedAccess { access, until }) = self.ports.security.cache.find(&credential)
            && now < until
        {
            return Ok(Authenticated { access, credential });
        }
        // Read before the store: an admission that is invalidated meanwhile must not be cached.
        let epoch = self.ports.security.cache.epoch();
        let found = if is_key {
            self.look_up_api_key(&credential, now).await?
        } else {
            self.look_up_session(&credential, now).await?
        };
        let admitted = found.ok_or(Error::INVALID_TOKEN)?;
        self.ports.security.cache.put(credential, admitted, epoch);
        Ok(Authenticated { access: admitted.access, credential })
    }

    async fn look_up_session(
        &self,
        access: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<CachedAccess>, Error> {
        let found = self.ports.stores.system.find_session(access).await?;
        Ok(found.filter(|f| f.credential.admits(now)).map(|f| CachedAccess {
            access: Access::of_member(&f.membership),
            until: f.credential.access_expires_at,
        }))
    }

    async fn look_up_api_key(
        &self,
        secret: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<CachedAccess>, Error> {
        let Some(found) = self.ports.stores.system.find_api_key(secret).await? else {
            return Ok(None);
        };
        let Some(access) = Access::of_api_key(&found.credential, &found.membership, now) else {
            return Ok(None);
        };
        self.touch(&found.credential, now);
        let until = found.credential.expires_at.unwrap_or(Timestamp::MAX_UTC);
        Ok(Some(CachedAccess { access, until }))
    }
}
