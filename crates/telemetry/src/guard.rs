use crate::{otlp::Otlp, output::Output};

/// Keeps telemetry running. Dropping it sends and writes what is pending.
#[must_use = "telemetry ends when this is dropped"]
pub struct Guard {
    otlp: Option<Otlp>,
    output: Option<Output>,
}

impl Guard {
    pub(crate) fn new(otlp: Option<Otlp>, output: Option<Output>) -> Self {
        Self { otlp, output }
    }

    /// Sends and writes what is pending. Blocks for at most 5 seconds when the collector does
    /// not answer.
    ///
    /// It may be called inside a runtime, even a single-threaded one: the exporters need no
    /// thread of the caller. Dropping does the same. Later lines are still written, each at once.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // The exporters first: they may log warnings.
        drop(self.otlp.take());
        drop(self.output.take());
    }
}
