//! The second factor of the caller's account: begun, turned on, turned off, and its recovery codes.

use std::{borrow::Cow, fmt::Write};

use data_encoding::BASE32_NOPAD;
use plinth_domain::{
    Assurance, Email, FactorProof, Id, Invalid, OneTimeCode, RecoveryCode, SecretText, Session,
    Timestamp,
};
use plinth_ports::{Invalidation, Login, SecondFactor, SystemUnit};

use super::{account::Account, factor_proof::recovery_hash, oidc::refuse_sso, totp::PERIOD};
use crate::{
    Application, Caller, Error,
    execute::{detached, use_case_span},
    sso::keep_break_glass,
};

plinth_domain::codes! {
    SECOND_FACTOR_ACTIVE = "second_factor.active",
        "The account has a second factor: turn it off before another one is set up.";
    SECOND_FACTOR_NONE = "second_factor.none", "The account has no second factor.";
    SECOND_FACTOR_NOT_BEGUN = "second_factor.not_begun",
        "No second factor was begun: POST /me/second-factor does it.";
}

/// The event that a second factor was turned off.
const OFF: &str = "user.second_factor_off";

/// The name by which apps for codes list the accounts.
const ISSUER: &str = "Plinth";

/// The bytes of a secret (RFC 4226, section 4, R6).
const SECRET_BYTES: usize = 20;

/// The bytes of a recovery code.
const RECOVERY_BYTES: usize = 10;

/// The number of recovery codes.
const RECOVERY_CODES: usize = 10;

const ACTIVE: Error = Error::Conflict {
    code: SECOND_FACTOR_ACTIVE,
    detail: Cow::Borrowed("the account has a second factor"),
};
const NONE: Error = Error::Conflict {
    code: SECOND_FACTOR_NONE,
    detail: Cow::Borrowed("the account has no second factor"),
};
const NOT_BEGUN: Error = Error::Conflict {
    code: SECOND_FACTOR_NOT_BEGUN,
    detail: Cow::Borrowed("no second factor was begun"),
};

/// What a device needs to make codes. It is shown once.
pub struct BegunFactor {
    /// The secret in Base32 (RFC 4648), to be typed.
    pub secret: String,
    /// The same as an address that apps for codes open.
    pub uri: String,
    /// That address as a QR code, in SVG.
    pub qr_code: String,
}

/// The state of an account's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorState {
    /// When it was turned on; `None` when it is off.
    pub confirmed_at: Option<Timestamp>,
    /// How many recovery codes were not used yet.
    pub recovery_codes: usize,
}

impl Application {
    /// Reads the state of the caller's second factor.
    pub async fn second_factor(&self, caller: &Caller) -> Result<FactorState, Error> {
        let user = caller.session_user()?;
        let mut unit = self.ports.stores.system.begin_for(caller.access.organization()).await?;
        let login = unit.find_user(user).await?.ok_or(Error::INVALID_TOKEN)?;
        let factor = login.factor.filter(SecondFactor::is_on);
        Ok(FactorState {
            confirmed_at: factor.as_ref().and_then(|factor| factor.confirmed_at),
            recovery_codes: factor.map_or(0, |factor| factor.recovery.len()),
        })
    }

    /// Begins a second factor. It does nothing until it is confirmed, and a new begin replaces it.
    ///
    /// # Errors
    /// When the account has one, or the last proof of who the user is was too long ago.
    pub async fn begin_second_factor(&self, caller: &Caller) -> Result<BegunFactor, Error> {
        let user = caller.session_user()?;
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("second_factor.begin"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (Account { login, .. }, session) = app.lock_caller(&mut *unit, &caller).await?;
            if login.needs_factor() {
                return Err(ACTIVE);
            }
            let now = unit.now();
            check_fresh(&session, now)?;
            let bits = app.ports.security.secrets.random();
            let secret = BASE32_NOPAD.encode(&bits[..SECRET_BYTES]);
            let text = SecretText::parse(secret.clone())
                .map_err(|invalid| Error::internal(invalid.to_string()))?;
            let id = Id::from_uuid(app.ports.ids.at(now));
            let sealed = app.ports.security.vault.seal(user.into(), id, &text)?;
            let uri = uri(&login.user.email, &secret);
            let qr_code = app.ports.qr_codes.svg(&uri).map_err(Error::internal)?;
            unit.update_login(&login.with_factor(Some(SecondFactor::begun(sealed)), now)).await?;
            unit.commit().await?;
            Ok(BegunFactor { secret, uri, qr_code })
        })
        .await
    }

    /// Turns the second factor on, by a code of the device. Returns the recovery codes, which are
    /// shown only now.
    pub async fn confirm_second_factor(
        &self,
        caller: &Caller,
        code: OneTimeCode,
    ) -> Result<Vec<RecoveryCode>, Error> {
        let proof = FactorProof::Code(code);
        self.change_factor(caller, "user.second_factor_on", move |app, locked| {
            let Locked { login, now, .. } = locked;
            let factor = login.factor.as_ref().ok_or(NOT_BEGUN)?;
            if factor.is_on() {
                return Err(ACTIVE);
            }
            let login = app.prove_factor(login, &proof, now)?;
            let codes = app.recovery_codes()?;
            let factor = login.factor.clone().map(|factor| SecondFactor {
                confirmed_at: Some(now),
                recovery: codes.iter().map(recovery_hash).collect(),
                ..factor
            });
            Ok((Login { factor, ..login }, codes))
        })
        .await
    }

    /// Replaces the recovery codes. Returns the new ones, which are shown only now.
    ///
    /// # Errors
    /// When the account has no second factor, or the last proof of who the user is was too long
    /// ago.
    pub async fn renew_recovery_codes(&self, caller: &Caller) -> Result<Vec<RecoveryCode>, Error> {
        self.change_factor(caller, "user.recovery_codes_renewed", move |app, locked| {
            let Locked { login, session, now } = locked;
            let factor = login.factor.clone().filter(SecondFactor::is_on).ok_or(NONE)?;
            check_fresh(session, now)?;
            let codes = app.recovery_codes()?;
            let recovery = codes.iter().map(recovery_hash).collect();
            Ok((login.with_factor(Some(SecondFactor { recovery, ..factor }), now), codes))
        })
        .await
    }

    /// Turns the second factor off.
    ///
    /// # Errors
    /// Where the user is the last owner with one of an organization that requires its connection.
    pub async fn end_second_factor(
        &self,
        caller: &Caller,
        proof: FactorProof,
    ) -> Result<(), Error> {
        self.change_factor(caller, OFF, move |app, locked| {
            let Locked { login, now, .. } = locked;
            if !login.needs_factor() {
                return Err(NONE);
            }
            let login = app.prove_factor(login, &proof, now)?;
            Ok((Login { factor: None, ..login }, ()))
        })
        .await
    }

    /// Changes the factor of the caller's locked account. It counts as a proof in the caller's
    /// session.
    async fn change_factor<T: Send + 'static>(
        &self,
        caller: &Caller,
        action: &'static str,
        change: impl FnOnce(&Self, Locked<'_>) -> Result<(Login, T), Error> + Send + 'static,
    ) -> Result<T, Error> {
        let user = caller.session_user()?;
        let (app, origin, caller) = (self.clone(), caller.origin.clone(), caller.clone());
        let change = detached(use_case_span(action), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            if action == OFF {
                // Before the memberships: the order of locks.
                unit.lock_user(user).await?;
                let memberships = unit.memberships(user).await?;
                keep_break_glass(&mut *unit, &memberships).await?;
            }
            let (Account { login, places }, session) = app.lock_caller(&mut *unit, &caller).await?;
            let now = unit.now();
            let (login, changed) = change(&app, Locked { login, session: &session, now })?;
            unit.update_login(&login).await?;
            app.record_everywhere(&mut *unit, &places, action, &caller.origin).await?;
            app.prove_session(&mut *unit, session).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::User(user)).await;
            committed.map(|()| changed)
        });
        self.attempt_factor(user, &origin, change).await
    }

    /// Stores that the user of a session has just proved who they are.
    pub(super) async fn prove_session(
        &self,
        unit: &mut dyn SystemUnit,
        session: Session,
    ) -> Result<Timestamp, Error> {
        let now = unit.now();
        let revision = session.revision.next(now);
        unit.update_session(&Session { proved_at: Some(now), revision, ..session }).await?;
        Ok(now)
    }

    fn recovery_codes(&self) -> Result<Vec<RecoveryCode>, Error> {
        let code = |_| {
            let bits = self.ports.security.secrets.random();
            let code = RecoveryCode::parse(&BASE32_NOPAD.encode(&bits[..RECOVERY_BYTES]));
            code.map_err(|invalid: Invalid| Error::internal(invalid.to_string()))
        };
        (0..RECOVERY_CODES).map(code).collect()
    }
}

/// The caller's account, locked, and the session.
struct Locked<'a> {
    login: Login,
    session: &'a Session,
    now: Timestamp,
}

/// Refuses a change of an account without a fresh proof, and in a session that the connection of an
/// organization has opened: an account is more than a member of that organization.
pub(super) fn check_fresh(session: &Session, now: Timestamp) -> Result<(), Error> {
    refuse_sso(session)?;
    let assurance = Assurance { proved_at: session.proved_at, ..Assurance::default() };
    if assurance.is_fresh(now) { Ok(()) } else { Err(Error::STEP_UP_REQUIRED) }
}

/// The address that apps for codes open (the format of Google Authenticator's key URIs).
fn uri(email: &Email, secret: &str) -> String {
    let mut account = String::new();
    for byte in email.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            account.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(account, "%{byte:02X}");
        }
    }
    format!(
        "otpauth://totp/{ISSUER}:{account}?secret={secret}&issuer={ISSUER}\
         &algorithm=SHA1&digits=6&period={PERIOD}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_for_apps_has_no_sign_that_ends_its_parts() {
        let email = Email::parse("ada&co+x@example.com").unwrap();
        assert_eq!(
            uri(&email, "ABC"),
            "otpauth://totp/Plinth:ada%26co%2Bx%40example.com?secret=ABC&issuer=Plinth\
             &algorithm=SHA1&digits=6&period=30"
        );
    }
}
