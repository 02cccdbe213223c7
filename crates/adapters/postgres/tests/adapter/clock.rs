//! Processes with wrong clocks share the time of the database.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use plinth_ports::{Clock, Store, SystemStore};

use crate::support::{World, now};

/// A clock that is wrong by this much.
struct Wrong(TimeDelta);

impl Clock for Wrong {
    fn now(&self) -> DateTime<Utc> {
        now() + self.0
    }
}

#[tokio::test]
async fn a_wrong_clock_is_put_right_by_the_database_and_a_right_one_is_kept() {
    let world = World::new().await;
    let off = |minutes| world.store.clock(Arc::new(Wrong(TimeDelta::minutes(minutes))));
    let (ahead, behind, right) = (off(10), off(-10), off(0));
    assert!((ahead.now() - now()).num_minutes() >= 9, "nothing is known of the database yet");
    let unit = SystemStore::begin(&world.store).await.unwrap();
    for clock in [&ahead, &behind, &right] {
        let difference = (clock.now() - now()).abs();
        assert!(difference < TimeDelta::seconds(2), "{difference}");
    }
    assert!((unit.now() - now()).abs() < TimeDelta::seconds(2));
}

#[tokio::test]
async fn a_unit_of_work_has_one_time_and_it_is_the_servers() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let mut admin = world.admin().await;
    let ask = "SELECT clock_timestamp()";
    let before: DateTime<Utc> = sqlx::query_scalar(ask).fetch_one(&mut admin).await.unwrap();
    let unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    let after: DateTime<Utc> = sqlx::query_scalar(ask).fetch_one(&mut admin).await.unwrap();
    assert!(before <= unit.now() && unit.now() <= after, "{before} {} {after}", unit.now());
    assert_eq!(unit.now(), unit.now());
    unit.commit().await.unwrap();

    // It is told once in a while, and counted on in between.
    let deferred = world.store.begin_deferred(tenant.scope).await.unwrap();
    let since: DateTime<Utc> = sqlx::query_scalar(ask).fetch_one(&mut admin).await.unwrap();
    assert!(before <= deferred.now() && deferred.now() <= since, "{} {since}", deferred.now());
}
