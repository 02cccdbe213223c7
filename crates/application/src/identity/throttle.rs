use plinth_domain::Email;
use plinth_ports::{Origin, Quota};

use crate::{Application, Error, Token};

impl Application {
    /// Limits login attempts from one address block and for one account. Both are counted before the
    /// account is read, so that unknown and known accounts behave alike.
    pub(super) async fn throttle_login(&self, origin: &Origin, email: &Email) -> Result<(), Error> {
        self.throttle_address(origin).await?;
        self.throttle(Quota::LoginAccount, email.as_str()).await
    }

    /// Limits attempts with tokens from one address block.
    pub(super) async fn throttle_address(&self, origin: &Origin) -> Result<(), Error> {
        self.throttle(Quota::LoginAddress, &origin.block().to_string()).await
    }

    async fn throttle(&self, quota: Quota, key: &str) -> Result<(), Error> {
        let decision = self.ports.security.limiter.check(quota, key).await;
        match decision.retry_after {
            None => Ok(()),
            Some(_) => Err(Error::RateLimited(decision)),
        }
    }

    /// Refuses a text that cannot be a token of this kind, before the store is read.
    pub(super) fn token_hash(text: &str, prefix: &str) -> Result<plinth_ports::TokenHash, Error> {
        if Token::looks_like(text, prefix) {
            Ok(Token::hash_of(text))
        } else {
            Err(Error::INVALID_TOKEN)
        }
    }
}
