//! Commits of an organization that wait for its share of the connections. Those that write the same
//! tables are stored by one statement once it is the turn of the first: the more there are, the less
//! each costs, and none waits for another one to come.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use plinth_domain::OrganizationId;
use tokio::sync::oneshot;

use crate::sql::Writes;

/// The most commits of a statement, and the most values, so that its text stays short. PostgreSQL
/// takes 65,535 values.
const MOST: usize = 8;
const MOST_VALUES: usize = 4096;

/// The commits that wait, by organization. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Groups(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    waiting: HashMap<OrganizationId, VecDeque<Waiting>>,
    /// How many there have been.
    count: u64,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    writes: Writes,
    answer: oneshot::Sender<Outcome>,
}

/// What became of a commit that another one has taken along.
#[derive(Debug)]
pub enum Outcome {
    /// The statement was committed; whether this part of it was written.
    Stored(bool),
    /// Nothing of the statement was stored, perhaps because of another part.
    Refused(Writes),
    /// It is not known whether it was stored.
    Unknown,
}

/// A commit that another one may take along, until this is dropped.
#[derive(Debug)]
pub struct Offered {
    groups: Groups,
    organization: OrganizationId,
    number: u64,
    answer: oneshot::Receiver<Outcome>,
}

/// A commit that was taken along.
#[derive(Debug)]
pub struct Taken {
    pub writes: Writes,
    answer: oneshot::Sender<Outcome>,
}

impl Taken {
    /// Tells what became of it, where its caller still waits.
    pub fn end(self, outcome: Outcome) {
        drop(self.answer.send(outcome));
    }

    /// Gives it back: nothing of the statement was stored.
    pub fn refuse(self) {
        drop(self.answer.send(Outcome::Refused(self.writes)));
    }
}

impl Groups {
    /// Lets another commit take this one along.
    pub fn offer(&self, organization: OrganizationId, writes: Writes) -> Offered {
        let (sender, answer) = oneshot::channel();
        let mut state = self.lock();
        state.count += 1;
        let number = state.count;
        let waiting = Waiting { number, writes, answer: sender };
        state.waiting.entry(organization).or_default().push_back(waiting);
        Offered { groups: self.clone(), organization, number, answer }
    }

    /// Takes along those that wait and are like `own`: 1, 3, or 7 of them, so that there are few
    /// texts of statements.
    pub fn take(&self, organization: OrganizationId, own: &Writes) -> Vec<Taken> {
        let mut state = self.lock();
        let Some(waiting) = state.waiting.get_mut(&organization) else { return Vec::new() };
        let most = (MOST_VALUES / own.values().max(1)).clamp(1, MOST);
        let like = waiting.iter().enumerate().filter(|(_, one)| one.writes.is_like(own));
        let places: Vec<_> = like.map(|(place, _)| place).take(most - 1).collect();
        let count = (1 << (places.len() + 1).ilog2()) - 1;
        // From the back, so that the places before stay as they are.
        let taken = places[..count].iter().rev().filter_map(|place| waiting.remove(*place));
        let taken = taken.map(|Waiting { writes, answer, .. }| Taken { writes, answer });
        let mut taken: Vec<_> = taken.collect();
        taken.reverse();
        state.forget_if_empty(organization);
        taken
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget_if_empty(&mut self, organization: OrganizationId) {
        if self.waiting.get(&organization).is_some_and(VecDeque::is_empty) {
            self.waiting.remove(&organization);
        }
    }
}

impl Offered {
    /// Waits until another commit has taken this one along and has ended.
    pub async fn ended(&mut self) -> Outcome {
        (&mut self.answer).await.unwrap_or(Outcome::Unknown)
    }

    /// Takes it back; `None` where another commit has taken it along.
    pub fn take_back(&mut self) -> Option<Writes> {
        let mut state = self.groups.lock();
        let waiting = state.waiting.get_mut(&self.organization)?;
        let place = waiting.iter().position(|one| one.number == self.number)?;
        let own = waiting.remove(place)?;
        state.forget_if_empty(self.organization);
        Some(own.writes)
    }
}

impl Drop for Offered {
    fn drop(&mut self) {
        self.take_back();
    }
}
