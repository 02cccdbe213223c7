//! The kinds of record that are commented on, each with the permission to read it.

use plinth_domain::{
    BankTransaction, Comment, CommentSubject, CommentSubjectKind, Contract, Dataset, Document,
    Evaluation, Id, Invoice, Party, Payment, Permission, PermissionSet, Project, Prompt,
};
use plinth_ports::{JournalRecord, ReadUnit, StoreError, UpdatableInUnit};
use serde::Deserialize;

use crate::resource::Resource;

macro_rules! subjects {
    ($($kind:ident,)*) => {
        /// The permission to read records of a kind, and the comments on them.
        pub(crate) const fn read(kind: CommentSubjectKind) -> Permission {
            match kind { $(CommentSubjectKind::$kind => <$kind as Resource>::READ,)* }
        }

        /// Whether a view has the record.
        pub(super) async fn is_in_view(
            unit: &mut dyn ReadUnit,
            subject: CommentSubject,
        ) -> Result<bool, StoreError> {
            Ok(match subject.kind {
                $(CommentSubjectKind::$kind => {
                    $kind::reader(unit).find(Id::from_uuid(subject.id)).await?.is_some()
                })*
            })
        }

        #[cfg(test)]
        const NAMES: &[(CommentSubjectKind, &str)] =
            &[$((CommentSubjectKind::$kind, <$kind as Resource>::KIND),)*];
    };
}

subjects! {
    BankTransaction,
    Contract,
    Dataset,
    Document,
    Evaluation,
    Invoice,
    Party,
    Payment,
    Project,
    Prompt,
}

/// The kinds of record that these permissions let read.
pub(super) fn readable(permissions: PermissionSet) -> impl Iterator<Item = CommentSubjectKind> {
    CommentSubjectKind::ALL.into_iter().filter(move |kind| permissions.contains(read(*kind)))
}

/// The permissions that events about all records of a kind need, where that is more than one.
pub(crate) fn further_reads(kind: &str) -> impl Iterator<Item = Permission> {
    let kinds: &[CommentSubjectKind] =
        if kind == Comment::KIND { &CommentSubjectKind::ALL } else { &[] };
    kinds.iter().map(|kind| read(*kind))
}

/// The permission that an entry about a comment needs beside that to read comments.
pub(crate) fn read_of_entry(entry: &JournalRecord) -> Option<Permission> {
    #[derive(Deserialize)]
    struct About {
        subject_type: String,
    }

    if entry.subject_kind != Comment::KIND {
        return None;
    }
    let said = entry.after.as_ref().or(entry.before.as_ref());
    let about = said.and_then(|said| serde_json::from_str::<About>(said.as_str()).ok());
    let kind = about.and_then(|about| CommentSubjectKind::from_name(&about.subject_type));
    // A later version may let members comment on more: who may moderate sees that it was done.
    Some(kind.map_or(Permission::CommentModerate, read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_the_name_of_its_kind_of_record() {
        assert_eq!(NAMES.len(), CommentSubjectKind::ALL.len());
        for (kind, name) in NAMES {
            assert_eq!(kind.name(), *name);
        }
    }

    #[test]
    fn events_about_comments_need_the_permissions_of_all_their_subjects() {
        assert_eq!(further_reads("comment").count(), CommentSubjectKind::ALL.len());
        assert_eq!(further_reads("project").count(), 0);
    }
}
