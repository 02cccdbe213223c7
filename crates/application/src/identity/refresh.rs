use plinth_domain::{Forbidden, Session, SessionState};
use plinth_ports::{Actor, Affiliation, Invalidation, Origin, Outcome, SystemUnit, TokenKey};

use super::{
    account::Account,
    tokens::{Descent, Means, Secret, SignedIn},
};
use crate::{
    Application, AuditRecord, Error, Token,
    execute::{detached, use_case_span},
    token::TokenRoot,
};

impl Application {
    /// Exchanges a refresh token for the next pair. A second exchange soon after it answers the same
    /// pair; a later one indicates theft and revokes the whole family (RFC 9700, section 4.14.2).
    pub async fn refresh(&self, origin: &Origin, token: &str) -> Result<SignedIn, Error> {
        let key = Self::token_key(token, Token::REFRESH)?;
        let root = TokenRoot::of(token).map(|root| TokenKey { hash: root.hash(), ..key });
        let (app, origin, token) = (self.clone(), origin.clone(), token.to_owned());
        let refreshed = detached(use_case_span("auth.refresh"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let Some(account) = Account::lock_by_session(&mut *unit, &key).await? else {
                return app.refuse_unknown(unit, root, &origin).await;
            };
            // Before the session: the order of locks. A token of an earlier version names none.
            if let Some(organization) = key.organization {
                unit.lock_sso(organization).await?;
            }
            let session = unit.lock_session(&key).await?.ok_or(Error::INVALID_TOKEN)?;
            let next = Secret::after(&token, session.organization, &app.ports.security.key);
            let now = app.ports.clock.now();
            if let SessionState::Rotated { at } = session.state {
                let again = if now - at < app.policy.refresh_again {
                    let organization = Some(session.organization);
                    let next = TokenKey { organization, hash: next.refresh.hash() };
                    unit.lock_session(&next).await?.filter(|s| s.refreshes(now))
                } else {
                    None
                };
                let Some(again) = again else {
                    app.end_family(unit, session, &origin).await?;
                    return Err(Error::INVALID_TOKEN);
                };
                let Affiliation { membership, organization } =
                    account.place(again.organization).ok_or(Error::INVALID_TOKEN)?;
                unit.commit().await?;
                let tokens = next.of(&again);
                return Ok(SignedIn { tokens, user: account.login.user, organization, membership });
            }
            if !session.refreshes(now) {
                return Err(Error::INVALID_TOKEN);
            }
            let Some(place) = account.place(session.organization) else {
                return Err(no_place(&mut *unit, &session).await);
            };
            let Affiliation { membership, organization } = place;
            let Session { family, proved_at, id: from, .. } = session;
            let by = Means::Session(session.connection);
            let descent = Descent::Rotation { family, proved_at, by, from, next };
            let tokens = app.open_session(&mut *unit, &membership, descent, &origin).await?;
            let rotated = Session {
                state: SessionState::Rotated { at: now },
                revision: session.revision.next(now),
                ..session
            };
            unit.update_session(&rotated).await?;
            app.commit(unit).await?;
            Ok(SignedIn { tokens, user: account.login.user, organization, membership })
        });
        match refreshed.await {
            Err(error) => Err(self.misdirected(error, key.organization).await),
            refreshed => refreshed,
        }
    }

    /// Refuses a token that no session has. If it has the root of a chain, it is an old token of
    /// the chain whose row was removed: a replay, too.
    async fn refuse_unknown(
        &self,
        mut unit: Box<dyn SystemUnit>,
        root: Option<TokenKey>,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let Some(root) = root else { return Err(Error::INVALID_TOKEN) };
        let Some(session) = unit.live_session(&root).await? else {
            return Err(Error::INVALID_TOKEN);
        };
        if Account::lock(&mut *unit, session.user).await?.is_some() {
            self.end_family(unit, session, origin).await?;
        }
        Err(Error::INVALID_TOKEN)
    }

    /// Revokes a family whose token was used twice, and audits it. The unit has locked its user.
    async fn end_family(
        &self,
        mut unit: Box<dyn SystemUnit>,
        session: Session,
        origin: &Origin,
    ) -> Result<(), Error> {
        let now = self.ports.clock.now();
        unit.revoke_family(session.user, session.family, now).await?;
        let user = session.user.uuid();
        let audit = AuditRecord::of("session.replayed", "user", Some(user)).ended(Outcome::Failed);
        let entry = audit.entry(Actor::System, origin.clone(), &*self.ports.ids, unit.now());
        unit.append(session.organization, &entry).await?;
        let committed = self.commit(unit).await;
        self.forget(Invalidation::User(session.user)).await;
        committed
    }
}

/// Why a user has no access to the organization of a session.
async fn no_place(unit: &mut dyn SystemUnit, session: &Session) -> Error {
    match unit.suspended_affiliations(session.user).await {
        Ok(places) => {
            let is_it = |place: &Affiliation| place.organization.id == session.organization;
            if places.iter().any(is_it) {
                Forbidden::Suspended.into()
            } else {
                Error::INVALID_TOKEN
            }
        }
        Err(error) => error.into(),
    }
}
