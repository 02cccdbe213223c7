use std::future::Future;

use plinth_domain::{Access, Permission, Timestamp};
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

    /// Reads inside the view.
    fn run(self, view: &mut View<'_>) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// The context of a query.
pub struct View<'a> {
    /// The organization's records.
    pub unit: &'a mut dyn ReadUnit,
    /// The access of the caller.
    pub access: Access,
    /// The time of the query.
    pub now: Timestamp,
}
