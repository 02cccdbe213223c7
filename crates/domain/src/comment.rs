mod subject;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::{Id, Invalid, Lines, OrganizationId, Revision, Timestamp, UserId, codes};

pub use subject::{CommentSubject, CommentSubjectKind};

/// The identity of a comment.
pub type CommentId = Id<Comment>;

/// The text of a comment in Unicode's form NFC: 1 to 10,000 characters, which may be Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentBody(Lines<10_000>);

impl CommentBody {
    /// The maximum length in characters.
    pub const MAX: usize = 10_000;

    /// Parses a text, composes it, and trims white space at both ends.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let composed = const { ComposingNormalizerBorrowed::new_nfc() }.normalize(text);
        Lines::parse(&composed).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// The members that a comment mentions: at most 20, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions(Vec<UserId>);

impl Mentions {
    /// The most members that a comment mentions.
    pub const MOST: usize = 20;

    /// Checks the number of members, and that none is repeated.
    pub fn new(users: Vec<UserId>) -> Result<Self, Invalid> {
        if users.len() > Self::MOST {
            return Err(Invalid::new(codes::LIST_TOO_LONG, "at most 20 members"));
        }
        if users.iter().enumerate().any(|(n, user)| users[..n].contains(user)) {
            return Err(Invalid::new(codes::VALUE_REPEATED, "each member once"));
        }
        Ok(Self(users))
    }

    /// Their users.
    #[must_use]
    pub fn users(&self) -> &[UserId] {
        &self.0
    }
}

/// The values of a new comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentDraft {
    /// What it is about.
    pub subject: CommentSubject,
    /// The text.
    pub body: CommentBody,
    /// The members that it mentions.
    pub mentions: Mentions,
}

/// A change to a comment. What it is about stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommentChanges {
    /// Sets `body`.
    pub body: Option<CommentBody>,
    /// Sets `mentions`.
    pub mentions: Option<Mentions>,
}

/// What a member says about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The identity.
    pub id: CommentId,
    /// The organization.
    pub organization: OrganizationId,
    /// What it is about.
    pub subject: CommentSubject,
    /// Who has written it.
    pub author: UserId,
    /// The text.
    pub body: CommentBody,
    /// The members that it mentions.
    pub mentions: Mentions,
    /// The version, and when it was written.
    pub revision: Revision,
}

impl Comment {
    /// A new comment.
    #[must_use]
    pub fn create(
        id: CommentId,
        organization: OrganizationId,
        author: UserId,
        draft: CommentDraft,
        at: Timestamp,
    ) -> Self {
        let CommentDraft { subject, body, mentions } = draft;
        Self { id, organization, subject, author, body, mentions, revision: Revision::first(at) }
    }

    /// The comment after a change.
    #[must_use]
    pub fn change(mut self, changes: CommentChanges, at: Timestamp) -> Self {
        self.body = changes.body.unwrap_or(self.body);
        self.mentions = changes.mentions.unwrap_or(self.mentions);
        Self { revision: self.revision.next(at), ..self }
    }

    /// Those whom it mentions and `before` did not.
    #[must_use]
    pub fn newly_mentioned(&self, before: Option<&Self>) -> Vec<UserId> {
        let known = before.map_or(&[][..], |before| before.mentions.users());
        self.mentions.users().iter().copied().filter(|user| !known.contains(user)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        Id::from_uuid(Uuid::from_u128(n))
    }

    fn comment(mentions: &[u128]) -> Comment {
        let draft = CommentDraft {
            subject: CommentSubject { kind: CommentSubjectKind::Project, id: Uuid::from_u128(1) },
            body: CommentBody::parse("Looks good").unwrap(),
            mentions: Mentions::new(mentions.iter().copied().map(user).collect()).unwrap(),
        };
        let id = Uuid::nil();
        Comment::create(Id::from_uuid(id), Id::from_uuid(id), user(9), draft, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_body_is_composed_before_it_is_measured() {
        let decomposed = "e\u{301}".repeat(CommentBody::MAX);
        let body = CommentBody::parse(&decomposed).unwrap();
        assert_eq!(body.as_str(), "\u{e9}".repeat(CommentBody::MAX));
        let longer = format!("{decomposed}!");
        assert_eq!(CommentBody::parse(&longer).unwrap_err().code, codes::TEXT_TOO_LONG);
    }

    #[test]
    fn a_body_has_lines_and_is_never_empty() {
        assert_eq!(CommentBody::parse(" # A\n\n- b\n").unwrap().as_str(), "# A\n\n- b");
        assert_eq!(CommentBody::parse(" \n").unwrap_err().code, codes::TEXT_EMPTY);
        assert_eq!(CommentBody::parse("a\0").unwrap_err().code, codes::TEXT_CONTROL_CHARACTER);
    }

    #[test]
    fn twenty_members_are_mentioned_at_most_and_each_once() {
        let users = |count: u128| (0..count).map(user).collect::<Vec<_>>();
        assert_eq!(Mentions::new(users(20)).unwrap().users().len(), Mentions::MOST);
        assert_eq!(Mentions::new(users(21)).unwrap_err().code, codes::LIST_TOO_LONG);
        let twice = Mentions::new(vec![user(1), user(2), user(1)]);
        assert_eq!(twice.unwrap_err().code, codes::VALUE_REPEATED);
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name_and_tells_who_is_new() {
        let before = comment(&[1, 2]);
        assert_eq!(before.newly_mentioned(None), [user(1), user(2)]);
        let mentions = Mentions::new(vec![user(2), user(3)]).unwrap();
        let changes = CommentChanges { mentions: Some(mentions), ..CommentChanges::default() };
        let after = before.clone().change(changes, Timestamp::UNIX_EPOCH);
        assert_eq!(after.newly_mentioned(Some(&before)), [user(3)]);
        assert_eq!((&after.body, after.subject), (&before.body, before.subject));
        assert_eq!(after.revision.previous(), before.revision.version);
    }
}
