use plinth_domain::{
    Comment, CommentChanges, CommentDraft, CommentId, NotificationKind, Permission,
};

use super::{COMMENT_NOT_AUTHOR, NOT_FOUND, notify, subjects};
use crate::{
    AuditRecord, Command, Context, Error, Expected, Recorded,
    notifications::tell,
    resource::{Action, Found},
};

/// Creates a comment on a record that the caller may read.
#[derive(Debug, Clone)]
pub struct CreateComment {
    /// Its values.
    pub draft: CommentDraft,
}

impl Command for CreateComment {
    const NAME: &'static str = Action::<Comment>::CREATE;
    const PERMISSION: Permission = Permission::CommentCreate;
    type Output = Comment;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Comment>, Error> {
        let author = ctx.person()?;
        let subject = self.draft.subject;
        ctx.access.require(subjects::read(subject.kind))?;
        ctx.make_room::<Comment>().await?;
        if !ctx.unit.comment_threads().hold(subject).await? {
            return Err(Error::unknown_reference("subject_id"));
        }
        let comment = Comment::create(ctx.id(), ctx.organization(), author, self.draft, ctx.now);
        let mentioned = notify::mentioned(ctx, &comment, None).await?;
        let earlier = notify::earlier(ctx, &comment).await?;
        ctx.unit.comments().insert(&comment).await.map_err(Error::write::<Comment>)?;
        tell(ctx, &comment, NotificationKind::Mention, &mentioned).await?;
        tell(ctx, &comment, NotificationKind::Reply, &earlier).await?;
        Recorded::created(comment)
    }
}

/// Changes a comment of the caller.
#[derive(Debug, Clone)]
pub struct UpdateComment {
    /// The comment.
    pub id: CommentId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub changes: CommentChanges,
}

impl Command for UpdateComment {
    const NAME: &'static str = Action::<Comment>::UPDATE;
    const PERMISSION: Permission = Permission::CommentCreate;
    type Output = Comment;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Comment>, Error> {
        let before = expect(ctx, self.id, &self.expected).await?;
        if before.author != ctx.person()? {
            return Err(not_author());
        }
        let after = before.clone().change(self.changes, ctx.now);
        let mentioned = notify::mentioned(ctx, &after, Some(&before)).await?;
        ctx.unit.comments().update(&after).await.map_err(Error::write::<Comment>)?;
        tell(ctx, &after, NotificationKind::Mention, &mentioned).await?;
        Recorded::changed(Action::<Comment>::UPDATED, &before, after)
    }
}

/// Removes a comment permanently, with the notifications about it: one of the caller, or any by a
/// caller who may moderate.
#[derive(Debug, Clone)]
pub struct RemoveComment {
    /// The comment.
    pub id: CommentId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveComment {
    const NAME: &'static str = Action::<Comment>::REMOVE;
    const PERMISSION: Permission = Permission::CommentCreate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let comment = expect(ctx, self.id, &self.expected).await?;
        let moderates = ctx.access.permissions().contains(Permission::CommentModerate);
        if comment.author != ctx.person()? && !moderates {
            return Err(not_author());
        }
        ctx.unit.comments().remove(&comment).await?;
        Ok(Recorded::new((), AuditRecord::removed("comment.deleted", &comment)?))
    }
}

/// The comment in the version that the caller saw, on a record that the caller may read.
async fn expect(
    ctx: &mut Context<'_>,
    id: CommentId,
    expected: &Expected,
) -> Result<Comment, Error> {
    let comment = ctx.unit.comments().get(id).await?;
    let may_read = ctx.access.require(subjects::read(comment.subject.kind)).is_ok();
    if !may_read || !ctx.unit.comment_threads().hold(comment.subject).await? {
        return Err(NOT_FOUND);
    }
    expected.check(&comment.revision)?;
    Ok(comment)
}

fn not_author() -> Error {
    Error::Refused { code: COMMENT_NOT_AUTHOR, detail: "the comment is another member's".into() }
}
