use async_trait::async_trait;
use plinth_domain::{Membership, RoleRef, UserId, Version};
use plinth_ports::{
    Member, MemberReader, MemberSort, Members, OneOf, Owners, Page, PageRequest, Result,
    Transaction,
    records::members::{ALREADY_MEMBER, ROLE},
};

use super::{Tables, lists, table::expect, unit::Unit};

#[async_trait]
impl MemberReader for Unit {
    async fn find(&mut self, user: UserId) -> Result<Option<Member>> {
        let tables = self.tables();
        let membership = tables.memberships.get(&(self.organization_id(), user));
        Ok(membership.and_then(|membership| member(tables, membership)))
    }

    async fn among(&mut self, users: &[UserId]) -> Result<Vec<Member>> {
        let tables = self.tables();
        let memberships = tables.memberships.of(self.organization_id());
        let asked = memberships.filter(|membership| users.contains(&membership.user));
        Ok(asked.filter_map(|membership| member(tables, membership)).collect())
    }

    async fn list(
        &mut self,
        roles: &OneOf<RoleRef>,
        page: &PageRequest<MemberSort>,
    ) -> Result<Page<Member>> {
        let tables = self.tables();
        let members = tables
            .memberships
            .of(self.organization_id())
            .filter(|member| {
                roles.allows(&member.role.reference()) && page.times.include(&member.revision)
            })
            .filter_map(|membership| member(tables, membership));
        Ok(lists::page(members, page))
    }
}

#[async_trait]
impl Members for Unit {
    async fn lock_owners(&mut self) -> Result<Owners> {
        // Units of work run one after another, so no lock is needed.
        let members = self.tables().memberships.of(self.organization_id());
        let is_active_owner = |member: &&Membership| member.role.is_owner() && member.is_active();
        let count = members.filter(is_active_owner).map(|_| 1).sum();
        Ok(Owners { count, locked_at: Transaction::now(self) })
    }

    async fn insert(&mut self, member: &Member) -> Result<()> {
        let key = (self.organization_id(), member.membership.user);
        let taken = self.tables().memberships.contains(&key);
        let no_user = !self.tables().users.contains(&key.1);
        self.draft.forbid(taken, ALREADY_MEMBER.0)?;
        self.draft.forbid(no_user, "memberships_user_id_fkey")?;
        self.put(&member.membership)
    }

    async fn update(&mut self, membership: &Membership) -> Result<()> {
        expect(self.stored_membership(membership), membership.revision.previous())?;
        self.put(membership)
    }

    async fn remove(&mut self, membership: &Membership) -> Result<()> {
        expect(self.stored_membership(membership), membership.revision.version)?;
        let key = (self.organization_id(), membership.user);
        self.draft.tables.remove_membership(&key);
        Ok(())
    }
}

impl Unit {
    fn put(&mut self, membership: &Membership) -> Result<()> {
        let row = Membership { organization: self.organization_id(), ..*membership };
        let lacks_role = self.tables().lacks_role(&row);
        self.draft.forbid(lacks_role, ROLE.0)?;
        self.draft.tables.put_membership(row);
        Ok(())
    }

    /// The stored version of this membership.
    fn stored_membership(&self, membership: &Membership) -> Option<Version> {
        let stored = self.tables().memberships.get(&(self.organization_id(), membership.user))?;
        (stored.id == membership.id).then_some(stored.revision.version)
    }
}

pub(super) fn member(tables: &Tables, membership: &Membership) -> Option<Member> {
    let user = &tables.users.get(&membership.user)?.user;
    Some(Member::of(tables.current(membership), user))
}
