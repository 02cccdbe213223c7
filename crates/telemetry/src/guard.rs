use crate::{otlp::Otlp, output::Output};

/// Keeps telemetry running; what is still under way is sent and written when it ends.
#[must_use = "telemetry ends when this is dropped"]
pub struct Guard {
    otlp: Option<Otlp>,
    output: Option<Output>,
}

impl Guard {
    pub(crate) fn new(otlp: Option<Otlp>, output: Option<Output>) -> Self {
        Self { otlp, output }
    }

    /// Sends and writes what is still under way. Blocks for 5 seconds at most when the
    /// collector does not answer.
    ///
    /// It may be called inside a runtime, even one of a single thread: the exporters depend on
    /// no thread of the caller's. Dropping does the same. Lines that are logged later are
    /// still written, each at once.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // First the exporters, which may have something to say about it.
        drop(self.otlp.take());
        drop(self.output.take());
    }
}
