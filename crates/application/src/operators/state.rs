use plinth_domain::{OperatorReason, Organization, OrganizationId, OrganizationStatus, Timestamp};
use plinth_ports::{Actor, Invalidation, Origin, SystemUnit};

use super::{Deed, Operator};
use crate::{
    Application, AuditRecord, Error,
    execute::{detached, use_case_span},
};

/// Who changes the state of an organization.
pub(super) enum By {
    /// The command line of the installation.
    CommandLine,
    /// An operator, for this reason.
    Operator(Operator, OperatorReason),
}

/// A state that an organization may be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Active,
    /// By an operator, whether its removal is pending or not.
    Suspended,
    /// Whether a legal hold keeps it.
    Held(bool),
}

impl State {
    /// The event of a change to it.
    const fn event(self) -> &'static str {
        match self {
            Self::Active => "organization.reactivated",
            Self::Suspended => "organization.suspended",
            Self::Held(true) => "organization.held",
            Self::Held(false) => "organization.released",
        }
    }

    /// The organization in this state; `None` when it is in it.
    fn of(self, organization: Organization, at: Timestamp) -> Option<Organization> {
        match self {
            Self::Active => {
                let is_active = organization.status == OrganizationStatus::Active;
                (!is_active).then(|| organization.reactivate(at))
            }
            Self::Suspended => {
                let is_suspended = organization.suspended_by_operator_at.is_some();
                (!is_suspended).then(|| organization.suspend(at))
            }
            Self::Held(held) => {
                (organization.legal_hold != held).then(|| organization.hold(held, at))
            }
        }
    }
}

impl Application {
    /// Ends the access of an organization's members, and lets its jobs wait. No owner ends that, also when
    /// the removal of the organization is pending. For the operator alone: no request of an organization may
    /// reach it. Returns whether that is new.
    pub async fn suspend(&self, organization: OrganizationId) -> Result<bool, Error> {
        self.set_state(organization, State::Suspended, By::CommandLine).await
    }

    /// Gives an organization's members access again. For the operator alone: no request of an
    /// organization may reach it. Returns whether it was suspended.
    pub async fn reactivate(&self, organization: OrganizationId) -> Result<bool, Error> {
        self.set_state(organization, State::Active, By::CommandLine).await
    }

    /// Finds an organization in any state. For the operator alone: no request may reach it.
    pub async fn find_organization(
        &self,
        organization: OrganizationId,
    ) -> Result<Organization, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let found = unit.lock_organization(organization).await?;
        found.ok_or(Error::NotFound("organization"))
    }

    /// Lets nothing remove an organization, or lets it be removed again. For the operator alone: no
    /// request of an organization may reach it. Returns whether that is new.
    pub async fn set_legal_hold(
        &self,
        organization: OrganizationId,
        legal_hold: bool,
    ) -> Result<bool, Error> {
        self.set_state(organization, State::Held(legal_hold), By::CommandLine).await
    }

    /// Whether an organization is to be removed now.
    pub async fn is_due_for_erasure(&self, organization: OrganizationId) -> Result<bool, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let found = unit.lock_organization(organization).await?;
        Ok(found.is_some_and(|found| found.is_due_for_erasure(unit.now())))
    }

    /// Brings an organization into a state. Returns whether it was in another one.
    pub(super) async fn set_state(
        &self,
        organization: OrganizationId,
        state: State,
        by: By,
    ) -> Result<bool, Error> {
        let change = move |before, at| state.of(before, at);
        self.change_organization(organization, state.event(), by, change).await
    }

    /// Changes an organization, unless `change` answers `None`. Returns whether it was changed.
    pub(super) async fn change_organization(
        &self,
        organization: OrganizationId,
        event: &'static str,
        by: By,
        change: impl FnOnce(Organization, Timestamp) -> Option<Organization> + Send + 'static,
    ) -> Result<bool, Error> {
        let app = self.clone();
        detached(use_case_span(event), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let found = unit.lock_organization(organization).await?;
            let before = found.ok_or(Error::NotFound("organization"))?;
            let Some(after) = change(before.clone(), unit.now()) else { return Ok(false) };
            unit.update_organization(&after).await?;
            let audit = AuditRecord::changed(event, &before, &after)?;
            app.tell_of_change(&mut *unit, organization, audit, (event, by)).await?;
            let committed = app.commit(unit).await;
            app.forget(Invalidation::Organization(organization)).await;
            committed.map(|()| true)
        })
        .await
    }

    /// Tells the audit log of the organization, and the log of operators.
    async fn tell_of_change(
        &self,
        unit: &mut dyn SystemUnit,
        organization: OrganizationId,
        audit: AuditRecord,
        (event, by): (&'static str, By),
    ) -> Result<(), Error> {
        match by {
            By::CommandLine => {
                let origin = Origin { request_id: self.request_id(), ..Origin::default() };
                let entry = audit.entry(Actor::System, origin, &*self.ports.ids, unit.now());
                Ok(unit.append(organization, &entry).await?)
            }
            By::Operator(operator, reason) => {
                let audit = audit.beside("reason", reason.as_str().into())?;
                self.tell_organization(unit, &operator, organization, (audit, None)).await?;
                let deed = Deed::to(event, organization, reason);
                self.log_deed(unit, &operator, deed).await
            }
        }
    }
}
