use async_trait::async_trait;
use plinth_domain::{Membership, Role, UserId, Version};
use plinth_ports::{
    Member, MemberReader, MemberSort, Members, OneOf, Owners, Page, PageRequest, Result,
    Transaction,
};

use super::{Tables, lists, table::expect, unit::Unit};

#[async_trait]
impl MemberReader for Unit {
    async fn find(&mut self, user: UserId) -> Result<Option<Member>> {
        let tables = self.tables();
        let membership = tables.memberships.get(&(self.organization_id(), user));
        Ok(membership.and_then(|membership| member(tables, membership)))
    }

    async fn list(
        &mut self,
        roles: &OneOf<Role>,
        page: &PageRequest<MemberSort>,
    ) -> Result<Page<Member>> {
        let tables = self.tables();
        let members = tables
            .memberships
            .of(self.organization_id())
            .filter(|member| roles.allows(&member.role) && page.times.include(&member.revision))
            .filter_map(|membership| member(tables, membership));
        Ok(lists::page(members, page))
    }
}

#[async_trait]
impl Members for Unit {
    async fn lock_owners(&mut self) -> Result<Owners> {
        // Units of work run one after another, so no lock is needed.
        let members = self.tables().memberships.of(self.organization_id());
        let count = members.filter(|membership| membership.role == Role::Owner).map(|_| 1).sum();
        Ok(Owners { count, locked_at: Transaction::now(self) })
    }

    async fn update(&mut self, membership: &Membership) -> Result<()> {
        expect(self.stored_membership(membership), membership.revision.previous())?;
        let key = (self.organization_id(), membership.user);
        let row = Membership { organization: key.0, ..*membership };
        self.draft.tables.memberships.insert(key, row);
        Ok(())
    }

    async fn remove(&mut self, membership: &Membership) -> Result<()> {
        expect(self.stored_membership(membership), membership.revision.version)?;
        let (organization, user) = (self.organization_id(), membership.user);
        let tables = &mut self.draft.tables;
        tables.memberships.remove(&(organization, user));
        tables
            .sessions
            .retain(|(owner, _), row| *owner != organization || row.session.user != user);
        Ok(())
    }
}

impl Unit {
    /// The stored version of this membership.
    fn stored_membership(&self, membership: &Membership) -> Option<Version> {
        let stored = self.tables().memberships.get(&(self.organization_id(), membership.user))?;
        (stored.id == membership.id).then_some(stored.revision.version)
    }
}

pub(super) fn member(tables: &Tables, membership: &Membership) -> Option<Member> {
    let user = &tables.users.get(&membership.user)?.user;
    let (email, name) = (user.email.clone(), user.name.clone());
    Some(Member { membership: *membership, email, name })
}
