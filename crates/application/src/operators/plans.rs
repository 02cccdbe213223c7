use plinth_domain::{Invalid, OperatorReason, OrganizationId, Patch, PlanAssignment};
use plinth_ports::OrganizationFigures;

use super::{Operator, state::By};
use crate::{Application, Error, plans::PLAN_UNKNOWN};

impl Application {
    /// Sets the plan of an organization, and what a billing system knows it by. Limits count at once in
    /// this process, and within a minute in others.
    ///
    /// # Errors
    /// [`Error::Invalid`] with `/plan` for a plan that is not in the settings, [`Error::NotFound`] for
    /// the organization.
    pub async fn assign_plan(
        &self,
        operator: &Operator,
        organization: OrganizationId,
        assignment: PlanAssignment,
        reason: OperatorReason,
    ) -> Result<OrganizationFigures, Error> {
        self.check_here(organization).await?;
        if let Patch::Set(plan) = &assignment.plan
            && !self.ports.plans.has(plan)
        {
            let invalid = Invalid::new(PLAN_UNKNOWN, "there is no such plan");
            return Err(Error::field("/plan", invalid));
        }
        let by = By::Operator(operator.clone(), reason);
        let event = "organization.plan_assigned";
        self.change_organization(organization, event, by, move |before, now| {
            let after = before.clone().assign(assignment, now);
            let is_same = (&after.plan, &after.billing_reference)
                == (&before.plan, &before.billing_reference);
            (!is_same).then_some(after)
        })
        .await?;
        self.allowances.forget(organization);
        self.calls.forget(organization);
        self.organization_figures(organization).await
    }
}
