//! Workers as processes that are killed: no job is lost, and no effect doubled.

#![allow(clippy::unwrap_used, reason = "a panic in a test is a failure with a line number")]

mod child;
mod handler;
mod place;

use std::time::{Duration, Instant};

use child::Child;
use place::Place;

/// How long everything may take once nobody is killed any more.
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test]
async fn fifty_kills_in_the_middle_of_jobs_lose_none_and_double_no_effect() {
    let place = Place::new().await;
    let jobs = 120;
    place.enqueue(jobs, handler::SLOW).await;
    for _ in 0..50 {
        let mut worker = Child::start(place.url());
        // In the middle: its effect is there, and the note that it is done is not.
        worker.wait_for("effect");
        worker.kill();
    }
    let worker = Child::start(place.url());
    place.until_done(jobs, PATIENCE).await;
    drop(worker);
    assert_eq!(place.effects().await, jobs);
    place.each_job_had_one_effect().await;
    place.each_end_is_told_once(jobs).await;
    place.close().await;
}

#[tokio::test]
async fn ten_thousand_jobs_have_ten_thousand_effects_while_workers_are_killed() {
    let place = Place::new().await;
    let jobs = 10_000;
    place.enqueue(jobs, handler::QUICK).await;
    let began = Instant::now();
    let mut workers = [Child::start(place.url()), Child::start(place.url())];
    let (mut next, mut killed) = (0, Instant::now());
    while place.done().await < jobs {
        assert!(began.elapsed() < 2 * PATIENCE, "it never ends");
        if killed.elapsed() > Duration::from_secs(3) {
            workers[next].kill();
            workers[next] = Child::start(place.url());
            (next, killed) = (1 - next, Instant::now());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("{jobs} jobs with their effects in {:?}", began.elapsed());
    drop(workers);
    assert_eq!(place.effects().await, jobs);
    place.each_job_had_one_effect().await;
    place.each_end_is_told_once(jobs).await;
    place.close().await;
}

#[tokio::test]
async fn a_worker_that_is_asked_to_stop_exits_well_and_leaves_nothing_running() {
    let place = Place::new().await;
    place.enqueue(40, handler::SLOW).await;
    let mut worker = Child::start(place.url());
    worker.wait_for("effect");
    assert_eq!(worker.terminate(), Some(0));
    assert_eq!(place.running().await, 0);
    place.close().await;
}

/// Not a test of its own: what [`Child`] runs as another process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other tests run it as a process"]
async fn the_worker_process() {
    handler::work().await;
}
