use std::time::Duration;

use tokio::{sync::mpsc, task::JoinSet};

use super::*;

fn block(address: &str) -> AddressBlock {
    AddressBlock::of(Some(address.parse().unwrap()))
}

/// Waits until this many tasks wait.
async fn waiting(turns: &Turns, count: usize) {
    while turns.load().waiting != count {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Takes the turn that is for all, and the one for another network.
async fn all(turns: &Arc<Turns>) -> [Turn; 2] {
    let one = turns.take(block("198.51.100.1")).await.unwrap();
    [one, turns.take(block("203.0.113.1")).await.unwrap()]
}

/// The order in which tasks of these addresses run, when all of them wait.
async fn order<'a>(addresses: &[&'a str]) -> Vec<&'a str> {
    let turns = Turns::new(1, 40);
    let first = all(&turns).await;
    let (sender, mut order) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for (n, address) in addresses.iter().enumerate() {
        let (waiter, sender, from) = (Arc::clone(&turns), sender.clone(), block(address));
        tasks.spawn(async move {
            let _turn = waiter.take(from).await.unwrap();
            sender.send(n).unwrap();
        });
        waiting(&turns, n + 1).await;
    }
    drop((first, sender));
    let mut ran = Vec::new();
    while let Some(n) = order.recv().await {
        ran.push(addresses[n]);
    }
    assert_eq!(turns.load(), Load { running: 0, waiting: 0, refused: 0 });
    ran
}

#[tokio::test]
async fn a_block_with_many_tasks_delays_another_by_one_task_only() {
    let [a, b, c] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
    assert_eq!(order(&[a, a, a, a, b, c, b]).await, [a, b, c, a, b, a, a]);
}

#[tokio::test]
async fn a_network_with_many_blocks_delays_another_by_one_task_only() {
    let [a, b, c] = ["2001:db8:1::1", "2001:db8:1:1::1", "2001:db8:2::1"];
    let other = "2001:db9::1";
    // The three blocks are in one /32, the first two of them in one /48.
    assert_eq!(order(&[a, b, a, b, c, other]).await, [a, other, c, b, a, b]);
}

#[tokio::test]
async fn a_task_runs_at_once_beside_those_of_another_network() {
    let turns = Turns::new(1, 8);
    let first = turns.take(block("192.0.2.1")).await.unwrap();
    let queued = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move { turns.take(block("192.0.2.2")).await.map(drop) }
    });
    waiting(&turns, 1).await;
    for _ in 0..3 {
        let other = turns.take(block("203.0.113.1")).await.unwrap();
        assert_eq!(turns.load(), Load { running: 2, waiting: 1, refused: 0 });
        drop(other);
    }
    drop(first);
    queued.await.unwrap().unwrap();
    assert_eq!(turns.load(), Load { running: 0, waiting: 0, refused: 0 });
}

#[tokio::test]
async fn a_block_has_a_quarter_of_the_queue_and_a_network_half_of_it() {
    let turns = Turns::new(1, 8);
    let _first = all(&turns).await;
    let mut tasks = JoinSet::new();
    let mut wait = async |address: &str| {
        let (before, waiter, from) = (turns.load().waiting, Arc::clone(&turns), block(address));
        tasks.spawn(async move { waiter.take(from).await });
        waiting(&turns, before + 1).await;
    };
    let refused = async |address: &str| turns.take(block(address)).await.unwrap_err();
    for (network, last) in [("192.0", "192.0.9.9"), ("192.1", "192.1.9.9")] {
        for host in ["2.1", "2.2"] {
            let address = format!("{network}.{host}");
            wait(&address).await;
            wait(&address).await;
            assert_eq!(refused(&address).await, Full, "the block's share is used");
        }
        assert_eq!(refused(last).await, Full, "the network's share is used");
    }
    assert_eq!(refused("100.64.0.1").await, Full, "the queue is full");
    assert_eq!(turns.load(), Load { running: 2, waiting: 8, refused: 7 });
}

#[tokio::test]
async fn a_task_that_no_longer_waits_takes_no_turn() {
    let turns = Turns::new(1, 8);
    let first = all(&turns).await;
    let waiters = ["192.0.2.1", "192.0.2.2"].map(|from| {
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

#[tokio::test]
async fn a_network_that_waits_runs_before_one_that_comes_later() {
    let turns = Turns::new(1, 8);
    let [first, second] = all(&turns).await;
    let waits = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move { turns.take(block("192.0.2.1")).await }
    });
    waiting(&turns, 1).await;
    drop(first);
    let third = waits.await.unwrap().unwrap();
    // Two run, so another network waits.
    let later = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move { turns.take(block("100.64.0.1")).await }
    });
    waiting(&turns, 1).await;
    drop((second, third));
    later.await.unwrap().unwrap();
}

#[tokio::test]
async fn tasks_that_have_gone_take_no_place_in_the_queue() {
    let turns = Turns::new(1, 8);
    let first = all(&turns).await;
    for n in 0..100 {
        let turns = Arc::clone(&turns);
        let waiter = tokio::spawn(async move { turns.take(block("192.0.2.1")).await.map(drop) });
        tokio::task::yield_now().await;
        waiter.abort();
        assert!(waiter.await.unwrap_err().is_cancelled(), "{n} was refused");
    }
    drop(first);
    assert_eq!(turns.load().running, 0);
}
