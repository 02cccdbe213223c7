use std::future::Future;

use plinth_domain::{Access, Permission, Timestamp};
use plinth_ports::ReadUnit;

use crate::Error;

/// A use case that changes nothing. It is given nothing that could.
pub trait Query: Send {
    /// `resource.action`: the operation's name in spans.
    const NAME: &'static str;
    /// What the caller must be allowed.
    const PERMISSION: Permission;
    /// What the caller gets.
    type Output: Send;

    /// Reads.
    fn run(self, view: &mut View<'_>) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// What a query works with.
pub struct View<'a> {
    /// The organization's records.
    pub unit: &'a mut dyn ReadUnit,
    /// Who asks.
    pub access: Access,
    /// When.
    pub now: Timestamp,
}
