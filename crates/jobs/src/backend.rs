//! The backend of apalis: a stream of leased jobs.

use std::{
    convert::Infallible,
    task::{Context, Poll, ready},
};

use apalis::prelude::{Backend, Task, WorkerContext};
use apalis_core::{
    backend::{BackendConfig, finalize::Ephemeral},
    layers::Identity,
};
use plinth_ports::LeasedJob;
use tokio::sync::{OwnedSemaphorePermit, mpsc::Receiver};
use uuid::Uuid;

use crate::leases::LeaseGuard;

/// A job to run, and the slot that it runs in.
pub(crate) struct Assignment {
    pub(crate) leased: LeasedJob,
    pub(crate) guard: LeaseGuard,
    /// Dropping it frees the slot.
    pub(crate) slot: OwnedSemaphorePermit,
    /// The room of a kind with a limit of its own.
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

/// Passes assignments on to apalis. It ends when the sender is dropped.
pub(crate) struct JobBackend(pub(crate) Receiver<Assignment>);

impl Backend for JobBackend {
    type Task = Task<Assignment>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        let assignment = ready!(self.0.poll_recv(cx));
        if assignment.is_none() {
            // Otherwise apalis would wait for ever. The call fails if the worker is stopping
            // already.
            drop(worker.stop());
        }
        Poll::Ready(assignment.map(|one| Ok(Task::new(one))))
    }

    fn poll_close(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for JobBackend {
    type Args = Assignment;
    type Id = Uuid;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
