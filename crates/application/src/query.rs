use std::future::Future;

use plinth_domain::{Access, Permission};
use plinth_ports::ReadUnit;

use crate::Error;

/// A use case that changes nothing: its unit is read-only.
pub trait Query: Send {
    /// `resource.action`: the operation's name in spans.
    const NAME: &'static str;
    /// The permission that the caller needs.
    const PERMISSION: Permission;
    /// What the caller receives.
    type Output: Send;

    /// Whether it may read many rows to find a few: it searches a text, or filters by what has no
    /// index of its own. Each organization runs only a few such queries at once, each only briefly.
    fn is_slow(&self) -> bool {
        false
    }

    /// Reads inside the view.
    fn run(self, view: &mut View<'_>) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// The context of a query.
pub struct View<'a> {
    /// The organization's records.
    pub unit: &'a mut dyn ReadUnit,
    /// The access of the caller.
    pub access: Access,
}
