use plinth_domain::Permission;

use crate::resource::{Descriptor, resources};

/// A kind of record with events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind(&'static Descriptor);

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.0.kind == other.0.kind
    }
}

impl Eq for Kind {}

impl Kind {
    /// The kind of an entry's subject; `None` for a subject without events: a
    /// session, a password.
    pub(super) fn of_subject(name: &str) -> Option<Self> {
        resources().find(|resource| resource.kind == name).map(Self)
    }

    /// The kind whose events a topic shows.
    pub(super) fn of_topic(name: &str) -> Option<Self> {
        resources().find(|resource| resource.topic == name).map(Self)
    }

    /// The permission to read its events.
    pub(super) const fn permission(self) -> Permission {
        self.0.read
    }
}
