//! OTLP over HTTP (protobuf) and over gRPC on one port. The first bytes of a connection distinguish
//! HTTP/1.1 from HTTP/2.

use std::{convert::Infallible, sync::Arc};

use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use prost::Message;
use tokio::net::TcpListener;

use super::store::Store;

/// Length of the prefix of a gRPC message: compression flag (1 byte) and length (4 bytes).
const GRPC_PREFIX: usize = 5;

type Reply = Response<BoxBody<Bytes, Infallible>>;

pub(crate) async fn serve(listener: std::net::TcpListener, store: Arc<Store>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return eprintln!("the OTLP receiver cannot listen: {error}"),
    };
    while let Ok((stream, _)) = listener.accept().await {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&store)));
            let server = auto::Builder::new(TokioExecutor::new());
            if let Err(error) = server.serve_connection(TokioIo::new(stream), service).await {
                eprintln!("the OTLP receiver lost a connection: {error}");
            }
        });
    }
}

async fn answer(request: Request<Incoming>, store: Arc<Store>) -> Result<Reply, hyper::Error> {
    let path = request.uri().path().to_owned();
    let headers = request.headers().iter().map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    store.received().headers.push(headers.collect());
    let body = request.into_body().collect().await?.to_bytes();
    store.received().bodies.push(body.clone());
    Ok(if path.starts_with("/v1/") {
        // An empty response means full success (OTLP specification).
        respond("application/x-protobuf", received(&path, &body, &store), Bytes::new(), None)
    } else {
        let message = body.get(GRPC_PREFIX..).unwrap_or_default();
        let done = received(&path, message, &store);
        let mut trailers = HeaderMap::new();
        let unimplemented = HeaderValue::from_static("12");
        let ok = HeaderValue::from_static("0");
        trailers.insert("grpc-status", if done { ok } else { unimplemented });
        respond("application/grpc", true, Bytes::from_static(&[0; GRPC_PREFIX]), Some(trailers))
    })
}

fn respond(kind: &'static str, done: bool, body: Bytes, trailers: Option<HeaderMap>) -> Reply {
    let body = Full::new(body).with_trailers(async { trailers.map(Ok) });
    let mut response = Response::new(BoxBody::new(body));
    if !done {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Decodes and stores a message; `false` when it cannot be decoded.
fn received(path: &str, message: &[u8], store: &Store) -> bool {
    let decoded = match path {
        "/v1/traces" | "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => {
            Message::decode(message).map(|request| store.traces(request))
        }
        "/v1/metrics" | "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => {
            Message::decode(message).map(|request| store.metrics(request))
        }
        "/v1/logs" | "/opentelemetry.proto.collector.logs.v1.LogsService/Export" => {
            Message::decode(message).map(|request| store.logs(request))
        }
        _ => return false,
    };
    decoded.is_ok()
}
