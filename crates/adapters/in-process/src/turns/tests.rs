use std::{net::IpAddr, time::Duration};

use tokio::{sync::mpsc, task::JoinSet};

use super::*;

fn block(n: u8) -> AddressBlock {
    AddressBlock::of(Some(IpAddr::from([192, 0, 2, n])))
}

/// Waits until this many tasks wait.
async fn waiting(turns: &Turns, count: usize) {
    while turns.load().waiting != count {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_block_with_many_tasks_delays_another_by_one_task_only() {
    let turns = Turns::new(1, 40);
    let first = turns.take(block(1)).await.unwrap();
    let (sender, mut order) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for (n, from) in [1, 1, 1, 1, 2, 3, 2].into_iter().enumerate() {
        let (turns, sender) = (Arc::clone(&turns), sender.clone());
        let waits = n + 1;
        tasks.spawn({
            let turns = Arc::clone(&turns);
            async move {
                let _turn = turns.take(block(from)).await.unwrap();
                sender.send(from).unwrap();
            }
        });
        waiting(&turns, waits).await;
    }
    drop((first, sender));
    let mut ran = Vec::new();
    while let Some(from) = order.recv().await {
        ran.push(from);
    }
    assert_eq!(ran, [1, 2, 3, 1, 2, 1, 1]);
    assert_eq!(turns.load(), Load { running: 0, waiting: 0, refused: 0 });
}

#[tokio::test]
async fn one_block_has_a_quarter_of_the_queue_and_all_together_have_no_more_than_the_queue() {
    let turns = Turns::new(1, 8);
    let _first = turns.take(block(0)).await.unwrap();
    let mut tasks = JoinSet::new();
    for from in 1..=4 {
        for n in 1..=2 {
            let before = turns.load().waiting;
            let waiter = Arc::clone(&turns);
            tasks.spawn(async move { waiter.take(block(from)).await });
            waiting(&turns, before + 1).await;
            if n == 2 {
                assert_eq!(turns.take(block(from)).await.unwrap_err(), Full, "its share is used");
            }
        }
    }
    assert_eq!(turns.take(block(9)).await.unwrap_err(), Full, "the queue is full");
    assert_eq!(turns.load(), Load { running: 1, waiting: 8, refused: 5 });
}

#[tokio::test]
async fn a_task_that_no_longer_waits_takes_no_turn() {
    let turns = Turns::new(1, 8);
    let first = turns.take(block(1)).await.unwrap();
    let waiters = [1, 2].map(|from| {
        let turns = Arc::clone(&turns);
        tokio::spawn(async move { turns.take(block(from)).await.map(drop) })
    });
    waiting(&turns, 2).await;
    let [gone, stays] = waiters;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    drop(first);
    stays.await.unwrap().unwrap();
    assert_eq!(turns.load(), Load { running: 0, waiting: 0, refused: 0 });
}
