//! Whom a comment tells.

use plinth_domain::{Comment, CommentSubjectKind, Invalid, Permission};
use plinth_ports::Member;

use super::{COMMENT_MENTION_UNKNOWN, COMMENT_MENTION_UNREADABLE, subjects};
use crate::{Context, Error, FieldFault};

/// How many of those who have commented on a record before are told of the next comment: the last
/// ones.
const MAX_EARLIER: u32 = 50;

/// The members whom a comment mentions, and did not mention before. Each is active, and may read what
/// it is about.
pub(super) async fn mentioned(
    ctx: &mut Context<'_>,
    comment: &Comment,
    before: Option<&Comment>,
) -> Result<Vec<Member>, Error> {
    let users = comment.newly_mentioned(before);
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let members = ctx.unit.members().among(&users).await?;
    let mut faults = Vec::new();
    for (place, user) in comment.mentions.users().iter().enumerate() {
        if !users.contains(user) {
            continue;
        }
        let member = members.iter().find(|member| member.membership.user == *user);
        let invalid = match member.filter(|member| member.membership.is_active()) {
            None => Invalid::new(COMMENT_MENTION_UNKNOWN, "must be the user of an active member"),
            Some(member) if !reads(member, comment.subject.kind) => {
                let detail = "the member may not read what the comment is about";
                Invalid::new(COMMENT_MENTION_UNREADABLE, detail)
            }
            Some(_) => continue,
        };
        faults.push(FieldFault::new(format!("/mentions/{place}"), invalid));
    }
    if faults.is_empty() { Ok(members) } else { Err(Error::Invalid(faults)) }
}

/// The members who have commented on the same record before a new comment, which does not mention
/// them.
pub(super) async fn earlier(
    ctx: &mut Context<'_>,
    comment: &Comment,
) -> Result<Vec<Member>, Error> {
    let mut users = ctx.unit.comment_threads().authors(comment.subject, MAX_EARLIER).await?;
    users.retain(|user| *user != comment.author && !comment.mentions.users().contains(user));
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut members = ctx.unit.members().among(&users).await?;
    members.retain(|member| member.membership.is_active() && reads(member, comment.subject.kind));
    Ok(members)
}

fn reads(member: &Member, kind: CommentSubjectKind) -> bool {
    let permissions = member.membership.role.permissions();
    [Permission::CommentRead, subjects::read(kind)].iter().all(|read| permissions.contains(*read))
}
