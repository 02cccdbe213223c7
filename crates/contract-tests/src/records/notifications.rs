use futures::future::BoxFuture;
use plinth_domain::{Id, Notification, NotificationKind, Revision};
use plinth_ports::{NotificationFilter, Notifications, Result, UnitOfWork};

use super::{Fixture, World, comments::subject};
use crate::fixture::{at, id};

impl Fixture for Notification {
    /// The user is a member in every record: others are in the tests of `notifications`.
    fn make(notification: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let owner = world.tenant().owner.id;
        Self {
            id: notification,
            organization: id(),
            user: owner,
            kind: NotificationKind::ALL[n % 2],
            comment: world.id(n),
            subject: subject(n),
            actor: owner,
            in_app: !n.is_multiple_of(3),
            in_digest: n.is_multiple_of(4),
            mailed: n.is_multiple_of(5),
            read_at: n.is_multiple_of(2).then(|| at(i64::try_from(n).unwrap())),
            revision,
        }
    }

    fn filters(_: &World) -> Vec<NotificationFilter> {
        let any = NotificationFilter::default;
        vec![
            NotificationFilter { in_app: Some(true), ..any() },
            NotificationFilter { in_app: Some(false), ..any() },
            NotificationFilter { unread: Some(true), ..any() },
            NotificationFilter { unread: Some(false), ..any() },
            NotificationFilter { in_app: Some(true), unread: Some(true), ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            Notifications::add(unit.notifications(), std::slice::from_ref(record)).await
        })
    }
}
