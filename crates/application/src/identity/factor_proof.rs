//! The check of a second factor.

use data_encoding::BASE32_NOPAD;
use plinth_domain::{FactorProof, RecoveryCode, Timestamp, UserId};
use plinth_ports::{Login, Origin, Quota, TokenHash};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::{AUTH_INVALID_SECOND_FACTOR, throttle::Attempt, totp};
use crate::{Application, Error};

pub(super) const WRONG_FACTOR: Error = Error::Unauthenticated {
    code: AUTH_INVALID_SECOND_FACTOR,
    detail: "the code is wrong, was used, or is too old",
};

impl Application {
    /// Proves the second factor of a locked account. The code is used up in the login that is
    /// returned, which the caller stores.
    pub(super) fn prove_factor(
        &self,
        mut login: Login,
        proof: &FactorProof,
        now: Timestamp,
    ) -> Result<Login, Error> {
        let factor = login.factor.take().ok_or(WRONG_FACTOR)?;
        let proved = match proof {
            FactorProof::Code(code) => {
                let owner = login.user.id.into();
                let secret = self.ports.security.vault.open(owner, &factor.secret)?;
                let secret = BASE32_NOPAD.decode(secret.expose_secret().as_bytes());
                let secret = secret.map_err(Error::internal)?;
                let time = self.ports.clock.now();
                let step = totp::step_of(*code, &secret, factor.last_step, time);
                factor.after_step(step.ok_or(WRONG_FACTOR)?)
            }
            // One that is not turned on has no recovery codes.
            FactorProof::Recovery(code) => factor.after_recovery(&recovery_hash(code)),
        };
        Ok(login.with_factor(Some(proved.ok_or(WRONG_FACTOR)?), now))
    }

    /// Does what needs the second factor of an account: a wrong code counts, as one attempt at the
    /// account from anywhere, and is audited. It is counted before it is compared.
    pub(super) async fn attempt_factor<T>(
        &self,
        user: UserId,
        origin: &Origin,
        work: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<T, Error> {
        let key = format!("second factor {}", user.uuid());
        self.throttle(Quota::LoginFailures, &key).await?;
        let attempt = Attempt::of(Quota::LoginFailures, key);
        let done = work.await;
        let is_wrong = |code| code == AUTH_INVALID_SECOND_FACTOR;
        if done.as_ref().err().and_then(Error::code).is_some_and(is_wrong) {
            self.note_failed_login(user, origin);
        } else {
            self.take_back(attempt).await;
        }
        done
    }
}

/// What is stored of a recovery code. It has 80 random bits, so it needs no salt.
pub(super) fn recovery_hash(code: &RecoveryCode) -> TokenHash {
    Sha256::digest(code.expose()).into()
}
