//! An attack that goes on beside the measurement.

use std::{
    cell::RefCell, collections::BTreeMap, net::SocketAddr, rc::Rc, thread::JoinHandle,
    time::Duration,
};

use tokio::{sync::oneshot, task::LocalSet, time::sleep};

use super::{attack::Attack, attacker::Attacker, moves};
use crate::failure::Result;

/// The number of answers by status; 0 for connections that broke.
pub type Answered = BTreeMap<u16, u64>;

/// Attacks in a thread of its own, so that it delays no measurement.
pub fn start(attack: Attack, server: SocketAddr, attacker: Attacker) -> UnderWay {
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let answered = Rc::new(RefCell::new(Answered::new()));
        let Ok(runtime) = runtime else { return Answered::new() };
        let tasks = LocalSet::new();
        let attacker = Rc::new(attacker);
        for number in 0..attack.connections() {
            tasks.spawn_local(repeat(attack, server, attacker.clone(), number, answered.clone()));
        }
        // Ends as well when the sender is dropped.
        drop(tasks.block_on(&runtime, stopped));
        answered.take()
    });
    UnderWay { stop, thread }
}

/// An attack that goes on until it is stopped.
pub struct UnderWay {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<Answered>,
}

impl UnderWay {
    /// Stops the attack, and returns what the server answered to it.
    pub fn stop(self) -> Result<Answered> {
        // The thread may have ended.
        let _ = self.stop.send(());
        self.thread.join().map_err(|_| "the attack's thread panicked".into())
    }
}

/// Attacks over one connection at a time, for ever.
async fn repeat(
    attack: Attack,
    server: SocketAddr,
    attacker: Rc<Attacker>,
    number: usize,
    answered: Rc<RefCell<Answered>>,
) {
    let mut round = 0;
    loop {
        let count = |status| *answered.borrow_mut().entry(status).or_default() += 1;
        let ended = moves::attack(attack, server, &attacker, (number, &mut round), count).await;
        if ended.is_err() {
            *answered.borrow_mut().entry(0).or_default() += 1;
        }
        sleep(Duration::from_millis(20)).await;
    }
}
