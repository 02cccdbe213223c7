//! Comments.

use async_trait::async_trait;
use plinth_domain::{
    Comment, CommentSubject, CommentSubjectKind, Id, OrganizationId, Revision, UserId,
};
use uuid::Uuid;

use super::Record;
use crate::{OneOf, Result, SortValue, page::sort_keys};

sort_keys! {
    /// The orders of a list of comments.
    CommentSort of Comment, by |record| record.id.uuid();
    CreatedAt = "created_at" => |record| SortValue::Time(record.revision.created_at),
}

/// Selects the comments of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommentFilter {
    /// Only comments on a record of one of these kinds.
    pub kinds: OneOf<CommentSubjectKind>,
    /// Only comments on the record with this identity.
    pub subject: Option<Uuid>,
}

impl Record for Comment {
    const TABLE: &'static str = "comments";
    type Filter = CommentFilter;
    type Sort = CommentSort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    fn matches(&self, filter: &CommentFilter) -> bool {
        filter.kinds.allows(&self.subject.kind)
            && filter.subject.is_none_or(|subject| self.subject.id == subject)
    }
}

/// How many of the newest comments on a record tell who has commented on it.
pub const NEWEST_COMMENTS: u32 = 500;

/// The comments on one record.
#[async_trait]
pub trait CommentThreads: Send {
    /// Those who have written the newest [`NEWEST_COMMENTS`] on a record, at most `limit`: the ones who
    /// did so last.
    async fn authors(&mut self, subject: CommentSubject, limit: u32) -> Result<Vec<UserId>>;
    /// Whether the organization has a record, which no other unit of work removes until this one ends.
    async fn hold(&mut self, subject: CommentSubject) -> Result<bool>;
    /// Removes all comments on a record, with the notifications about them.
    async fn remove_of(&mut self, subject: CommentSubject) -> Result<()>;
}
