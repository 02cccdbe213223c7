use plinth_domain::{FactorProof, Password, Timestamp};
use plinth_ports::Invalidation;

use super::{account::Account, factor_proof::WRONG_FACTOR, verify::WRONG};
use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
};

/// How a user proves again who they are.
#[derive(Debug, Clone)]
pub enum StepUp {
    /// By the password, for an account without a second factor.
    Password(Password),
    /// By the second factor.
    Factor(FactorProof),
}

impl Application {
    /// Proves in a session again who the user is. Returns the time of the proof.
    pub async fn step_up(&self, caller: &Caller, by: StepUp) -> Result<Timestamp, Error> {
        let user = caller.session_user()?;
        self.throttle_address(&caller.origin).await?;
        let (app, proved) = (self.clone(), caller.clone());
        match by {
            StepUp::Password(password) => {
                let work = async move { app.step_up_by_password(&proved, password).await };
                detached(use_case_span("auth.step_up"), work).await
            }
            StepUp::Factor(proof) => {
                let work = async move { app.step_up_by_factor(&proved, &proof).await };
                let work = detached(use_case_span("auth.step_up"), work);
                self.attempt_factor(user, &caller.origin, work).await
            }
        }
    }

    async fn step_up_by_password(
        &self,
        caller: &Caller,
        password: Password,
    ) -> Result<Timestamp, Error> {
        let user = caller.access.principal().user().ok_or(Error::USERS_ONLY)?;
        let mut unit = self.ports.stores.system.begin_for(caller.access.organization()).await?;
        let login = unit.find_user(user).await?.ok_or(Error::INVALID_TOKEN)?;
        // Hashing is slow, so no connection is held during it.
        drop(unit);
        if login.needs_factor() {
            return Err(WRONG_FACTOR);
        }
        let attempt = self.begin_attempt(&caller.origin, &login.user.email).await?;
        let verified = self.verify(Some(login), password, &caller.origin, attempt).await?;
        self.step_up_if(caller, |account| {
            let unchanged = account.still_has_password_of(&verified.login);
            // A second factor that was turned on meanwhile is needed.
            if unchanged && !account.login.needs_factor() { Ok(false) } else { Err(WRONG) }
        })
        .await
    }

    async fn step_up_by_factor(
        &self,
        caller: &Caller,
        proof: &FactorProof,
    ) -> Result<Timestamp, Error> {
        self.step_up_if(caller, |account| {
            if !account.login.needs_factor() {
                return Err(WRONG_FACTOR);
            }
            let now = self.ports.clock.now();
            account.login = self.prove_factor(account.login.clone(), proof, now)?;
            Ok(true)
        })
        .await
    }

    /// Proves the session of the caller's locked account. `prove` tells whether the account is
    /// another one by that.
    async fn step_up_if(
        &self,
        caller: &Caller,
        prove: impl FnOnce(&mut Account) -> Result<bool, Error> + Send,
    ) -> Result<Timestamp, Error> {
        let mut unit = self.ports.stores.system.begin_for(caller.access.organization()).await?;
        let (mut account, session) = self.lock_caller(&mut *unit, caller).await?;
        let place = account.place(session.organization).ok_or(Error::INVALID_TOKEN)?;
        if prove(&mut account)? {
            unit.update_login(&account.login).await?;
        }
        let at = self.prove_session(&mut *unit, session).await?;
        let (membership, user) = (place.membership, session.user);
        let audit = AuditRecord::of("session.proved", "user", Some(user.uuid()));
        self.record(&mut *unit, &membership, audit, &caller.origin).await?;
        let committed = self.commit(unit).await;
        self.forget(Invalidation::Member(session.organization, user)).await;
        committed.map(|()| at)
    }
}
