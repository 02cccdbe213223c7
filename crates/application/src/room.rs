use plinth_ports::{Counted, UpdatableInUnit};

use crate::{Context, Error, limits::LIMIT_REACHED};

impl Context<'_> {
    /// Refuses one more record of this kind beyond the limit.
    pub async fn make_room<R: UpdatableInUnit>(&mut self) -> Result<(), Error> {
        let (limit, organization) = (self.policy.limits.records, self.organization());
        if limit == 0 || self.allowances.admit(organization, R::TABLE, 1) {
            return Ok(());
        }
        self.unit.usage().lock(R::TABLE).await?;
        let count = R::updater(self.unit).count().await?;
        self.decide(R::TABLE, limit, count, 1)
    }

    /// Refuses `more` of something beyond the limit.
    pub async fn make_room_for(&mut self, counted: Counted, more: u64) -> Result<(), Error> {
        let (limit, name) = (self.policy.limits.of(counted), counted.name());
        if limit == 0 || self.allowances.admit(self.organization(), name, more) {
            return Ok(());
        }
        let now = self.now;
        self.unit.usage().lock(name).await?;
        let count = self.unit.usage().count(counted, now).await?;
        self.decide(name, limit, count, more)
    }

    fn decide(&self, name: &'static str, limit: u64, count: u64, more: u64) -> Result<(), Error> {
        let room = limit.saturating_sub(count);
        if room < more.max(1) {
            let name = name.replace('_', " ");
            let detail = format!("the organization may have at most {limit} {name}").into();
            return Err(Error::Refused { code: LIMIT_REACHED, detail });
        }
        self.allowances.renew(self.organization(), name, room - more);
        Ok(())
    }
}
