use chrono::NaiveDate;
use plinth_domain::{LimitUse, Organization, OrganizationId, PlanLimit};
use serde_json::json;

use crate::{AuditRecord, Error, resource::Resource};

/// The event that most of what a plan allows is used.
pub(crate) fn usage_warned(
    organization: OrganizationId,
    limit: PlanLimit,
    LimitUse { allowed, used }: LimitUse,
    starts_on: NaiveDate,
) -> Result<AuditRecord, Error> {
    let action = "organization.usage_warned";
    AuditRecord::of(action, Organization::KIND, Some(organization.uuid()))
        .beside("limit", json!(limit.name()))?
        .beside("allowed", json!(allowed))?
        .beside("used", json!(used))?
        .beside("period_starts_on", json!(starts_on.to_string()))
}
