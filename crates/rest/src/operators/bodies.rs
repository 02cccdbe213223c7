//! Bodies of the API of operators.

use plinth_domain::{BillingReference, OperatorReason, OrganizationId, PlanAssignment, PlanName};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    json::{Faults, Form, Merge},
    values::identity,
};

/// Why something is done to an organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonForm {
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

impl Form for ReasonForm {
    type Value = OperatorReason;

    fn check(self, faults: &mut Faults) -> Option<OperatorReason> {
        faults.check("/reason", OperatorReason::parse(&self.reason))
    }
}

/// The plan of an organization and its billing reference: a merge patch (RFC 7396), with the reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanForm {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    plan: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    billing_reference: Merge<String>,
    reason: String,
}

impl Form for PlanForm {
    type Value = (PlanAssignment, OperatorReason);

    fn check(self, faults: &mut Faults) -> Option<Self::Value> {
        let plan = self.plan.optional(faults, "/plan", |text| PlanName::parse(&text));
        let billing_reference =
            self.billing_reference
                .optional(faults, "/billing_reference", |text| BillingReference::parse(&text));
        let reason = faults.check("/reason", OperatorReason::parse(&self.reason));
        Some((PlanAssignment { plan: plan?, billing_reference: billing_reference? }, reason?))
    }
}

/// In which organization something is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceForm {
    #[schema(format = Uuid)]
    organization_id: String,
}

impl Form for PlaceForm {
    type Value = OrganizationId;

    fn check(self, faults: &mut Faults) -> Option<OrganizationId> {
        faults.check("/organization_id", identity(&self.organization_id))
    }
}
