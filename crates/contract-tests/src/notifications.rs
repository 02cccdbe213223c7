//! Notifications, and how users want to be told of them.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Channels, Comment, MailTiming, Notification, NotificationKind, NotificationSettings,
    NotificationSettingsChanges, Role, User,
};
use plinth_ports::{NotificationDigest, NotificationFilter, StoreError, Total};

use crate::{
    Stores,
    comments::{comment, subject},
    fixture::{at, id},
    harness::Tenant,
    outcome::assert_stale,
    walk::all,
};

const IN_APP: Channels = Channels { in_app: true, mail: MailTiming::None };
const MAIL_ALONE: Channels = Channels { in_app: false, mail: MailTiming::Immediately };
const DAILY: Channels = Channels { in_app: true, mail: MailTiming::Daily };
const DAILY_ALONE: Channels = Channels { in_app: false, mail: MailTiming::Daily };

/// Tells a user of a comment.
async fn tell(
    stores: &Stores,
    tenant: &Tenant,
    user: &User,
    comment: &Comment,
    (kind, channels, seconds): (NotificationKind, Channels, i64),
) -> Notification {
    let told = Notification::of_comment(id(), comment, user.id, kind, channels, at(seconds));
    let told = [told.unwrap()];
    stores.write(tenant, async |unit| unit.notifications().add(&told).await).await.unwrap();
    let [told] = told;
    told
}

async fn of_user(stores: &Stores, tenant: &Tenant, user: &User) -> Vec<Notification> {
    let filter = NotificationFilter { user: Some(user.id), ..NotificationFilter::default() };
    let mut view = stores.read(tenant).await;
    view.notifications().list(&filter, &all()).await.unwrap().items
}

/// The next digest of the time before this second.
async fn digest(stores: &Stores, tenant: &Tenant, seconds: i64) -> Option<NotificationDigest> {
    let mut unit = stores.begin(tenant).await;
    let digest = unit.notifications().take_digest(at(seconds)).await.unwrap();
    unit.commit().await.unwrap();
    digest
}

pub async fn all_in_the_inbox_of_a_user_are_marked_as_read(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (bob, _) = stores.member(&tenant, Role::Member).await;
    let about = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    let kind = NotificationKind::Mention;
    let first = tell(stores, &tenant, &bob, &about, (kind, IN_APP, 1)).await;
    let second = tell(stores, &tenant, &bob, &about, (kind, DAILY, 2)).await;
    let hidden = tell(stores, &tenant, &bob, &about, (kind, DAILY_ALONE, 3)).await;
    let others = tell(stores, &tenant, &tenant.owner, &about, (kind, IN_APP, 4)).await;
    for (unread, marked) in [(2, 2), (0, 0)] {
        let mut view = stores.read(&tenant).await;
        let counted = view.notification_counts().unread(bob.id).await.unwrap();
        assert_eq!(counted, Total::of(unread));
        drop(view);
        let mut unit = stores.begin(&tenant).await;
        assert_eq!(unit.notifications().mark_all_read(bob.id, at(9)).await.unwrap(), marked);
        unit.commit().await.unwrap();
    }
    let expected = [first.read(at(9)), second.read(at(9)), hidden];
    assert_eq!(of_user(stores, &tenant, &bob).await, expected);
    assert_eq!(of_user(stores, &tenant, &tenant.owner).await, [others]);
}

pub async fn those_who_were_told_of_a_comment_are_known_however_they_were_told(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (bob, _) = stores.member(&tenant, Role::Member).await;
    let about = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    let unknown = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    let kind = NotificationKind::Mention;
    for _ in 0..2 {
        tell(stores, &tenant, &bob, &about, (kind, MAIL_ALONE, 1)).await;
    }
    let asked = [tenant.owner.id, bob.id];
    for (tenant, comment, users, told) in [
        (&tenant, about.id, &asked[..], &[bob.id][..]),
        (&tenant, about.id, &[tenant.owner.id], &[]),
        (&tenant, unknown.id, &asked, &[]),
        (&other, about.id, &asked, &[]),
    ] {
        let mut unit = stores.begin(tenant).await;
        assert_eq!(unit.notifications().told(comment, users).await.unwrap(), told);
    }
}

pub async fn those_whom_many_mails_have_told_lately_are_known(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (bob, _) = stores.member(&tenant, Role::Member).await;
    let about = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    let (mention, reply) = (NotificationKind::Mention, NotificationKind::Reply);
    for told in [
        (mention, MAIL_ALONE, 1),
        (mention, MAIL_ALONE, 2),
        (reply, MAIL_ALONE, 3),
        (reply, DAILY, 4),
        (mention, IN_APP, 5),
    ] {
        tell(stores, &tenant, &bob, &about, told).await;
    }
    tell(stores, &tenant, &tenant.owner, &about, (mention, MAIL_ALONE, 3)).await;
    let asked = [tenant.owner.id, bob.id];
    for (tenant, since, most, mailed) in [
        (&tenant, 0, 3, &[bob.id][..]),
        (&tenant, 0, 4, &[]),
        // A mail of the moment itself is of the time before.
        (&tenant, 1, 3, &[]),
        (&tenant, 1, 2, &[bob.id]),
        (&other, 0, 1, &[]),
    ] {
        let mut unit = stores.begin(tenant).await;
        let found = unit.notifications().mailed(&asked, at(since), most).await.unwrap();
        assert_eq!(found, mailed, "since {since}, {most}");
    }
}

pub async fn a_digest_takes_what_waits_for_it_user_by_user_and_once(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (bob, _) = stores.member(&tenant, Role::Member).await;
    let about = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    let (mention, reply) = (NotificationKind::Mention, NotificationKind::Reply);
    for told in [
        (mention, DAILY, 1),
        (reply, DAILY, 2),
        (reply, DAILY_ALONE, 3),
        (reply, IN_APP, 4),
        // After the time that the digest is about.
        (mention, DAILY, 10),
    ] {
        tell(stores, &tenant, &bob, &about, told).await;
    }
    let read = tell(stores, &tenant, &tenant.owner, &about, (mention, DAILY, 5)).await;
    let read = read.read(at(6));
    stores.write(&tenant, async |unit| unit.notifications().update(&read).await).await.unwrap();
    assert_eq!(digest(stores, &other, 10).await, None);
    let mut taken = Vec::new();
    while let Some(digest) = digest(stores, &tenant, 10).await {
        taken.push(digest);
    }
    let mut expected = [
        NotificationDigest { user: bob.id, mentions: 1, replies: 2 },
        NotificationDigest { user: tenant.owner.id, mentions: 0, replies: 0 },
    ];
    expected.sort_by_key(|digest| digest.user);
    assert_eq!(taken, expected);
    let next = NotificationDigest { user: bob.id, mentions: 1, replies: 0 };
    assert_eq!(digest(stores, &tenant, 20).await, Some(next));
    // What clients know of a notification has not changed.
    assert!(of_user(stores, &tenant, &bob).await.iter().all(|n| n.revision.version.number() == 1));
}

pub async fn marks_and_digests_at_once_wait_for_no_lock_in_a_circle(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (bob, _) = stores.member(&tenant, Role::Member).await;
    let about = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    let mark = async || {
        let mut unit = stores.begin(&tenant).await;
        unit.notifications().mark_all_read(bob.id, at(9)).await.unwrap();
        unit.commit().await.unwrap();
    };
    for _ in 0..4 {
        for seconds in [3, 1, 2] {
            let told = (NotificationKind::Mention, DAILY, seconds);
            tell(stores, &tenant, &bob, &about, told).await;
        }
        let ((), (), one, other) =
            tokio::join!(mark(), mark(), digest(stores, &tenant, 10), digest(stores, &tenant, 10));
        assert_eq!([one, other].iter().flatten().count(), 1, "{one:?} {other:?}");
    }
}

pub async fn old_notifications_are_removed_the_oldest_first(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let about = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    let kind = NotificationKind::Reply;
    for seconds in [3, 1, 2, 9] {
        tell(stores, &tenant, &tenant.owner, &about, (kind, IN_APP, seconds)).await;
    }
    let foreign = comment(stores, &other, &other.owner, subject(1), 0).await;
    tell(stores, &other, &other.owner, &foreign, (kind, IN_APP, 1)).await;
    for (limit, removed, left) in [(2, 2, 2), (9, 1, 1), (9, 0, 1)] {
        let mut unit = stores.begin(&tenant).await;
        assert_eq!(unit.notifications().remove_old(at(5), limit).await.unwrap(), removed);
        unit.commit().await.unwrap();
        assert_eq!(of_user(stores, &tenant, &tenant.owner).await.len(), left);
    }
    assert_eq!(of_user(stores, &other, &other.owner).await.len(), 1);
}

pub async fn a_notification_goes_with_its_comment(stores: &Stores) {
    let tenant = stores.tenant().await;
    let gone = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    let removed = comment(stores, &tenant, &tenant.owner, subject(2), 0).await;
    let kind = NotificationKind::Mention;
    for about in [&gone, &removed] {
        tell(stores, &tenant, &tenant.owner, about, (kind, IN_APP, 1)).await;
    }
    stores.write(&tenant, async |unit| unit.comments().remove(&gone).await).await.unwrap();
    assert_eq!(of_user(stores, &tenant, &tenant.owner).await.len(), 1);
    let of = subject(2);
    let removal = stores.write(&tenant, async |unit| unit.comment_threads().remove_of(of).await);
    removal.await.unwrap();
    assert_eq!(of_user(stores, &tenant, &tenant.owner).await, []);
}

pub async fn what_a_user_is_told_and_wants_goes_with_the_membership(stores: &Stores) {
    let tenant = stores.tenant().await;
    let about = comment(stores, &tenant, &tenant.owner, subject(1), 0).await;
    for by_system in [false, true] {
        let (bob, membership) = stores.member(&tenant, Role::Member).await;
        tell(stores, &tenant, &bob, &about, (NotificationKind::Mention, IN_APP, 1)).await;
        put(stores, &tenant, &settings(&tenant, &bob, MailTiming::None)).await.unwrap();
        if by_system {
            let mut unit = stores.across().await;
            unit.remove_membership(&membership).await.unwrap();
            unit.commit().await.unwrap();
        } else {
            let left = stores.write(&tenant, async |unit| unit.members().remove(&membership).await);
            left.await.unwrap();
        }
        assert_eq!(of_user(stores, &tenant, &bob).await, []);
        let mut view = stores.read(&tenant).await;
        assert_eq!(view.notification_settings().of(&[bob.id]).await.unwrap(), []);
    }
}

/// The first settings of a user.
fn settings(tenant: &Tenant, user: &User, mail: MailTiming) -> NotificationSettings {
    let changes = NotificationSettingsChanges {
        mention_in_app: Some(false),
        reply_mail: Some(mail),
        ..NotificationSettingsChanges::default()
    };
    NotificationSettings::default_of(tenant.id(), user.id).change(changes, at(1))
}

async fn put(
    stores: &Stores,
    tenant: &Tenant,
    settings: &NotificationSettings,
) -> Result<(), StoreError> {
    stores.write(tenant, async |unit| unit.notification_settings().put(settings).await).await
}

pub async fn settings_are_those_of_a_user_in_one_organization(stores: &Stores) {
    let (here, elsewhere) = (stores.tenant().await, stores.tenant().await);
    let (bob, _) = stores.member(&here, Role::Member).await;
    stores.admit(&elsewhere, &bob, Role::Member, at(0)).await;
    let first = settings(&here, &bob, MailTiming::Immediately);
    put(stores, &here, &first).await.unwrap();
    assert_stale(put(stores, &here, &first).await);
    let changes = NotificationSettingsChanges {
        mention_mail: Some(MailTiming::Daily),
        reply_in_app: Some(false),
        ..NotificationSettingsChanges::default()
    };
    let second = first.change(changes, at(2));
    put(stores, &here, &second).await.unwrap();
    assert_stale(put(stores, &here, &second).await);
    let asked = [bob.id, here.owner.id];
    let mut view = stores.read(&here).await;
    assert_eq!(view.notification_settings().of(&asked).await.unwrap(), [second]);
    drop(view);
    let mut view = stores.read(&elsewhere).await;
    assert_eq!(view.notification_settings().of(&asked).await.unwrap(), []);
}
