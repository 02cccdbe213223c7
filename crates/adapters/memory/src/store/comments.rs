//! The comments on one record.

use std::cmp::Reverse;

use async_trait::async_trait;
use plinth_domain::{
    BankTransaction, Comment, CommentId, CommentSubject, CommentSubjectKind, Contract, Dataset,
    Document, Evaluation, Id, Invoice, Party, Payment, Project, Prompt, UserId,
};
use plinth_ports::{CommentThreads, NEWEST_COMMENTS, Record, Result};
use uuid::Uuid;

use super::{record_tables::HasRows, unit::Unit};

impl Unit {
    fn has<R: HasRows>(&self, id: Uuid) -> bool {
        self.record::<R>(Id::from_uuid(id)).is_some()
    }
}

#[async_trait]
impl CommentThreads for Unit {
    async fn authors(&mut self, subject: CommentSubject, limit: u32) -> Result<Vec<UserId>> {
        let comments = self.records::<Comment>().filter(|comment| comment.subject == subject);
        let mut comments: Vec<_> = comments
            .map(|comment| (comment.revision.created_at, comment.id, comment.author))
            .collect();
        comments.sort_by_key(|(at, id, _)| Reverse((*at, *id)));
        comments.truncate(NEWEST_COMMENTS as usize);
        comments.sort_by_key(|(at, _, author)| (Reverse(*at), *author));
        let mut authors: Vec<UserId> = Vec::new();
        for (_, _, author) in comments {
            if !authors.contains(&author) {
                authors.push(author);
            }
        }
        authors.truncate(limit as usize);
        Ok(authors)
    }

    /// Units of work run one after another, so there is nothing to lock.
    async fn hold(&mut self, CommentSubject { kind, id }: CommentSubject) -> Result<bool> {
        Ok(match kind {
            CommentSubjectKind::BankTransaction => self.has::<BankTransaction>(id),
            CommentSubjectKind::Contract => self.has::<Contract>(id),
            CommentSubjectKind::Dataset => self.has::<Dataset>(id),
            CommentSubjectKind::Document => self.has::<Document>(id),
            CommentSubjectKind::Evaluation => self.has::<Evaluation>(id),
            CommentSubjectKind::Invoice => self.has::<Invoice>(id),
            CommentSubjectKind::Party => self.has::<Party>(id),
            CommentSubjectKind::Payment => self.has::<Payment>(id),
            CommentSubjectKind::Project => self.has::<Project>(id),
            CommentSubjectKind::Prompt => self.has::<Prompt>(id),
        })
    }

    async fn remove_of(&mut self, subject: CommentSubject) -> Result<()> {
        let organization = self.organization_id();
        let comments = self.records::<Comment>().filter(|comment| comment.subject == subject);
        let comments: Vec<CommentId> = comments.map(|comment| comment.id).collect();
        let tables = &mut self.draft.tables.records;
        for comment in comments {
            for rows in tables.all_mut() {
                rows.cascade(organization, Comment::TABLE, comment.uuid());
            }
            Comment::rows_mut(tables).remove(&(organization, comment));
        }
        Ok(())
    }
}
