//! The sessions of an account, as a user sees them: one for each login.

use std::net::IpAddr;

use plinth_domain::{FamilyId, Session, Timestamp, UserAgent};
use plinth_ports::{Actor, ClientSession, Invalidation};
use uuid::{Timestamp as UuidTime, Uuid};

use crate::{
    Application, AuditRecord, Caller, Error,
    execute::{detached, use_case_span},
};

/// How many sessions are read: those of a login that has switched organizations are several.
const READ: u64 = 1000;
/// How many logins are shown, those that were used last.
const SHOWN: usize = 100;

/// A login: all sessions of one family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSession {
    /// The family.
    pub family: FamilyId,
    /// What its client calls itself.
    pub device: Option<UserAgent>,
    /// The address that it was last refreshed from.
    pub address: Option<IpAddr>,
    /// When the user logged in.
    pub created_at: Timestamp,
    /// When it was last refreshed, or opened.
    pub used_at: Timestamp,
    /// Whether it is that of the caller.
    pub is_current: bool,
}

impl Application {
    /// The caller's logins that have not ended, the one that was used last at the beginning; at most
    /// 100. A session by the connection of an organization sees those by this connection.
    pub async fn login_sessions(&self, caller: &Caller) -> Result<Vec<LoginSession>, Error> {
        let user = caller.session_user()?;
        let organization = caller.access.organization();
        let mut unit = self.ports.stores.system.begin_for(organization).await?;
        let current = unit.session_of_access_token(organization, &caller.credential).await?;
        let current = current.ok_or(Error::INVALID_TOKEN)?;
        let mut live = unit.live_sessions(user, self.ports.clock.now(), READ).await?;
        live.retain(|live| reaches(&current, &live.session));
        Ok(by_family(live, current.family))
    }

    /// Ends one of the caller's logins, in every organization. It may be that of the caller.
    pub async fn end_login(&self, caller: &Caller, family: FamilyId) -> Result<(), Error> {
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("session.revoke"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, session) = app.lock_caller(&mut *unit, &caller).await?;
            let user = account.login.user.id;
            let live = unit.live_sessions(user, app.ports.clock.now(), READ).await?;
            let mut ends = live.into_iter().map(|live| live.session);
            let ends = ends.find(|other| other.family == family && reaches(&session, other));
            let ends = ends.ok_or(Error::NotFound("session"))?;
            unit.revoke_family(user, family, unit.now()).await?;
            let audit = AuditRecord::of("session.revoked", "session", Some(family.uuid()));
            let actor = Actor::User(user.uuid());
            let entry = audit.entry(actor, caller.origin.clone(), &*app.ports.ids, unit.now());
            unit.append(ends.organization, &entry).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::User(user)).await;
            committed
        })
        .await
    }

    /// Ends all of the caller's logins but that of the caller, in every organization.
    pub async fn end_other_logins(&self, caller: &Caller) -> Result<(), Error> {
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("session.revoke_others"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, session) = app.lock_caller(&mut *unit, &caller).await?;
            let user = account.login.user.id;
            let now = unit.now();
            let mut places = account.places;
            if session.connection.is_none() {
                unit.revoke_other_families(user, session.family, now).await?;
            } else {
                places.retain(|place| place.organization.id == session.organization);
                let live = unit.live_sessions(user, app.ports.clock.now(), READ).await?;
                let sessions = live.into_iter().map(|live| live.session);
                let others = sessions.filter(|other| reaches(&session, other));
                let mut families: Vec<_> = others.map(|other| other.family).collect();
                families.sort_unstable();
                families.dedup();
                for family in families.into_iter().filter(|family| *family != session.family) {
                    unit.revoke_family(user, family, now).await?;
                }
            }
            let action = "session.others_revoked";
            app.record_everywhere(&mut *unit, &places, action, &caller.origin).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::User(user)).await;
            committed
        })
        .await
    }
}

/// Whether one session of a user may see and end another. One by the connection of an organization
/// reaches those by this connection alone: its provider is trusted there and nowhere else.
fn reaches(own: &Session, other: &Session) -> bool {
    own.connection.is_none()
        || (own.connection == other.connection && own.organization == other.organization)
}

/// One entry for each family, of its newest session. The sessions come newest first.
fn by_family(sessions: Vec<ClientSession>, current: FamilyId) -> Vec<LoginSession> {
    let mut logins: Vec<LoginSession> = Vec::new();
    for ClientSession { session, client } in sessions {
        let at = session.revision.created_at;
        if let Some(known) = logins.iter_mut().find(|login| login.family == session.family) {
            known.created_at = known.created_at.min(at);
            continue;
        }
        if logins.len() == SHOWN {
            continue;
        }
        logins.push(LoginSession {
            family: session.family,
            device: client.device,
            address: client.address,
            created_at: began(session.family.uuid()).map_or(at, |began| began.min(at)),
            used_at: at,
            is_current: session.family == current,
        });
    }
    logins
}

/// When a family began: its identity has the time (RFC 9562, 5.7). Earlier sessions of a family are
/// removed.
pub(super) fn began(family: Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = family.get_timestamp().as_ref().map(UuidTime::to_unix)?;
    Timestamp::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
