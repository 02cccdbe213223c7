use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, UpDownCounter},
};

/// How a stream reaches its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    ServerSentEvents,
    WebSocket,
}

/// The streams that are open, and how often their clients have to read everything again.
#[derive(Clone)]
pub(super) struct StreamMetrics {
    open: UpDownCounter<i64>,
    resyncs: Counter<u64>,
}

/// One open stream, until this is dropped.
pub(super) struct CountedStream {
    metrics: StreamMetrics,
    transport: [KeyValue; 1],
}

impl StreamMetrics {
    pub(super) fn new() -> Self {
        let meter = global::meter("plinth-rest");
        let metrics = Self {
            open: meter
                .i64_up_down_counter("plinth.stream.open")
                .with_unit("{stream}")
                .with_description("Streams and sockets that are open.")
                .build(),
            resyncs: meter
                .u64_counter("plinth.stream.resyncs")
                .with_unit("{resync}")
                .with_description("Streams whose next events were no longer stored.")
                .build(),
        };
        // So that the series exist before the first stream.
        for transport in [Transport::ServerSentEvents, Transport::WebSocket] {
            metrics.open.add(0, &[name(transport)]);
            metrics.resyncs.add(0, &[name(transport)]);
        }
        metrics
    }

    pub(super) fn begin(&self, transport: Transport) -> CountedStream {
        let transport = [name(transport)];
        self.open.add(1, &transport);
        CountedStream { metrics: self.clone(), transport }
    }
}

impl CountedStream {
    pub(super) fn resynced(&self) {
        self.metrics.resyncs.add(1, &self.transport);
    }
}

impl Drop for CountedStream {
    fn drop(&mut self) {
        self.metrics.open.add(-1, &self.transport);
    }
}

fn name(transport: Transport) -> KeyValue {
    let name = match transport {
        Transport::ServerSentEvents => "sse",
        Transport::WebSocket => "websocket",
    };
    KeyValue::new("plinth.stream.transport", name)
}
