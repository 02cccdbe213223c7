use chrono::{DateTime, Utc};
use plinth_domain::{
    Comment, CommentBody, CommentChanges, CommentDraft, CommentSubject, CommentSubjectKind, Id,
    Invalid, Mentions, Project, codes,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form, Merge},
    values::{identity, known, names},
};

names! {
    /// A kind of record that members comment on.
    CommentSubjectTypeName = BankTransaction, Contract, Dataset, Document, Evaluation, Invoice, Party,
        Payment, Project, Prompt
}

/// What a member says about a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommentView {
    id: Uuid,
    #[schema(value_type = CommentSubjectTypeName)]
    subject_type: &'static str,
    /// The record that it is about.
    subject_id: Uuid,
    /// The user who has written it.
    author_id: Uuid,
    /// The text, which may be Markdown: a client that shows it as HTML must sanitize it. It is `null` in
    /// a replayed response alone.
    #[schema(example = "Is the quay part of this?")]
    body: Option<String>,
    /// The users of the members that it mentions.
    mentions: Vec<Uuid>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Comment> for CommentView {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id.uuid(),
            subject_type: comment.subject.kind.name(),
            subject_id: comment.subject.id,
            author_id: comment.author.uuid(),
            body: Some(comment.body.as_str().to_owned()),
            mentions: comment.mentions.users().iter().map(|user| user.uuid()).collect(),
            version: comment.revision.version.number(),
            created_at: comment.revision.created_at,
            updated_at: comment.revision.updated_at,
        }
    }
}

impl CommentView {
    /// What is kept for a replay: the text of a comment that is removed must be gone.
    pub(super) fn without_text(self) -> Self {
        Self { body: None, ..self }
    }
}

/// A new comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewComment {
    #[schema(value_type = CommentSubjectTypeName)]
    subject_type: String,
    /// The record that it is about.
    #[schema(format = Uuid)]
    subject_id: String,
    /// The text, which may be Markdown. It is stored in Unicode's form NFC.
    #[schema(min_length = 1, max_length = 10_000, example = "Is the quay part of this?")]
    body: String,
    /// The users of the members that it mentions, each once. They are active members who may read the
    /// record.
    #[schema(value_type = Option<Vec<Uuid>>, max_items = 20)]
    mentions: Option<Vec<String>>,
}

impl Form for NewComment {
    type Value = CommentDraft;

    fn check(self, faults: &mut Faults) -> Option<CommentDraft> {
        let kind = faults.check("/subject_type", subject_kind(&self.subject_type));
        // The kind of the identity is in the field before.
        let subject = faults.check("/subject_id", identity::<Project>(&self.subject_id));
        let body = faults.check("/body", CommentBody::parse(&self.body));
        let mentions = match self.mentions {
            Some(ids) => mentions(&ids, faults),
            None => Some(Mentions::default()),
        };
        Some(CommentDraft {
            subject: CommentSubject { kind: kind?, id: subject.map(Id::uuid)? },
            body: body?,
            mentions: mentions?,
        })
    }
}

/// A change to a comment: a merge patch (RFC 7396). Who is mentioned anew is told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommentPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 10_000, example = "Is the quay part of this?")]
    body: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>, max_items = 20)]
    mentions: Merge<Vec<String>>,
}

impl Form for CommentPatch {
    type Value = CommentChanges;

    fn check(self, faults: &mut Faults) -> Option<CommentChanges> {
        let body = self.body.required(faults, "/body", |text| CommentBody::parse(&text));
        let ids = self.mentions.required(faults, "/mentions", Ok);
        let mentions = ids.and_then(|ids| match ids {
            Some(ids) => mentions(&ids, faults).map(Some),
            None => Some(None),
        });
        Some(CommentChanges { body: body?, mentions: mentions? })
    }
}

fn subject_kind(text: &str) -> Result<CommentSubjectKind, Invalid> {
    known(
        text,
        CommentSubjectKind::from_name,
        &CommentSubjectKind::ALL.map(CommentSubjectKind::name),
    )
}

fn mentions(ids: &[String], faults: &mut Faults) -> Option<Mentions> {
    if ids.len() > Mentions::MOST {
        let invalid = Invalid::new(codes::LIST_TOO_LONG, "at most 20 members");
        return faults.check("/mentions", Err(invalid));
    }
    let ids = ids.iter().enumerate();
    let ids = ids.map(|(n, id)| faults.check(&format!("/mentions/{n}"), identity(id)));
    let ids = ids.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()?;
    faults.check("/mentions", Mentions::new(ids))
}
