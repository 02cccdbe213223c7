//! The comments on one record.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    BankTransaction, Comment, CommentBody, CommentDraft, CommentSubject, CommentSubjectKind,
    Contract, Dataset, Document, Evaluation, Invoice, Mentions, Party, Payment, Project, Prompt,
    Role, User,
};
use plinth_ports::{CommentFilter, NEWEST_COMMENTS};
use uuid::Uuid;

use crate::{
    Stores,
    fixture::{at, id},
    harness::Tenant,
    records::{Fixture, World},
    walk::all,
};

/// A record of this number.
pub(crate) fn subject(n: u128) -> CommentSubject {
    CommentSubject { kind: CommentSubjectKind::Project, id: Uuid::from_u128(n) }
}

/// Stores a comment.
pub(crate) async fn comment(
    stores: &Stores,
    tenant: &Tenant,
    author: &User,
    subject: CommentSubject,
    seconds: i64,
) -> Comment {
    let body = CommentBody::parse("Looks good").unwrap();
    let draft = CommentDraft { subject, body, mentions: Mentions::default() };
    let comment = Comment::create(id(), tenant.id(), author.id, draft, at(seconds));
    stores.write(tenant, async |unit| unit.comments().insert(&comment).await).await.unwrap();
    comment
}

pub async fn the_last_authors_of_comments_on_a_record_are_found_first(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (bob, _) = stores.member(&tenant, Role::Member).await;
    let (eve, _) = stores.member(&tenant, Role::Member).await;
    let same_id = CommentSubject { kind: CommentSubjectKind::Invoice, ..subject(1) };
    for (author, on, seconds) in [
        (&tenant.owner, subject(1), 1),
        (&bob, subject(1), 2),
        (&tenant.owner, subject(1), 3),
        (&eve, subject(2), 4),
        (&eve, same_id, 5),
    ] {
        comment(stores, &tenant, author, on, seconds).await;
    }
    comment(stores, &other, &other.owner, subject(1), 6).await;
    let mut unit = stores.begin(&tenant).await;
    let authors = unit.comment_threads().authors(subject(1), 9).await.unwrap();
    assert_eq!(authors, [tenant.owner.id, bob.id]);
    let last = unit.comment_threads().authors(subject(1), 1).await.unwrap();
    assert_eq!(last, [tenant.owner.id]);
    assert_eq!(unit.comment_threads().authors(subject(3), 9).await.unwrap(), []);
}

pub async fn an_author_of_old_comments_alone_is_not_among_the_last(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (bob, _) = stores.member(&tenant, Role::Member).await;
    comment(stores, &tenant, &bob, subject(1), 1).await;
    let body = CommentBody::parse("Looks good").unwrap();
    for (count, authors) in [(NEWEST_COMMENTS - 1, 2), (1, 1)] {
        let mut unit = stores.begin(&tenant).await;
        for _ in 0..count {
            let (body, mentions) = (body.clone(), Mentions::default());
            let draft = CommentDraft { subject: subject(1), body, mentions };
            let new = Comment::create(id(), tenant.id(), tenant.owner.id, draft, at(2));
            unit.comments().insert(&new).await.unwrap();
        }
        unit.commit().await.unwrap();
        let mut unit = stores.begin(&tenant).await;
        let found = unit.comment_threads().authors(subject(1), 9).await.unwrap();
        assert_eq!(found.len(), authors, "{found:?}");
    }
}

pub async fn the_comments_on_a_record_are_removed_in_its_organization(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    comment(stores, &tenant, &tenant.owner, subject(1), 1).await;
    let kept = comment(stores, &tenant, &tenant.owner, subject(2), 2).await;
    let foreign = comment(stores, &other, &other.owner, subject(1), 3).await;
    let removed =
        stores.write(&tenant, async |unit| unit.comment_threads().remove_of(subject(1)).await);
    removed.await.unwrap();
    for (tenant, left) in [(&tenant, kept), (&other, foreign)] {
        let mut view = stores.read(tenant).await;
        let listed = view.comments().list(&CommentFilter::default(), &all()).await.unwrap().items;
        assert_eq!(listed, [left]);
    }
}

/// Holds a record of this kind, also where there is none.
async fn hold<R: Fixture>(stores: &Stores, world: &World, kind: CommentSubjectKind) {
    let (tenant, other, record) = (world.tenant(), stores.tenant().await, world.make::<R>(1));
    stores.write(tenant, async |unit| R::insert(unit, &record).await).await.unwrap();
    let subject = CommentSubject { kind, id: record.id().uuid() };
    let unknown = CommentSubject { kind, id: Uuid::from_u128(1) };
    for (tenant, subject, is_held) in
        [(tenant, subject, true), (&other, subject, false), (tenant, unknown, false)]
    {
        let mut unit = stores.begin(tenant).await;
        let held = unit.comment_threads().hold(subject).await.unwrap();
        assert_eq!(held, is_held, "{subject:?}");
    }
}

pub async fn a_record_of_each_kind_is_held_in_its_organization(stores: &Stores) {
    let world = World::new(stores).await;
    for kind in CommentSubjectKind::ALL {
        match kind {
            CommentSubjectKind::BankTransaction => {
                hold::<BankTransaction>(stores, &world, kind).await;
            }
            CommentSubjectKind::Contract => hold::<Contract>(stores, &world, kind).await,
            CommentSubjectKind::Dataset => hold::<Dataset>(stores, &world, kind).await,
            CommentSubjectKind::Document => hold::<Document>(stores, &world, kind).await,
            CommentSubjectKind::Evaluation => hold::<Evaluation>(stores, &world, kind).await,
            CommentSubjectKind::Invoice => hold::<Invoice>(stores, &world, kind).await,
            CommentSubjectKind::Party => hold::<Party>(stores, &world, kind).await,
            CommentSubjectKind::Payment => hold::<Payment>(stores, &world, kind).await,
            CommentSubjectKind::Project => hold::<Project>(stores, &world, kind).await,
            CommentSubjectKind::Prompt => hold::<Prompt>(stores, &world, kind).await,
        }
    }
}
