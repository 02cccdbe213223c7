use plinth_domain::{Id, OrganizationId};
use plinth_in_process::UuidV7;
use plinth_local_servers::Redis;
use plinth_ports::{Ids, Leaderboards, Result, Standing, StoreError};
use plinth_redis::RedisLeaderboards;

use crate::support::{connection, flush, soon, until};

fn assert_unavailable<T: std::fmt::Debug>(result: &Result<T>) {
    assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
}

fn one() -> [Standing; 1] {
    [Standing { member: "a".to_owned(), score: 1.0 }]
}

async fn replace(boards: &RedisLeaderboards, here: OrganizationId, board: &str) -> Result<()> {
    boards.replace(here, board, "1", &one()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_is_unavailable_soon_and_there_again_afterwards() {
    let mut redis = Redis::start().unwrap();
    let boards = RedisLeaderboards::new(connection(&redis));
    let here = Id::from_uuid(UuidV7.next());
    let replaces = async || replace(&boards, here, "b").await.is_ok();
    until("it is there", replaces).await;

    redis.pause().unwrap();
    for _ in 0..3 {
        assert_unavailable(&soon(replace(&boards, here, "b")).await);
        assert_unavailable(&soon(boards.first(here, "b", "1", 10)).await);
    }
    redis.resume().unwrap();
    until("it is there again", replaces).await;

    redis.kill();
    assert_unavailable(&soon(replace(&boards, here, "b")).await);
    redis.restart().unwrap();
    until("it is there again", replaces).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_flush_a_board_is_absent_and_can_be_stored() {
    let redis = Redis::start().unwrap();
    let boards = RedisLeaderboards::new(crate::support::patient(&redis));
    let here = Id::from_uuid(UuidV7.next());
    replace(&boards, here, "b").await.unwrap();
    flush(&redis).await;
    assert_eq!(boards.first(here, "b", "1", 10).await.unwrap(), None);
    replace(&boards, here, "b").await.unwrap();
    assert_eq!(boards.first(here, "b", "1", 10).await.unwrap(), Some(one().to_vec()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_ends_after_a_week_and_a_key_that_holds_something_else_is_no_outage() {
    let redis = Redis::start().unwrap();
    let boards = RedisLeaderboards::new(crate::support::patient(&redis));
    let here = Id::from_uuid(UuidV7.next());
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let key = format!("plinth:lb:{here}:b");
    replace(&boards, here, "b").await.unwrap();
    let left: i64 = redis::cmd("TTL").arg(&key).query_async(&mut connection).await.unwrap();
    assert!((604_700..=604_800).contains(&left), "{left}");
    redis::cmd("SET").arg(key).arg(1).exec_async(&mut connection).await.unwrap();
    let refused = boards.first(here, "b", "1", 10).await;
    assert!(matches!(refused, Err(StoreError::Other(_))), "{refused:?}");
    replace(&boards, here, "c").await.unwrap();
    replace(&boards, here, "b").await.unwrap();
    assert_eq!(boards.first(here, "b", "1", 10).await.unwrap(), Some(one().to_vec()));
}
