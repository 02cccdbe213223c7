use std::future::Future;

use plinth_domain::{Access, Permission, Timestamp};
use plinth_ports::{PageRequest, ReadUnit};

use crate::{ByProject, Error};

/// A use case that changes nothing: its unit is read-only.
pub trait Query: Send {
    /// `resource.action`: the operation's name in spans.
    const NAME: &'static str;
    /// The permission that the caller needs.
    const PERMISSION: Permission;
    /// What the caller of a [slow](Reading::Slowly) query is told that takes too long.
    const SLOW: &'static str = "the search took too long: narrow it";
    /// What the caller receives.
    type Output: Send;

    /// How it reads.
    fn reading(&self) -> Reading {
        Reading::Together
    }

    /// Where a role on a single project admits a caller who lacks the permission in the organization.
    fn by_project(&mut self) -> ByProject<'_> {
        ByProject::Never
    }

    /// Reads inside the view.
    fn run(self, view: &mut View<'_>) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// How a query reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Several questions, which see the same moment.
    Together,
    /// One question, which costs a third.
    Once,
    /// It may read many rows to find a few: it searches a text, or filters by what has no index of
    /// its own. Each organization runs only a few such queries at once, each only briefly.
    Slowly,
    /// It may read many rows for a minute. Only a job reads so, and one of an organization at once in
    /// a process.
    AtLength,
}

impl Reading {
    /// One page of a list: one question, unless the filter of the list is a slow one, or more is
    /// asked than the next items.
    #[must_use]
    pub fn page<K>(page: &PageRequest<K>, is_slow: bool) -> Self {
        if is_slow || page.is_special() { Self::Slowly } else { Self::Once }
    }
}

/// The context of a query.
pub struct View<'a> {
    /// The organization's records.
    pub unit: &'a mut dyn ReadUnit,
    /// The access of the caller.
    pub access: Access,
    /// The time, on this process's clock.
    pub now: Timestamp,
}
