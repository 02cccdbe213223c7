use plinth_domain::{FactorProof, SsoConnection};
use plinth_ports::{Affiliation, Login, Origin};

use super::{
    AUTH_INVALID_CHALLENGE,
    account::Account,
    tokens::{Entry, Means, SignedIn},
};
use crate::{
    Application, Error,
    challenge::GivenChallenge,
    execute::{detached, use_case_span},
};

/// The same for one that is too old, one of another password, and a text that is none.
const INVALID_CHALLENGE: Error = Error::Unauthenticated {
    code: AUTH_INVALID_CHALLENGE,
    detail: "the challenge is too old, or is none: log in again",
};

impl Application {
    /// The second step of a login: the challenge of the first one, and the second factor.
    pub async fn login_second_factor(
        &self,
        origin: &Origin,
        challenge: &str,
        proof: FactorProof,
    ) -> Result<SignedIn, Error> {
        self.throttle_address(origin).await?;
        let given = GivenChallenge::parse(challenge).ok_or(INVALID_CHALLENGE)?;
        self.check_challenge(&given).await?;
        let (app, user, from) = (self.clone(), given.user, origin.clone());
        let enter = detached(use_case_span("auth.login_second_factor"), async move {
            app.enter_by_factor(&given, &proof, &from).await
        });
        Box::pin(self.attempt_factor(user, origin, enter)).await
    }

    /// Refuses a challenge that is none before an attempt at the account is counted: others must
    /// not use up the attempts of a user.
    async fn check_challenge(&self, given: &GivenChallenge) -> Result<(), Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let login = unit.find_user(given.user).await?.ok_or(INVALID_CHALLENGE)?;
        let connection = match given.connection {
            Some(connection) => unit.find_sso(connection).await?,
            None => None,
        };
        self.check_given(given, &login, connection.as_ref())
    }

    fn check_given(
        &self,
        given: &GivenChallenge,
        login: &Login,
        connection: Option<&SsoConnection>,
    ) -> Result<(), Error> {
        let (key, now) = (&self.ports.security.key, self.ports.clock.now());
        if given.holds(key, login, connection, now) { Ok(()) } else { Err(INVALID_CHALLENGE) }
    }

    async fn enter_by_factor(
        &self,
        given: &GivenChallenge,
        proof: &FactorProof,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let account = Account::lock(&mut *unit, given.user).await?.ok_or(INVALID_CHALLENGE)?;
        let connection = match given.connection {
            Some(_) => unit.lock_sso(given.organization).await?,
            None => None,
        };
        self.check_given(given, &account.login, connection.as_ref())?;
        if !account.login.needs_factor() {
            return Err(INVALID_CHALLENGE);
        }
        let place = account.place(given.organization).ok_or(INVALID_CHALLENGE)?;
        let Affiliation { membership, organization } = place;
        let now = unit.now();
        let login = self.prove_factor(account.login, proof, now)?;
        unit.update_login(&login).await?;
        let (user, home) = (login.user, account.places.first());
        let by = given.connection.map_or(Means::Factor, Means::Connection);
        let entry = Entry { proved_at: now, by };
        let tokens = self.open_login(&mut *unit, &user, home, &membership, entry, origin).await?;
        self.commit(unit).await?;
        Ok(SignedIn { tokens, user, organization, membership })
    }
}
