//! Metrics for Prometheus, on a listener of their own.

use std::{
    convert::Infallible,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Response, StatusCode, header::CONTENT_TYPE, server::conn::http1, service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use opentelemetry_prometheus::PrometheusExporter;
use prometheus::{Encoder, Registry, TextEncoder};
use tokio::{
    net,
    runtime::Builder,
    sync::{Semaphore, oneshot},
    time::{sleep, timeout},
};

use crate::Error;

/// The maximum number of connections; others wait in the kernel.
const CONNECTIONS: usize = 8;

/// How long a connection may last: one request is answered on it.
const CONNECTION: Duration = Duration::from_secs(10);

/// The delay after the system refuses a connection: too many files are open.
const REFUSED: Duration = Duration::from_millis(100);

/// The listener, until this is dropped. Its thread has a runtime of its own: the application's may
/// be busy, and that is what metrics must show.
pub(crate) struct Endpoint {
    _stop: oneshot::Sender<Infallible>,
}

impl Endpoint {
    /// Listens, and returns what reads the metrics for it.
    pub(crate) fn start(address: SocketAddr) -> Result<(Self, PrometheusExporter), Error> {
        let registry = Registry::new();
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            // Each name belongs to one crate.
            .scope_info_enabled(false)
            .build()?;
        let failed = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let serving = move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, registry) => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = thread::Builder::new().name("prometheus".to_owned());
        thread.spawn(serving).map_err(Error::Thread)?;
        Ok((Self { _stop: stop }, exporter))
    }
}

async fn serve(listener: TcpListener, registry: Registry) {
    let listener = match net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "metrics cannot be served");
            return;
        }
    };
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            sleep(REFUSED).await;
            continue;
        };
        let registry = registry.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let response = answer(&request, &registry);
                async move { Ok::<_, Infallible>(response) }
            });
            let connection = http1::Builder::new()
                .keep_alive(false)
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            // A client that goes away is no fault.
            let _ = timeout(CONNECTION, connection).await;
            drop(place);
        });
    }
}

fn answer<B>(request: &hyper::Request<B>, registry: &Registry) -> Response<Full<Bytes>> {
    let status = |status| {
        let mut response = Response::new(Full::default());
        *response.status_mut() = status;
        response
    };
    if request.uri().path() != "/metrics" {
        return status(StatusCode::NOT_FOUND);
    }
    if request.method() != Method::GET {
        return status(StatusCode::METHOD_NOT_ALLOWED);
    }
    let (encoder, mut text) = (TextEncoder::new(), Vec::new());
    if let Err(error) = encoder.encode(&registry.gather(), &mut text) {
        tracing::error!(error = &error as &dyn std::error::Error, "metrics cannot be written");
        return status(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let mut response = Response::new(Full::from(text));
    if let Ok(format) = encoder.format_type().parse() {
        response.headers_mut().insert(CONTENT_TYPE, format);
    }
    response
}
