use async_trait::async_trait;
use plinth_domain::{Email, Membership, Name, Role, UserId};

use crate::{Page, PageRequest, Result, SortValue};

/// A membership with the person's public face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The membership.
    pub membership: Membership,
    /// The person's address.
    pub email: Email,
    /// What they are called.
    pub name: Name,
}

super::sort_keys! {
    /// The orders of a list of members.
    MemberSort of Member, by |m| m.membership.id.uuid();
    CreatedAt = "created_at" => |m| SortValue::Time(m.membership.revision.created_at),
}

/// Reads members.
#[async_trait]
pub trait MemberReader: Send {
    /// Finds a member by the person.
    async fn find(&mut self, user: UserId) -> Result<Option<Member>>;
    /// Lists them, all or of one role.
    async fn list(
        &mut self,
        role: Option<Role>,
        page: &PageRequest<MemberSort>,
    ) -> Result<Page<Member>>;
}

/// Reads and writes members.
#[async_trait]
pub trait Members: MemberReader {
    /// How many owners there are. Nobody else can change that until the unit
    /// of work ends.
    async fn lock_owners(&mut self) -> Result<u64>;
    /// Stores the next revision; `Stale` unless the one before it is stored.
    async fn update(&mut self, membership: &Membership) -> Result<()>;
    /// Removes a member with their sessions; `Stale` unless exactly this
    /// revision is stored.
    async fn remove(&mut self, membership: &Membership) -> Result<()>;
}
