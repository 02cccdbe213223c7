//! Tells members of a comment, in the commit that stores it.

use plinth_domain::{
    Comment, MailTiming, MemberKind, Notification, NotificationKind, NotificationSettings, UserId,
};
use plinth_ports::{MailKind, Member, StoreError};

use super::NOTIFICATION_RECIPIENT_LEFT;
use crate::{
    Context, Error, SendMail,
    mail::{Link, language_of},
};

/// Tells members of a comment by the ways that they want, but not its author, and none twice of the
/// same comment.
///
/// A member who has got [`Notification::MAILS`] within an hour is told by the next digest in place of
/// a mail. Commands that run at the same moment do not see each other's mails.
pub(crate) async fn tell(
    ctx: &mut Context<'_>,
    comment: &Comment,
    kind: NotificationKind,
    members: &[Member],
) -> Result<(), Error> {
    let is_other = |member: &&Member| member.membership.user != comment.author;
    let mut members: Vec<&Member> = members.iter().filter(is_other).collect();
    if members.is_empty() {
        return Ok(());
    }
    let users: Vec<UserId> = members.iter().map(|member| member.membership.user).collect();
    let known = ctx.unit.notifications().told(comment.id, &users).await?;
    members.retain(|member| !known.contains(&member.membership.user));
    let stored = ctx.unit.notification_settings().of(&users).await?;
    let since = ctx.now - Notification::MAILS_WITHIN;
    let busy = ctx.unit.notifications().mailed(&users, since, Notification::MAILS).await?;
    let (mut told, mut mailed) = (Vec::new(), Vec::new());
    for member in members {
        let user = member.membership.user;
        let settings = stored.iter().find(|settings| settings.user == user).copied();
        let settings =
            settings.unwrap_or(NotificationSettings::default_of(ctx.organization(), user));
        let mut channels = settings.channels(kind);
        if channels.mail == MailTiming::Immediately && busy.contains(&user) {
            channels.mail = MailTiming::Daily;
        }
        let new = Notification::of_comment(ctx.id(), comment, user, kind, channels, ctx.now);
        told.extend(new);
        if channels.mail == MailTiming::Immediately {
            mailed.push(member);
        }
    }
    ctx.unit.notifications().add(&told).await.map_err(recipient_left)?;
    mail(ctx, comment, kind, &mailed).await
}

/// A notification refers to the membership of its user, which another request may have ended.
fn recipient_left(error: StoreError) -> Error {
    match error {
        StoreError::Conflict { .. } => {
            let detail = "a member who is told of the comment has left";
            Error::conflict(NOTIFICATION_RECIPIENT_LEFT, detail)
        }
        other => other.into(),
    }
}

/// Enqueues a mail to each of the members but service accounts, without the text of the comment.
async fn mail(
    ctx: &mut Context<'_>,
    comment: &Comment,
    kind: NotificationKind,
    members: &[&Member],
) -> Result<(), Error> {
    if ctx.mail.is_none() || members.is_empty() {
        return Ok(());
    }
    let (organization, author) = ctx.mail_parties(comment.author).await?;
    let kind = match kind {
        NotificationKind::Mention => MailKind::CommentMention,
        NotificationKind::Reply => MailKind::CommentReply,
    };
    for member in members {
        if member.membership.kind == MemberKind::Service {
            continue;
        }
        let mail = SendMail::new(kind, &member.email, language_of(&organization, member))
            .greeting(member.name.as_str())
            .saying("organization", organization.name.as_str())
            .saying("author", author.name.as_str())
            .leading_to(Link::Comment { comment: comment.id });
        ctx.enqueue(mail).await?;
    }
    Ok(())
}
