//! Comments on records.
//!
//! Who may read a record reads the comments on it. A comment tells those whom it mentions, and those
//! who have commented on the record before. Its text is in no entry of the audit log and in no event,
//! so that it is gone once it was removed.

mod notify;
pub(crate) mod subjects;
mod write;

use plinth_domain::{Comment, CommentId, CommentSubjectKind, Permission};
use plinth_ports::{CommentFilter, CommentSort, OneOf, Page, PageRequest};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Query, Reading, View,
    resource::{Action, Found, Resource},
};

pub use write::{CreateComment, RemoveComment, UpdateComment};

plinth_domain::codes! {
    COMMENT_MENTION_UNKNOWN = "comment.mention_unknown",
        "A comment mentions active members of the organization alone.";
    COMMENT_MENTION_UNREADABLE = "comment.mention_unreadable",
        "A member whom the comment mentions may not read what it is about.";
    COMMENT_NOT_AUTHOR = "comment.not_author",
        "Only its author changes a comment; others remove it with comment:moderate.";
}

/// A comment that does not exist, or is about a record that the caller may not read.
const NOT_FOUND: Error = Error::NotFound(Comment::KIND);

impl Resource for Comment {
    const KIND: &'static str = "comment";
    const TOPIC: &'static str = "comments";
    const READ: Permission = Permission::CommentRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn project(&self) -> Option<Uuid> {
        (self.subject.kind == CommentSubjectKind::Project).then_some(self.subject.id)
    }

    fn audit_view(&self) -> impl Serialize {
        json!({
            "subject_type": self.subject.kind.name(),
            "subject_id": self.subject.id,
            "author_id": self.author.uuid(),
            "mentions": self.mentions.users().iter().map(|user| user.uuid()).collect::<Vec<_>>(),
            "characters": self.body.as_str().chars().count(),
            "version": self.revision.version.number(),
        })
    }
}

/// Reads one comment.
#[derive(Debug, Clone, Copy)]
pub struct GetComment {
    /// The comment.
    pub id: CommentId,
}

impl Query for GetComment {
    const NAME: &'static str = Action::<Comment>::GET;
    const PERMISSION: Permission = Permission::CommentRead;
    type Output = Comment;

    async fn run(self, view: &mut View<'_>) -> Result<Comment, Error> {
        let comment = view.unit.comments().get(self.id).await?;
        if view.access.require(subjects::read(comment.subject.kind)).is_err()
            || !subjects::is_in_view(view.unit, comment.subject).await?
        {
            return Err(NOT_FOUND);
        }
        Ok(comment)
    }
}

/// Lists the comments on the records that the caller may read.
#[derive(Debug, Clone)]
pub struct ListComments {
    /// Selects the comments.
    pub filter: CommentFilter,
    /// The order and the position.
    pub page: PageRequest<CommentSort>,
}

impl Query for ListComments {
    const NAME: &'static str = Action::<Comment>::LIST;
    const PERMISSION: Permission = Permission::CommentRead;
    type Output = Page<Comment>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, self.filter.subject.is_none())
    }

    async fn run(mut self, view: &mut View<'_>) -> Result<Page<Comment>, Error> {
        if let Some(asked) = self.filter.kinds.values() {
            for kind in asked {
                view.access.require(subjects::read(*kind))?;
            }
        } else {
            let permissions = view.access.permissions();
            let readable = subjects::readable(permissions).collect();
            // Without any kind, the filter would select all of them.
            let Some(kinds) = OneOf::new(readable) else {
                return Ok(Page { items: Vec::new(), next: None, total: None });
            };
            self.filter.kinds = kinds;
        }
        Ok(view.unit.comments().list(&self.filter, &self.page).await?)
    }
}
