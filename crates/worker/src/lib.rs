//! The worker as a function, for `plinth-worker` and for `plinth dev`.
