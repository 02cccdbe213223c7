use plinth_domain::{OrganizationId, Timestamp};
use plinth_ports::{Counted, UnitOfWork, UpdatableInUnit};

use crate::{
    Context, Error,
    limits::{Allowances, LIMIT_REACHED, Limits},
};

/// What decides whether an organization may have more of something.
pub(crate) struct Room<'a> {
    pub(crate) organization: OrganizationId,
    pub(crate) limits: Limits,
    pub(crate) allowances: &'a Allowances,
    pub(crate) now: Timestamp,
}

impl<'a> Context<'a> {
    /// Refuses one more record of this kind beyond the limit.
    pub async fn make_room<R: UpdatableInUnit>(&mut self) -> Result<(), Error> {
        self.make_room_of::<R>(1).await
    }

    /// Refuses `more` records of this kind beyond the limit.
    pub(crate) async fn make_room_of<R: UpdatableInUnit>(
        &mut self,
        more: usize,
    ) -> Result<(), Error> {
        let (room, limit) = (self.room(), self.policy.limits.records);
        let more = more as u64;
        if limit == 0 || room.allowances.admit(room.organization, R::TABLE, more) {
            return Ok(());
        }
        self.unit.usage().lock(R::TABLE).await?;
        let count = R::updater(self.unit).count().await?;
        room.decide(R::TABLE, limit, count, more)
    }

    /// Refuses `more` of something beyond the limit.
    pub async fn make_room_for(&mut self, counted: Counted, more: u64) -> Result<(), Error> {
        self.room().make(self.unit, counted, more).await
    }

    fn room(&self) -> Room<'a> {
        Room {
            organization: self.organization(),
            limits: self.policy.limits,
            allowances: self.allowances,
            now: self.now,
        }
    }
}

impl Room<'_> {
    /// Refuses `more` of something beyond the limit.
    pub(crate) async fn make(
        &self,
        unit: &mut dyn UnitOfWork,
        counted: Counted,
        more: u64,
    ) -> Result<(), Error> {
        let (limit, name) = (self.limits.of(counted), counted.name());
        if limit == 0 || self.allowances.admit(self.organization, name, more) {
            return Ok(());
        }
        unit.usage().lock(name).await?;
        let count = unit.usage().count(counted, self.now).await?;
        self.decide(name, limit, count, more)
    }

    fn decide(&self, name: &'static str, limit: u64, count: u64, more: u64) -> Result<(), Error> {
        let room = limit.saturating_sub(count);
        if room < more.max(1) {
            let name = name.replace('_', " ");
            let detail = format!("the organization may have at most {limit} {name}").into();
            return Err(Error::Refused { code: LIMIT_REACHED, detail });
        }
        self.allowances.renew(self.organization, name, room - more);
        Ok(())
    }
}
