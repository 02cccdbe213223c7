//! The CPU time of the processes.

use std::{ops::AddAssign, time::Duration};

use super::database::Database;
use crate::{failure::Result, process};

/// The processes that are measured.
#[derive(Debug, Clone, Copy)]
pub struct Processes {
    pub api: u32,
    pub worker: u32,
    /// The postmaster.
    pub postgres: u32,
    /// The backend of the measurement itself, which does not count.
    pub observer: u32,
}

/// CPU time in seconds: so far, or of an interval, or a second, or of one request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    pub api: f64,
    /// Without its confined processes.
    pub worker: f64,
    /// Of the processes in which the worker reads files and renders invoices.
    pub confined: f64,
    /// With its background processes.
    pub postgres: f64,
    /// PostgreSQL's processes that serve connections.
    pub backends: f64,
}

impl Processes {
    /// The CPU time so far.
    pub async fn now(&self, database: &mut Database) -> Result<Cost> {
        let backends = database.backends().await?;
        let known = |time: Option<Duration>| {
            time.map(|time| time.as_secs_f64())
                .ok_or("the CPU of a process can be read on Linux only")
        };
        let own = known(process::cpu(self.observer))?;
        Ok(Cost {
            api: known(process::cpu(self.api))?,
            worker: known(process::cpu(self.worker))?,
            confined: known(process::cpu_of_children(self.worker))?,
            postgres: known(process::cpu_of_children(self.postgres))? - own,
            backends: backends
                .into_iter()
                .filter_map(process::cpu)
                .map(|cpu| cpu.as_secs_f64())
                .sum(),
        })
    }
}

impl Cost {
    /// From an earlier moment on.
    pub fn since(&self, before: &Self) -> Self {
        self.combined(before, |now, before| now - before)
    }

    /// Divided by a number of seconds or requests.
    pub fn each(&self, number: f64) -> Self {
        self.combined(&Self::default(), |one, _| one / number)
    }

    /// Multiplied, by a number of requests.
    pub fn times(&self, number: f64) -> Self {
        self.combined(&Self::default(), |one, _| one * number)
    }

    /// Without that of a backend of the measurement.
    pub fn without(&self, backend: f64) -> Self {
        Self { postgres: self.postgres - backend, backends: self.backends - backend, ..*self }
    }

    pub fn sum(&self) -> f64 {
        self.api + self.worker + self.confined + self.postgres
    }

    fn combined(&self, other: &Self, by: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            api: by(self.api, other.api),
            worker: by(self.worker, other.worker),
            confined: by(self.confined, other.confined),
            postgres: by(self.postgres, other.postgres),
            backends: by(self.backends, other.backends),
        }
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = self.combined(&other, |one, other| one + other);
    }
}
