use std::{
    collections::{HashMap, VecDeque},
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
/// have half of the waiting tasks, one block a quarter.
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
pub(crate) struct Turn(Option<Arc<Turns>>);

impl Turns {
    pub(crate) fn new(at_once: usize, most_waiting: usize) -> Arc<Self> {
        let (state, refused) = (Mutex::default(), AtomicU64::new(0));
        Arc::new(Self { at_once, most_waiting, state, refused })
    }

    /// Waits for the turn of a task of this block.
    pub(crate) async fn take(self: &Arc<Self>, block: AddressBlock) -> Result<Turn, Full> {
        match self.enter(block) {
            Ok(Some(waiting)) => waiting.await.map_err(|_| Full),
            Ok(None) => Ok(Turn(Some(Arc::clone(self)))),
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
        if state.running < self.at_once {
            state.running += 1;
            return Ok(None);
        }
        if state.waiting.length >= self.most_waiting {
            return Err(Full);
        }
        let [widest, middle, own] = block.networks();
        let (half, quarter) = ((self.most_waiting / 2).max(1), (self.most_waiting / 4).max(1));
        let (sender, receiver) = oneshot::channel();
        state.waiting.push(&[(widest, half), (middle, half), (own, quarter)], sender)?;
        Ok(Some(receiver))
    }

    /// The task whose turn is next; when there is none, one task fewer runs.
    fn next(&self) -> Option<oneshot::Sender<Turn>> {
        let mut state = self.state();
        let next = state.waiting.pop();
        if next.is_none() {
            state.running -= 1;
        }
        next
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Adds a task of the network at the end of `path`. Each network on it comes with the maximum
    /// number of its waiting tasks, at least 1.
    fn push(&mut self, path: &[(Network, usize)], task: oneshot::Sender<Turn>) -> Result<(), Full> {
        match path {
            [] => self.tasks.push_back(task),
            [(network, most), path @ ..] => {
                let part = self.parts.entry(*network).or_default();
                if part.length >= *most {
                    return Err(Full);
                }
                part.push(path, task)?;
                if part.length == 1 {
                    self.order.push_back(*network);
                }
            }
        }
        self.length += 1;
        Ok(())
    }

    /// Takes the task whose turn is next.
    fn pop(&mut self) -> Option<oneshot::Sender<Turn>> {
        let next = match self.order.pop_front() {
            None => self.tasks.pop_front()?,
            Some(network) => {
                let part = self.parts.get_mut(&network)?;
                let next = part.pop()?;
                if part.length == 0 {
                    self.parts.remove(&network);
                } else {
                    self.order.push_back(network);
                }
                next
            }
        };
        self.length -= 1;
        Some(next)
    }
}

impl Drop for Turn {
    /// Gives the turn to the next task that still waits for it.
    fn drop(&mut self) {
        let Some(turns) = self.0.take() else { return };
        while let Some(next) = turns.next() {
            match next.send(Self(Some(Arc::clone(&turns)))) {
                Ok(()) => return,
                // The task has gone. Its turn is still this one's.
                Err(mut unused) => unused.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests;
