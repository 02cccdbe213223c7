//! Requests of the API, counted for many organizations at once, and the members of one.

use chrono::NaiveDate;
use plinth_domain::{Id, OrganizationId, PlanLimit, PlanName, Timestamp};
use plinth_ports::{ApiCalls, Counted, CountedCalls, Result};
use sqlx::postgres::PgRow;

use super::SystemTx;
use crate::{
    records::usage::{LOCK_WITH_PLAN, MARK_WARNED, MEMBERS},
    row::{named, stored},
    sql::Sql,
    value::each,
};

/// The rows are locked in the order of the organizations. Nothing is added to one that moves to another
/// cell, whose rows are compared. Where no calls are added, nothing is locked.
const COUNT: &str = "WITH asked AS (
        SELECT u.organization, u.day, u.calls, o.plan
        FROM unnest($1::uuid[], $2::date[], $3::bigint[]) AS u(organization, day, calls)
        JOIN organizations o ON o.id = u.organization
        WHERE NOT EXISTS (SELECT FROM closed_organizations c
            WHERE c.organization_id = u.organization)),
    counted AS (
        INSERT INTO organization_usage (organization_id, measure, starts_on, slot, amount)
        SELECT a.organization, 'api_calls', a.day, 0, a.calls FROM asked a WHERE a.calls > 0
        ORDER BY a.organization, a.day
        ON CONFLICT (organization_id, measure, starts_on, slot) DO UPDATE SET
            amount = organization_usage.amount + excluded.amount,
            version = organization_usage.version + 1, updated_at = now()
        RETURNING organization_id, starts_on, amount)
    SELECT a.organization AS organization_id, a.day AS starts_on, a.plan,
        coalesce(c.amount, (SELECT p.amount FROM organization_usage p
            WHERE p.organization_id = a.organization AND p.measure = 'api_calls'
                AND p.starts_on = a.day AND p.slot = 0), 0) AS amount
    FROM asked a
    LEFT JOIN counted c ON c.organization_id = a.organization AND c.starts_on = a.day
    ORDER BY a.organization, a.day";

impl SystemTx {
    pub(super) async fn add_api_calls(&mut self, calls: &[ApiCalls]) -> Result<Vec<CountedCalls>> {
        let values = vec![
            each(calls, |one| one.organization.uuid()),
            each(calls, |one| one.day),
            each(calls, |one| i64::try_from(one.calls).unwrap_or(i64::MAX)),
        ];
        let rows = self.rows(Sql::fixed(COUNT, values)).await?;
        rows.iter().map(counted).collect()
    }

    pub(super) async fn count_members(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(Option<PlanName>, u64)> {
        let id = organization.uuid();
        let lock = vec![id.into(), Counted::Members.name().into()];
        let locked = self.rows(Sql::fixed(LOCK_WITH_PLAN, lock)).await?;
        let plan = locked
            .first()
            .map(|row| stored::<Option<PlanName>>(row, "plan"))
            .transpose()?
            .flatten();
        // A second statement: its snapshot includes what was committed during the wait.
        let rows = self.rows(Sql::fixed(MEMBERS, vec![id.into(), now.into()])).await?;
        let count = rows.first().map(|row| named::<i64>(row, "members")).transpose()?;
        Ok((plan, count.unwrap_or_default().unsigned_abs()))
    }

    pub(super) async fn insert_usage_warning(
        &mut self,
        organization: OrganizationId,
        limit: PlanLimit,
        starts_on: NaiveDate,
    ) -> Result<bool> {
        let values = vec![organization.uuid().into(), limit.name().into(), starts_on.into()];
        Ok(self.execute(Sql::fixed(MARK_WARNED, values)).await? == 1)
    }
}

fn counted(row: &PgRow) -> Result<CountedCalls> {
    let total = ApiCalls {
        organization: Id::from_uuid(named(row, "organization_id")?),
        day: named(row, "starts_on")?,
        calls: named::<i64>(row, "amount")?.unsigned_abs(),
    };
    Ok(CountedCalls { total, plan: stored(row, "plan")? })
}
