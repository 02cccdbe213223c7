//! Members: memberships with a copy of their users' names, addresses and languages.

use async_trait::async_trait;
use plinth_domain::{Email, Locale, Membership, Name, RoleRef, Timestamp, User, UserId};

use super::Constraint;
use crate::{OneOf, Page, PageRequest, Result, SortValue, page::sort_keys};

/// The user is a member of the organization already.
pub const ALREADY_MEMBER: Constraint = Constraint("memberships_organization_id_user_id_key");
/// The custom role of a member does not exist, or is removed while a member has it.
pub const ROLE: Constraint = Constraint("member_roles_organization_id_role_id_fkey");

/// A membership with the public values of its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The membership.
    pub membership: Membership,
    /// The user's e-mail address.
    pub email: Email,
    /// The user's name.
    pub name: Name,
    /// The user's language; `None` for that of the organization.
    pub locale: Option<Locale>,
}

impl Member {
    /// A membership of this user.
    #[must_use]
    pub fn of(membership: Membership, user: &User) -> Self {
        let (email, name, locale) = (user.email.clone(), user.name.clone(), user.locale.clone());
        Self { membership, email, name, locale }
    }
}

sort_keys! {
    /// The orders of a list of members.
    MemberSort of Member, by |m| m.membership.id.uuid();
    CreatedAt = "created_at" => |m| SortValue::Time(m.membership.revision.created_at),
}

/// Reads members.
#[async_trait]
pub trait MemberReader: Send {
    /// Finds a member by its user.
    async fn find(&mut self, user: UserId) -> Result<Option<Member>>;
    /// Those of the users who are members, in any order.
    async fn among(&mut self, users: &[UserId]) -> Result<Vec<Member>>;
    /// Lists one page of the members who have one of these roles.
    async fn list(
        &mut self,
        roles: &OneOf<RoleRef>,
        page: &PageRequest<MemberSort>,
    ) -> Result<Page<Member>>;
}

/// The owners of an organization, while their number is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owners {
    /// How many there are.
    pub count: u64,
    /// When the lock was there, on the store's clock: after every unit that held it before.
    pub locked_at: Timestamp,
}

/// Reads and writes members. A member is found by its user, and is read with the copy of
/// the user's name and address but written as a membership, so it is not a [`Record`](super::Record).
#[async_trait]
pub trait Members: MemberReader {
    /// Counts the active owners. Locks their number, and all rights that are changed or handed on
    /// under the same lock, until the unit of work ends.
    async fn lock_owners(&mut self) -> Result<Owners>;
    /// Stores a new member, whose user is stored.
    async fn insert(&mut self, member: &Member) -> Result<()>;
    /// Stores the next revision; [`Stale`](crate::StoreError::Stale) unless the
    /// one before it is stored.
    async fn update(&mut self, membership: &Membership) -> Result<()>;
    /// Removes a member and its sessions; [`Stale`](crate::StoreError::Stale)
    /// unless exactly this revision is stored.
    async fn remove(&mut self, membership: &Membership) -> Result<()>;
}
