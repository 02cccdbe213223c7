use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use plinth_domain::{AddressBlock, Network};
use tokio::sync::oneshot;

/// Lets a limited number of tasks run at a time, and a limited number wait.
///
/// The networks take turns, and within a network those in it: a task waits for one task of each
/// other network at most, however many tasks and blocks another one has. The widest network may
/// have half of the waiting tasks, one block a quarter. One task more runs when none of its widest
/// network does: it need not wait for the end of another one's.
#[derive(Debug)]
pub(crate) struct Turns {
    at_once: usize,
    most_waiting: usize,
    state: Mutex<State>,
    refused: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    /// The running tasks of each widest network; none is 0.
    of_network: HashMap<Network, usize>,
    waiting: Queue,
}

/// The waiting tasks of a network: those of the networks in it, or of one block.
#[derive(Debug, Default)]
struct Queue {
    length: usize,
    /// In the order of their arrival.
    tasks: VecDeque<oneshot::Sender<Turn>>,
    /// None is empty.
    parts: HashMap<Network, Queue>,
    /// The parts in turn, the next one first.
    order: VecDeque<Network>,
}

/// Too many tasks wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

/// The load of a hasher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// The hashes that are being computed.
    pub running: usize,
    /// The calls that wait for their turn.
    pub waiting: usize,
    /// The calls that were refused since the start.
    pub refused: u64,
}

/// The right to run, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Option<Arc<Turns>>,
    network: Network,
}

impl Turns {
    pub(crate) fn new(at_once: usize, most_waiting: usize) -> Arc<Self> {
        let (state, refused) = (Mutex::default(), AtomicU64::new(0));
        Arc::new(Self { at_once, most_waiting, state, refused })
    }

    /// Waits for the turn of a task of this block.
    pub(crate) async fn take(self: &Arc<Self>, block: AddressBlock) -> Result<Turn, Full> {
        match self.enter(block) {
            Ok(Some(waiting)) => waiting.await.map_err(|_| Full),
            Ok(None) => {
                let [network, ..] = block.networks();
                Ok(Turn { turns: Some(Arc::clone(self)), network })
            }
            Err(full) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                Err(full)
            }
        }
    }

    pub(crate) fn load(&self) -> Load {
        let state = self.state();
        let (running, waiting) = (state.running, state.waiting.length);
        drop(state);
        Load { running, waiting, refused: self.refused.load(Ordering::Relaxed) }
    }

    /// `None` when the task can run at once.
    fn enter(&self, block: AddressBlock) -> Result<Option<oneshot::Receiver<Turn>>, Full> {
        let mut state = self.state();
        let [widest, middle, own] = block.networks();
        let more = usize::from(!state.of_network.contains_key(&widest));
        if state.running < self.at_once + more {
            state.begin(widest);
            return Ok(None);
        }
        let (half, quarter) = ((self.most_waiting / 2).max(1), (self.most_waiting / 4).max(1));
        let path = [(widest, half), (middle, half), (own, quarter)];
        if !state.waiting.has_room(&path, self.most_waiting) {
            // Perhaps some of those that wait have gone.
            state.waiting.forget_gone();
            if !state.waiting.has_room(&path, self.most_waiting) {
                return Err(Full);
            }
        }
        let (sender, receiver) = oneshot::channel();
        state.waiting.push(&path, sender);
        Ok(Some(receiver))
    }

    /// Ends a task of the network. Returns the one that runs instead, and its network.
    fn pass_on(&self, ended: Network) -> Option<(Network, oneshot::Sender<Turn>)> {
        let mut state = self.state();
        state.end(ended);
        let State { running, of_network, waiting } = &mut *state;
        let (network, task) = match self.at_once.checked_sub(*running)? {
            0 => waiting.pop(&|network| !of_network.contains_key(&network))?,
            _ => waiting.pop(&|_| true)?,
        };
        state.begin(network);
        Some((network, task))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn begin(&mut self, network: Network) {
        self.running += 1;
        *self.of_network.entry(network).or_default() += 1;
    }

    fn end(&mut self, network: Network) {
        self.running -= 1;
        if let Entry::Occupied(mut count) = self.of_network.entry(network) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

impl Queue {
    /// Whether another task of the network at the end of `path` may wait. Each network on it comes
    /// with the maximum number of its waiting tasks.
    fn has_room(&self, path: &[(Network, usize)], most: usize) -> bool {
        self.length < most
            && path.split_first().is_none_or(|((network, most), path)| {
                self.parts.get(network).is_none_or(|part| part.has_room(path, *most))
            })
    }

    /// Adds a task of the network at the end of `path`.
    fn push(&mut self, path: &[(Network, usize)], task: oneshot::Sender<Turn>) {
        self.length += 1;
        let Some(((network, _), path)) = path.split_first() else {
            self.tasks.push_back(task);
            return;
        };
        let part = self.parts.entry(*network).or_default();
        if part.length == 0 {
            self.order.push_back(*network);
        }
        part.push(path, task);
    }

    /// Takes the task whose turn is next among those of the networks that `may` run, and its
    /// network.
    fn pop(&mut self, may: &dyn Fn(Network) -> bool) -> Option<(Network, oneshot::Sender<Turn>)> {
        let next = self.order.iter().position(|network| may(*network))?;
        let network = self.order.remove(next)?;
        let part = self.parts.get_mut(&network)?;
        let task = if part.order.is_empty() {
            part.length -= 1;
            part.tasks.pop_front()?
        } else {
            part.pop(&|_| true)?.1
        };
        if part.length == 0 {
            self.parts.remove(&network);
        } else {
            self.order.push_back(network);
        }
        self.length -= 1;
        Some((network, task))
    }

    /// Removes the tasks that no longer wait.
    fn forget_gone(&mut self) {
        self.tasks.retain(|task| !task.is_closed());
        self.parts.retain(|_, part| {
            part.forget_gone();
            part.length > 0
        });
        self.order.retain(|network| self.parts.contains_key(network));
        self.length = self.tasks.len() + self.parts.values().map(|part| part.length).sum::<usize>();
    }
}

impl Drop for Turn {
    /// Gives the turn to the next task that still waits for it.
    fn drop(&mut self) {
        let Some(turns) = self.turns.take() else { return };
        let mut ended = self.network;
        while let Some((network, task)) = turns.pass_on(ended) {
            match task.send(Self { turns: Some(Arc::clone(&turns)), network }) {
                Ok(()) => return,
                // The task has gone.
                Err(mut unused) => unused.turns = None,
            }
            ended = network;
        }
    }
}

#[cfg(test)]
mod tests;
