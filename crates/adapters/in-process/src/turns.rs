use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use plinth_domain::AddressBlock;
use tokio::sync::oneshot;

/// Lets a limited number of tasks run at a time, and a limited number wait.
///
/// The address blocks take turns: a task waits for one task of each other block at most, however
/// many tasks another block has. One block may have a quarter of the waiting tasks.
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
    waiting: usize,
    /// The waiting tasks of each block, in the order of their arrival; none is empty.
    queues: HashMap<AddressBlock, VecDeque<oneshot::Sender<Turn>>>,
    /// The blocks with waiting tasks, the next one first.
    order: VecDeque<AddressBlock>,
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
        let State { running, waiting, .. } = *self.state();
        Load { running, waiting, refused: self.refused.load(Ordering::Relaxed) }
    }

    /// `None` when the task can run at once.
    fn enter(&self, block: AddressBlock) -> Result<Option<oneshot::Receiver<Turn>>, Full> {
        let mut state = self.state();
        if state.running < self.at_once {
            state.running += 1;
            return Ok(None);
        }
        let of_block = state.queues.get(&block).map_or(0, VecDeque::len);
        if state.waiting >= self.most_waiting || of_block >= (self.most_waiting / 4).max(1) {
            return Err(Full);
        }
        let (sender, receiver) = oneshot::channel();
        if of_block == 0 {
            state.order.push_back(block);
        }
        state.queues.entry(block).or_default().push_back(sender);
        state.waiting += 1;
        Ok(Some(receiver))
    }

    /// The task whose turn is next; when there is none, one task fewer runs.
    fn next(&self) -> Option<oneshot::Sender<Turn>> {
        let mut state = self.state();
        let next = state.take_next();
        if next.is_none() {
            state.running -= 1;
        }
        next
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take_next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let block = self.order.pop_front()?;
        let queue = self.queues.get_mut(&block)?;
        let next = queue.pop_front();
        if queue.is_empty() {
            self.queues.remove(&block);
        } else {
            self.order.push_back(block);
        }
        self.waiting -= usize::from(next.is_some());
        next
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
