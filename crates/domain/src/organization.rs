use crate::{
    BillingReference, Name, OrganizationId, OrganizationSettings, PlanAssignment, PlanName,
    Revision, SettingsChanges, Slug, Timestamp,
};

/// Whether an organization's members have access to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationStatus {
    /// Its members have access.
    Active,
    /// No member has access until an operator reactivates it.
    Suspended,
}

impl OrganizationStatus {
    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// Finds a status by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Suspended].into_iter().find(|s| s.name() == name)
    }
}

/// A tenant. Every record belongs to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The identity.
    pub id: OrganizationId,
    /// The name.
    pub name: Name,
    /// The short name in URLs, unique in the installation.
    pub slug: Slug,
    /// The settings.
    pub settings: OrganizationSettings,
    /// Whether its members have access.
    pub status: OrganizationStatus,
    /// When all of it is removed; `None` unless an owner has asked for that. It is suspended until then.
    pub erase_at: Option<Timestamp>,
    /// When an operator suspended it; `None` when it is active, or suspended for its removal only. An owner
    /// does not end such a suspension.
    pub suspended_by_operator_at: Option<Timestamp>,
    /// Whether it must be kept, also when an owner asks for its removal.
    pub legal_hold: bool,
    /// The plan; `None` for the default one. Only an operator sets it.
    pub plan: Option<PlanName>,
    /// What a billing system knows the organization by. Only an operator sets it.
    pub billing_reference: Option<BillingReference>,
    /// The revision.
    pub revision: Revision,
}

/// A change of an organization; `None` keeps the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationChanges {
    /// The new name.
    pub name: Option<Name>,
    /// The changed settings.
    pub settings: SettingsChanges,
}

impl Organization {
    /// A new organization with the default settings.
    #[must_use]
    pub fn found(id: OrganizationId, name: Name, slug: Slug, at: Timestamp) -> Self {
        Self {
            id,
            name,
            slug,
            settings: OrganizationSettings::default(),
            status: OrganizationStatus::Active,
            erase_at: None,
            suspended_by_operator_at: None,
            legal_hold: false,
            plan: None,
            billing_reference: None,
            revision: Revision::first(at),
        }
    }

    /// The organization that an operator has suspended: without access for its members; its jobs wait. A
    /// removal stays pending.
    #[must_use]
    pub fn suspend(self, at: Timestamp) -> Self {
        Self {
            status: OrganizationStatus::Suspended,
            suspended_by_operator_at: Some(at),
            revision: self.revision.next(at),
            ..self
        }
    }

    /// The organization with access for its members. It is not removed any more.
    #[must_use]
    pub fn reactivate(self, at: Timestamp) -> Self {
        Self {
            status: OrganizationStatus::Active,
            erase_at: None,
            suspended_by_operator_at: None,
            revision: self.revision.next(at),
            ..self
        }
    }

    /// The organization that is removed at `due`, without access for its members.
    #[must_use]
    pub fn request_erasure(self, due: Timestamp, at: Timestamp) -> Self {
        Self {
            status: OrganizationStatus::Suspended,
            erase_at: Some(due),
            revision: self.revision.next(at),
            ..self
        }
    }

    /// The organization with or without a legal hold.
    #[must_use]
    pub fn hold(self, legal_hold: bool, at: Timestamp) -> Self {
        Self { legal_hold, revision: self.revision.next(at), ..self }
    }

    /// The organization with another plan, or another reference of a billing system.
    #[must_use]
    pub fn assign(mut self, assignment: PlanAssignment, at: Timestamp) -> Self {
        assignment.plan.apply(&mut self.plan);
        assignment.billing_reference.apply(&mut self.billing_reference);
        Self { revision: self.revision.next(at), ..self }
    }

    /// Whether it is to be removed at this time.
    #[must_use]
    pub fn is_due_for_erasure(&self, at: Timestamp) -> bool {
        self.status == OrganizationStatus::Suspended
            && !self.legal_hold
            && self.erase_at.is_some_and(|due| due <= at)
    }

    /// The organization after a change.
    #[must_use]
    pub fn change(self, changes: OrganizationChanges, at: Timestamp) -> Self {
        Self {
            name: changes.name.unwrap_or(self.name),
            settings: self.settings.change(changes.settings),
            revision: self.revision.next(at),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::Patch;

    fn asked() -> (Organization, Timestamp) {
        let at = Timestamp::default();
        let (name, slug) = (Name::parse("Acme").unwrap(), Slug::parse("acme-1").unwrap());
        let acme = Organization::found(crate::Id::from_uuid(Uuid::from_u128(1)), name, slug, at);
        let due = at + TimeDelta::days(14);
        (acme.request_erasure(due, at), due)
    }

    #[test]
    fn an_organization_is_removed_after_its_days_of_grace_and_not_before() {
        let (acme, due) = asked();
        assert_eq!(acme.status, OrganizationStatus::Suspended);
        assert!(!acme.is_due_for_erasure(due - TimeDelta::seconds(1)));
        assert!(acme.is_due_for_erasure(due));
    }

    #[test]
    fn an_operators_suspension_is_told_from_that_for_a_removal() {
        let (acme, due) = asked();
        assert_eq!(acme.suspended_by_operator_at, None);
        let suspended = acme.suspend(due);
        assert_eq!(suspended.suspended_by_operator_at, Some(due));
        assert!(suspended.is_due_for_erasure(due), "the removal stays pending");
        let active = suspended.reactivate(due);
        assert_eq!((active.suspended_by_operator_at, active.erase_at), (None, None));
    }

    #[test]
    fn an_assignment_changes_what_it_names_alone() {
        let (acme, at) = asked();
        let plan = PlanName::parse("team").unwrap();
        let both = PlanAssignment {
            plan: Patch::Set(plan.clone()),
            billing_reference: Patch::Set(BillingReference::parse("cus_1").unwrap()),
        };
        let assigned = acme.clone().assign(both, at);
        assert_eq!(assigned.plan, Some(plan.clone()));
        assert_eq!(assigned.revision, acme.revision.next(at));
        let cleared = PlanAssignment { billing_reference: Patch::Clear, ..Default::default() };
        let cleared = assigned.assign(cleared, at);
        assert_eq!((cleared.plan, cleared.billing_reference), (Some(plan), None));
    }

    #[test]
    fn who_is_reactivated_or_held_is_not_removed() {
        let (acme, due) = asked();
        assert!(!acme.clone().reactivate(due).is_due_for_erasure(due));
        let held = acme.clone().hold(true, due);
        assert!(!held.is_due_for_erasure(due));
        assert!(held.hold(false, due).is_due_for_erasure(due));
        let again = acme.reactivate(due).suspend(due);
        assert!(!again.is_due_for_erasure(due), "a suspension alone removes nothing");
    }
}
