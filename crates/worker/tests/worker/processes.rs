//! Worker processes that are killed: no job is lost, and no effect is duplicated.

mod child;
mod fixture;
mod handler;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use child::Child;
use fixture::Fixture;
use plinth_local_servers::Redis;

/// What happens to Redis after a number of completed jobs.
type Fault = (i64, fn(&mut Redis));

/// How long everything may take after the last kill.
const TIMEOUT: Duration = Duration::from_mins(2);

#[tokio::test]
async fn fifty_kills_in_the_middle_of_jobs_lose_none_and_double_no_effect() {
    let fixture = Fixture::new().await;
    let jobs = 120;
    fixture.enqueue::<handler::Slow>(jobs).await;
    for _ in 0..50 {
        let mut worker = Child::start(fixture.url());
        // During the job: its effect is committed, but its outcome is not.
        worker.wait_for("effect");
        worker.kill();
    }
    let worker = Child::start(fixture.url());
    fixture.until_done(jobs, TIMEOUT).await;
    drop(worker);
    assert_eq!(fixture.effects().await, jobs);
    fixture.each_job_had_one_effect().await;
    fixture.each_end_is_told_once(jobs).await;
    fixture.close().await;
}

#[tokio::test]
async fn ten_thousand_jobs_have_ten_thousand_effects_while_workers_and_redis_are_killed() {
    let (fixture, mut redis) = (Fixture::new().await, Redis::start().unwrap());
    let jobs = 10_000;
    fixture.enqueue::<handler::Quick>(jobs).await;
    let began = Instant::now();
    let start = |redis: &Redis| Child::start_with_redis(fixture.url(), redis);
    let mut workers = [start(&redis), start(&redis)];
    let (mut next, mut killed) = (0, Instant::now());
    // Redis is unavailable for many of the jobs, then for a moment.
    let mut faults: VecDeque<Fault> = VecDeque::from([
        (2_000, Redis::kill as fn(&mut Redis)),
        (4_000, |redis| redis.restart().unwrap()),
        (6_000, |redis| redis.restart().unwrap()),
    ]);
    loop {
        let done = fixture.done().await;
        if done == jobs {
            break;
        }
        assert!(began.elapsed() < 2 * TIMEOUT, "{done} of {jobs} are done");
        if killed.elapsed() > Duration::from_secs(3) {
            workers[next].kill();
            workers[next] = start(&redis);
            (next, killed) = (1 - next, Instant::now());
        }
        if let Some((_, strike)) = faults.pop_front_if(|(at, _)| done >= *at) {
            strike(&mut redis);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("{jobs} jobs with their effects in {:?}", began.elapsed());
    assert!(faults.is_empty());
    drop(workers);
    assert_eq!(fixture.effects().await, jobs);
    fixture.each_job_had_one_effect().await;
    fixture.each_end_is_told_once(jobs).await;
    fixture.close().await;
}

/// In a process that [`Child`] starts, this test is the worker.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_is_asked_to_stop_exits_well_and_leaves_nothing_running() {
    if let Ok(database) = std::env::var(handler::DATABASE) {
        return handler::work(&database).await;
    }
    let fixture = Fixture::new().await;
    fixture.enqueue::<handler::Slow>(40).await;
    let mut worker = Child::start(fixture.url());
    worker.wait_for("effect");
    assert_eq!(worker.terminate(), Some(0));
    assert_eq!(fixture.running().await, 0);
    fixture.close().await;
}

#[tokio::test]
async fn a_worker_that_is_asked_to_stop_finishes_what_is_short_and_gives_back_what_is_long() {
    let fixture = Fixture::new().await;
    let mut worker = Child::start(fixture.url());
    fixture.enqueue::<handler::Endless>(1).await;
    worker.wait_for("effect");
    fixture.enqueue::<handler::Slow>(1).await;
    worker.wait_for("effect");
    assert_eq!(worker.terminate(), Some(0));
    // The long job waits as if it had never been claimed.
    assert_eq!((fixture.done().await, fixture.untouched().await), (1, 1));
    fixture.close().await;
}

#[tokio::test]
async fn a_job_that_ends_every_worker_is_dead_and_its_handler_hears_of_it_once() {
    let fixture = Fixture::new().await;
    fixture.enqueue_for::<handler::Deadly>(2, 1).await;
    let (began, mut worker) = (Instant::now(), Child::start(fixture.url()));
    while fixture.dead().await < 1 {
        assert!(began.elapsed() < TIMEOUT, "it lives on");
        if worker.has_ended() {
            worker = Child::start(fixture.url());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(worker);
    fixture.each_job_had_one_effect().await;
    fixture.close().await;
}
