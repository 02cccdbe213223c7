use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tower_layer::Layer;
use tower_service::Service;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

tokio::task_local! {
    // reqwest has one limit for a client, but each request has another. The connector is called in
    // the task of the request.
    static LIMIT: Duration;
}

/// No connection stood in time.
#[derive(Debug, thiserror::Error)]
#[error("the connection took too long")]
pub(super) struct ConnectTimedOut;

/// Runs a request, which may take so long to connect.
pub(super) async fn within<F: Future>(limit: Duration, request: F) -> F::Output {
    LIMIT.scope(limit, request).await
}

/// Limits how long connecting takes: the name, TCP and TLS.
#[derive(Clone, Copy)]
pub(super) struct ConnectLimit;

impl<S> Layer<S> for ConnectLimit {
    type Service = Limited<S>;

    fn layer(&self, connector: S) -> Limited<S> {
        Limited(connector)
    }
}

#[derive(Clone)]
pub(super) struct Limited<S>(S);

impl<S, R> Service<R> for Limited<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, to: R) -> Self::Future {
        let limit = LIMIT.try_with(|limit| *limit).unwrap_or(Duration::from_secs(5));
        let connected = tokio::time::timeout(limit, self.0.call(to));
        Box::pin(async move { connected.await.unwrap_or_else(|_| Err(ConnectTimedOut.into())) })
    }
}
