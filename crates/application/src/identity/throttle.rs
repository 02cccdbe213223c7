use plinth_domain::Email;
use plinth_ports::{Origin, Quota, TokenKey};

use crate::{Application, Error, Token};

/// An attempt to prove a password. It is counted as a failure when it begins, so that concurrent
/// attempts cannot exceed the allowance, and taken back unless it fails.
pub(super) struct Attempt {
    counted: Vec<(Quota, String)>,
}

impl Attempt {
    /// One that was counted under this key.
    pub(super) fn of(quota: Quota, key: String) -> Self {
        Self { counted: vec![(quota, key)] }
    }
}

impl Application {
    /// Limits failed logins to one account: by the address block, and more slowly from all blocks
    /// together. The second limit, which others can use up, does not hold for a block from which
    /// the account was used before. All is counted before the account is read, so that unknown
    /// and known accounts behave alike. The caller has limited the attempts of the block itself.
    pub(super) async fn begin_attempt(
        &self,
        origin: &Origin,
        email: &Email,
    ) -> Result<Attempt, Error> {
        let mut attempt = Attempt { counted: Vec::new() };
        let here = format!("{} {}", origin.block(), email.as_str());
        self.throttle(Quota::LoginFailures, &here).await?;
        attempt.counted.push((Quota::LoginFailures, here));
        match self.throttle(Quota::LoginAccount, email.as_str()).await {
            Ok(()) => attempt.counted.push((Quota::LoginAccount, email.as_str().to_owned())),
            Err(limited) => {
                let known = self.ports.stores.system.is_known_client(email, origin.block()).await;
                if !known.as_ref().is_ok_and(|known| *known) {
                    self.take_back(attempt).await;
                    known?;
                    return Err(limited);
                }
            }
        }
        Ok(attempt)
    }

    /// The attempt has not failed: it does not count.
    pub(super) async fn take_back(&self, attempt: Attempt) {
        for (quota, key) in attempt.counted {
            self.ports.security.limiter.refund(quota, &key).await;
        }
    }

    /// Limits attempts with tokens and passwords from one address block.
    pub(super) async fn throttle_address(&self, origin: &Origin) -> Result<(), Error> {
        self.throttle(Quota::LoginAddress, &origin.block().to_string()).await
    }

    pub(crate) async fn throttle(&self, quota: Quota, key: &str) -> Result<(), Error> {
        let decision = self.ports.security.limiter.check(quota, key).await;
        match decision.retry_after {
            None => Ok(()),
            Some(_) => Err(Error::RateLimited(decision)),
        }
    }

    /// Refuses a text that cannot be a token of this kind, before the store is read.
    pub(super) fn token_key(text: &str, prefix: &str) -> Result<TokenKey, Error> {
        Token::key_of(text, prefix).ok_or(Error::INVALID_TOKEN)
    }
}
