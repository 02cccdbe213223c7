use plinth_domain::Id;
use plinth_in_process::UuidV7;
use plinth_local_servers::Redis;
use plinth_ports::{Ids, Keep, Leaderboards, Result, StoreError};
use plinth_redis::RedisLeaderboards;

use crate::support::{connection, flush, soon, until};

fn assert_unavailable<T: std::fmt::Debug>(result: &Result<T>) {
    assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_is_unavailable_soon_and_there_again_afterwards() {
    let mut redis = Redis::start().unwrap();
    let boards = RedisLeaderboards::new(connection(&redis));
    let here = Id::from_uuid(UuidV7.next());
    let records = async || boards.record(here, "b", "a", 1.0, Keep::Latest).await.is_ok();
    until("it is there", records).await;

    redis.pause().unwrap();
    for _ in 0..3 {
        assert_unavailable(&soon(boards.record(here, "b", "a", 2.0, Keep::Latest)).await);
        assert_unavailable(&soon(boards.range(here, "b", 1, 10)).await);
        assert_unavailable(&soon(boards.standing(here, "b", "a")).await);
        assert_unavailable(&soon(boards.clear(here, "b")).await);
    }
    redis.resume().unwrap();
    until("it is there again", records).await;

    redis.kill();
    assert_unavailable(&soon(boards.record(here, "b", "a", 2.0, Keep::Latest)).await);
    redis.restart().unwrap();
    until("it is there again", records).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_flush_a_board_is_empty_and_can_be_used() {
    let redis = Redis::start().unwrap();
    let boards = RedisLeaderboards::new(crate::support::patient(&redis));
    let here = Id::from_uuid(UuidV7.next());
    boards.record(here, "b", "a", 1.0, Keep::Best).await.unwrap();
    flush(&redis).await;
    assert_eq!(boards.range(here, "b", 1, 10).await.unwrap(), []);
    boards.record(here, "b", "a", -1.0, Keep::Best).await.unwrap();
    assert_eq!(boards.range(here, "b", 1, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_holds_something_else_is_a_fault_and_no_outage() {
    let redis = Redis::start().unwrap();
    let boards = RedisLeaderboards::new(crate::support::patient(&redis));
    let here = Id::from_uuid(UuidV7.next());
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let key = format!("plinth:lb:{here}:b");
    redis::cmd("SET").arg(key).arg(1).exec_async(&mut connection).await.unwrap();
    let refused = boards.range(here, "b", 1, 10).await;
    assert!(matches!(refused, Err(StoreError::Other(_))), "{refused:?}");
    boards.record(here, "c", "a", 1.0, Keep::Best).await.unwrap();
}
