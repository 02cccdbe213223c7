use futures::future::BoxFuture;
use plinth_domain::{
    Comment, CommentBody, CommentDraft, CommentSubject, CommentSubjectKind, Id, Mentions, Revision,
};
use plinth_ports::{CommentFilter, Result, UnitOfWork};
use uuid::Uuid;

use super::{Fixture, World};
use crate::fixture::id;

/// The record that the n-th comment is about.
pub(super) fn subject(n: usize) -> CommentSubject {
    let kinds = CommentSubjectKind::ALL;
    CommentSubject { kind: kinds[n % kinds.len()], id: uuid(n) }
}

fn uuid(n: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(n).unwrap())
}

impl Fixture for Comment {
    fn make(comment: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let users = (0..n % 21).map(|place| Id::from_uuid(uuid(n + place)));
        let draft = CommentDraft {
            subject: subject(n),
            body: CommentBody::parse(&format!("# Comment {n}\n\nwith *several* lines")).unwrap(),
            mentions: Mentions::new(users.collect()).unwrap(),
        };
        let author = world.tenant().owner.id;
        Self { revision, ..Self::create(comment, id(), author, draft, revision.created_at) }
    }

    fn filters(_: &World) -> Vec<CommentFilter> {
        let any = CommentFilter::default;
        vec![
            CommentFilter { kinds: CommentSubjectKind::Invoice.into(), ..any() },
            CommentFilter { subject: Some(subject(3).id), ..any() },
            CommentFilter { kinds: subject(3).kind.into(), subject: Some(subject(3).id) },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.comments().insert(record)
    }
}
