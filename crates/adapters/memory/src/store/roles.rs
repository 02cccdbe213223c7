//! Custom roles, and which members have them.

use plinth_domain::{AssignedRole, CustomRole, Membership, OrganizationId, UserId};
use plinth_ports::{
    Constraint,
    records::{members::ROLE, project_grants::ROLE as ROLE_OF_GRANT},
};

use super::{
    Tables,
    record_tables::{RecordTables, Stored},
};

impl Stored for CustomRole {
    fn is_needed(&self, tables: &RecordTables, organization: OrganizationId) -> Option<Constraint> {
        if tables.member_roles.of(organization).any(|role| *role == self.id) {
            return Some(ROLE);
        }
        let mut grants = tables.project_grants.of(organization);
        grants.any(|grant| grant.role.custom() == Some(self.id)).then_some(ROLE_OF_GRANT)
    }
}

impl Tables {
    /// A membership with the permissions that its role has now.
    pub(super) fn membership(&self, key: &(OrganizationId, UserId)) -> Option<Membership> {
        self.memberships.get(key).map(|row| self.current(row))
    }

    /// The same of a row.
    pub(super) fn current(&self, row: &Membership) -> Membership {
        let custom = row.role.reference().custom();
        let custom = custom.and_then(|id| self.records.roles.get(&(row.organization, id)));
        Membership { role: custom.map_or(row.role, CustomRole::assigned), ..*row }
    }

    /// Whether the custom role of a membership does not exist.
    pub(super) fn lacks_role(&self, row: &Membership) -> bool {
        let custom = row.role.reference().custom();
        custom.is_some_and(|id| !self.records.roles.contains(&(row.organization, id)))
    }

    /// Stores a membership with its role.
    pub(super) fn put_membership(&mut self, row: Membership) {
        let key = (row.organization, row.user);
        match row.role {
            AssignedRole::BuiltIn(_) => self.records.member_roles.remove(&key),
            AssignedRole::Custom { id, .. } => self.records.member_roles.insert(key, id),
        }
        self.memberships.insert(key, row);
    }

    /// Removes a membership with its role, its sessions, its identities, its place in teams, its roles on
    /// projects and what its user was told.
    pub(super) fn remove_membership(&mut self, key: &(OrganizationId, UserId)) {
        self.records.member_roles.remove(key);
        self.records.leave_teams(key);
        self.remove_notifications(key);
        self.memberships.remove(key);
        self.sessions.retain(|(owner, _), row| *owner != key.0 || row.session.user != key.1);
        let identities = &mut self.records.sso_identities;
        identities.retain(|(owner, _), row| *owner != key.0 || row.user != key.1);
    }
}
