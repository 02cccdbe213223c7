use std::time::Duration;

use crate::{
    declaration::section,
    readers::{Span, Unit::Days},
    setting::plain,
};

section! {
    "erasure"
    /// The removal of organizations whose owners ask for it.
    pub struct Erasure {
        /// How long such an organization is kept, suspended, before `plinth organization erase` removes
        /// it. Until then `plinth organization reactivate` takes it back.
        grace: Duration = "grace_days" by Span(Days, 1, 366), plain().default("14");
    }
}
