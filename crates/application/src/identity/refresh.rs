use plinth_domain::{Session, SessionState};
use plinth_ports::{Invalidation, Origin, Outcome, SystemUnit};

use super::tokens::{Descent, SignedIn};
use crate::{
    Application, AuditRecord, Error, Token,
    execute::{detached, use_case_span},
};

impl Application {
    /// Exchanges a refresh token for the next pair. The reuse of a token indicates theft and
    /// revokes the whole family (RFC 9700, section 4.14.2).
    pub async fn refresh(&self, origin: &Origin, token: &str) -> Result<SignedIn, Error> {
        let hash = Self::token_hash(token, Token::REFRESH)?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("auth.refresh"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let session = unit.lock_session(&hash).await?.ok_or(Error::INVALID_TOKEN)?;
            let now = app.ports.clock.now();
            if matches!(session.state, SessionState::Rotated { .. }) {
                app.end_family(unit, session, &origin).await?;
                return Err(Error::INVALID_TOKEN);
            }
            if !session.refreshes(now) {
                return Err(Error::INVALID_TOKEN);
            }
            let user = unit.find_user(session.user).await?.ok_or(Error::INVALID_TOKEN)?.user;
            let places = unit.affiliations(session.user).await?;
            let place = places
                .into_iter()
                .find(|place| place.organization.id == session.organization)
                .ok_or(Error::INVALID_TOKEN)?;
            let descent = Descent::Rotation { family: session.family, from: session.id };
            let tokens = app.open_session(&mut *unit, &place.membership, descent, now).await?;
            let rotated = Session {
                state: SessionState::Rotated { at: now },
                revision: session.revision.next(now),
                ..session
            };
            unit.update_session(&rotated).await?;
            app.commit(unit).await?;
            let (organization, membership) = (place.organization, place.membership);
            Ok(SignedIn { tokens, user, organization, membership })
        })
        .await
    }

    /// Revokes a family whose token was used twice, and audits it.
    async fn end_family(
        &self,
        mut unit: Box<dyn SystemUnit>,
        session: Session,
        origin: &Origin,
    ) -> Result<(), Error> {
        let now = self.ports.clock.now();
        unit.revoke_family(session.organization, session.family, now).await?;
        let user = session.user.uuid();
        let audit = AuditRecord::of("session.replayed", "user", Some(user)).ended(Outcome::Failed);
        let entry = audit.entry(plinth_ports::Actor::System, origin.clone(), &*self.ports.ids, now);
        unit.append(session.organization, &entry).await?;
        let committed = self.commit(unit).await;
        self.ports.security.cache.forget(Invalidation::Member(session.organization, session.user));
        committed
    }
}
