//! An organization does not see the records of another one.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{FlagKey, FlagOverride, Revision, Role};
use plinth_ports::{JournalFilter, OneOf};

use crate::{
    Stores,
    fixture::{at, entry, id, token},
    invitations,
    outcome::assert_stale,
    walk::all,
};

pub async fn a_foreign_member_is_absent(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let (user, membership) = stores.member(&theirs, Role::Owner).await;

    let mut view = stores.read(&ours).await;
    assert_eq!(view.members().find(user.id).await.unwrap(), None);
    assert_eq!(view.members().list(&OneOf::default(), &all()).await.unwrap().items.len(), 1);
    drop(view);

    let mut changed = membership;
    changed.role = Role::Viewer.into();
    changed.revision = membership.revision.next(at(1));
    assert_stale(stores.write(&ours, async |unit| unit.members().update(&changed).await).await);
    assert_stale(stores.write(&ours, async |unit| unit.members().remove(&membership).await).await);
    assert_eq!(stores.begin(&ours).await.members().lock_owners().await.unwrap().count, 1);
    let kept = stores.read(&theirs).await.members().find(user.id).await.unwrap().unwrap();
    assert_eq!(kept.membership, membership);
}

pub async fn a_foreign_invitation_is_absent(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let invitation = invitations::invitation(&theirs);
    let written =
        stores.write(&theirs, async |unit| unit.invitations().insert(&invitation, &token()).await);
    written.await.unwrap();

    let mut view = stores.read(&ours).await;
    assert_eq!(view.invitations().find(invitation.id).await.unwrap(), None);
    assert!(view.invitations().list(&(), &all()).await.unwrap().items.is_empty());
    drop(view);

    let revoked = invitation.clone().revoke(at(1)).unwrap();
    assert_stale(stores.write(&ours, async |unit| unit.invitations().update(&revoked).await).await);
    let far = at(1_000_000);
    let expired = stores.begin(&ours).await.invitations().expired(far).await.unwrap();
    assert_eq!(expired, []);
    let kept = stores.read(&theirs).await.invitations().find(invitation.id).await.unwrap();
    assert_eq!(kept, Some(invitation));
}

pub async fn a_foreign_setting_of_a_flag_is_absent(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let flag = FlagKey::parse("projects.trigram_search").unwrap();
    let over = FlagOverride { id: id(), enabled: false, revision: Revision::first(at(0)) };
    let written =
        stores.write(&theirs, async |unit| unit.feature_flags().insert(&flag, &over).await);
    written.await.unwrap();

    let mut view = stores.read(&ours).await;
    assert_eq!(view.feature_flags().find(&flag).await.unwrap().unwrap().over, None);
    assert!(view.feature_flags().list().await.unwrap().iter().all(|flag| flag.over.is_none()));
    drop(view);

    let next = FlagOverride { enabled: true, revision: over.revision.next(at(1)), ..over };
    let update = stores.write(&ours, async |unit| unit.feature_flags().update(&flag, &next).await);
    assert_stale(update.await);
    let remove = stores.write(&ours, async |unit| unit.feature_flags().remove(&flag, &over).await);
    assert_stale(remove.await);
    let kept = stores.read(&theirs).await.feature_flags().find(&flag).await.unwrap().unwrap();
    assert_eq!(kept.over, Some(over));
}

pub async fn a_foreign_journal_is_empty(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let line = entry(at(0), "project.created");
    stores.write(&theirs, async |unit| unit.journal().append(&line).await).await.unwrap();
    let mut view = stores.read(&ours).await;
    let page = view.journal().list(&JournalFilter::default(), &all()).await.unwrap();
    assert!(page.items.is_empty());
}

pub async fn a_foreign_organization_can_neither_be_read_nor_updated(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let found = stores.read(&ours).await.organization().find().await.unwrap();
    assert_eq!(found, Some(ours.organization.clone()));
    let mut changed = theirs.organization.clone();
    changed.revision = changed.revision.next(at(1));
    let update = stores.write(&ours, async |unit| unit.organization().update(&changed).await);
    assert_stale(update.await);
    let kept = stores.read(&theirs).await.organization().find().await.unwrap();
    assert_eq!(kept, Some(theirs.organization));
}
