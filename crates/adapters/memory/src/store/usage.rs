use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    ApiKey, DocumentVersion, Execution, OrganizationId, PlanLimit, PlanName, Timestamp, Upload,
    UploadProgress, UploadState, UsageMeasure,
};
use plinth_ports::{Counted, Result, Usage, UsageReader, UsedAmount};

use super::{tables::Tables, unit::Unit};

impl Tables {
    /// Adds to what an organization has used in the period that has this day, and returns the sum.
    pub(super) fn add_usage(
        &mut self,
        organization: OrganizationId,
        measure: UsageMeasure,
        day: NaiveDate,
        more: u64,
    ) -> u64 {
        let key = (organization, (measure, measure.first_day(day)));
        let sum = self.usage.get(&key).copied().unwrap_or_default().saturating_add(more);
        if more > 0 {
            self.usage.insert(key, sum);
        }
        sum
    }

    /// The members and the open invitations of an organization.
    pub(super) fn count_members(&self, organization: OrganizationId, now: Timestamp) -> u64 {
        let members = self.memberships.of(organization).map(|_| 1).sum::<u64>();
        members + self.count_open_invitations(organization, now)
    }

    fn count_open_invitations(&self, organization: OrganizationId, now: Timestamp) -> u64 {
        let all = self.records.invitations.of(organization);
        all.filter(|row| row.status(now) == "pending").map(|_| 1).sum()
    }

    /// Marks that an organization was warned of a limit. Returns whether it was not before.
    pub(super) fn mark_warned(
        &mut self,
        organization: OrganizationId,
        limit: PlanLimit,
        starts_on: NaiveDate,
    ) -> bool {
        let key = (organization, (limit, starts_on));
        let is_new = !self.usage_warnings.contains(&key);
        self.usage_warnings.insert(key, ());
        is_new
    }
}

impl Unit {
    /// Adds to what the organization has used.
    pub(super) fn add_usage(&mut self, used: Vec<(UsageMeasure, u64)>) {
        let (organization, day) = (self.organization_id(), self.draft.now().date_naive());
        for (measure, more) in used {
            self.draft.tables.add_usage(organization, measure, day, more);
        }
    }

    fn used(&self, measure: UsageMeasure, now: Timestamp) -> u64 {
        let key = (self.organization_id(), (measure, measure.first_day(now.date_naive())));
        self.tables().usage.get(&key).copied().unwrap_or_default()
    }
}

#[async_trait]
impl Usage for Unit {
    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, _name: &'static str) -> Result<()> {
        Ok(())
    }

    async fn lock_with_plan(&mut self, _name: &'static str) -> Result<Option<PlanName>> {
        let organization = self.tables().organizations.get(&self.organization_id());
        Ok(organization.and_then(|organization| organization.plan.clone()))
    }

    async fn mark_warned(&mut self, limit: PlanLimit, starts_on: NaiveDate) -> Result<bool> {
        let organization = self.organization_id();
        Ok(self.draft.tables.mark_warned(organization, limit, starts_on))
    }
}

#[async_trait]
impl UsageReader for Unit {
    async fn used_since(&mut self, day: NaiveDate) -> Result<Vec<UsedAmount>> {
        let organization = self.organization_id();
        let rows = self.tables().usage.iter().filter(|((owner, _), _)| *owner == organization);
        let rows = rows.filter(|((_, (_, starts_on)), _)| *starts_on >= day);
        let mut used: Vec<_> = rows
            .map(|((_, (measure, starts_on)), amount)| UsedAmount {
                measure: *measure,
                starts_on: *starts_on,
                amount: *amount,
            })
            .collect();
        used.sort_by_key(|one| (one.starts_on, one.measure.name()));
        Ok(used)
    }

    async fn count(&mut self, counted: Counted, now: Timestamp) -> Result<u64> {
        let organization = self.organization_id();
        let uploads = || {
            let all = self.tables().uploads.of(organization);
            all.filter(|row| row.state == UploadState::Open && row.expires_at > now)
        };
        Ok(match counted {
            Counted::Members => self.tables().count_members(organization, now),
            Counted::OpenInvitations => self.tables().count_open_invitations(organization, now),
            Counted::LiveApiKeys => self
                .records::<ApiKey>()
                .filter(|row| row.agent_run.is_none() && row.is_live(now))
                .map(|_| 1)
                .sum(),
            Counted::OpenUploads => uploads().map(|_| 1).sum(),
            Counted::StoredBytes => {
                let versions = self.records::<DocumentVersion>().map(|row| row.size_bytes);
                let held = |row: &Upload| {
                    let UploadProgress { offset, reserved, .. } = row.progress;
                    // The rest of one that joins others is counted there.
                    let declared = row.length.filter(|_| row.joins.is_empty());
                    declared.unwrap_or(offset).max(reserved)
                };
                versions.sum::<u64>() + uploads().map(held).sum::<u64>()
            }
            Counted::Executions => self.used(UsageMeasure::Executions, now),
            Counted::AiCost => {
                let open =
                    self.records::<Execution>().filter(|execution| execution.ended_at.is_none());
                let held = open.map(|execution| execution.reservation.amount.unsigned_abs());
                self.used(UsageMeasure::AiCost, now).saturating_add(held.sum())
            }
        })
    }
}
