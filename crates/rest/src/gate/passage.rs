use std::{
    net::IpAddr,
    panic::AssertUnwindSafe,
    rc::Rc,
    time::{Duration, Instant},
};

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{Method, StatusCode},
    middleware::Next,
    web::Data,
};
use futures::FutureExt;
use plinth_application::Application;
use tracing::Instrument;

use super::{Metrics, address, finish, request_id, span};
use crate::{config::Config, gate::REQUEST_TIMEOUT, problem::ApiError, transfer};

/// What is known of a request from its first moment on.
pub(crate) struct Passage {
    pub(crate) request_id: String,
    /// The route's template; a span is named at its beginning.
    pub(super) route: Option<String>,
    /// The client's address, for logs and the journal.
    pub(super) address: Option<IpAddr>,
    /// The `traceparent` that the client sent.
    pub(super) caused_by: Option<String>,
    pub(super) span: tracing::Span,
    pub(super) traced: bool,
}

impl Passage {
    /// `traceparent` of the request's span; without tracing, the client's.
    pub(crate) fn trace_parent(&self) -> Option<String> {
        if self.traced { span::trace_parent(&self.span) } else { self.caused_by.clone() }
    }

    /// How long the answer may take. Files come at a pace of their own.
    fn patience(&self, config: &Config) -> Duration {
        match self.route.as_deref() {
            Some(route) if transfer::ROUTES.contains(&route) => transfer::PATIENCE,
            _ => config.request_timeout,
        }
    }

    /// What is counted as one client.
    pub(super) fn client(&self) -> String {
        self.address.map(address::client).unwrap_or_default()
    }
}

/// The outermost layer: identity, span, deadline, and one form for whatever
/// comes back.
pub(crate) async fn pass(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let config = state::<Config>(&request)?;
    let passage = begin(&request, &config)?;
    let metrics = request.app_data::<Data<Metrics>>().cloned();
    let method = request.method().clone();
    if let Some(metrics) = &metrics {
        metrics.begin(method.as_str());
    }
    if method == Method::HEAD {
        // A HEAD is a GET whose body stays here (RFC 9110, 9.3.2); the
        // connection remembers what was asked.
        request.head_mut().method = Method::GET;
    }
    request.extensions_mut().insert(Rc::clone(&passage));
    let work = AssertUnwindSafe(next.call(request)).catch_unwind();
    let work = tokio::time::timeout(passage.patience(&config), work);
    let (status, answer) = match work.instrument(passage.span.clone()).await {
        Ok(Ok(Ok(response))) => {
            let (http, response) = response.map_into_boxed_body().into_parts();
            let response = finish::dress(response, &passage.request_id);
            (response.status(), Ok(ServiceResponse::new(http, response)))
        }
        Ok(Ok(Err(error))) => unanswered(error.error_response(), &passage),
        Ok(Err(_panic)) => unanswered(ApiError::internal().error_response(), &passage),
        Err(_late) => unanswered(late().error_response(), &passage),
    };
    let (status, took, route) = (status.as_u16(), started.elapsed(), passage.route.as_deref());
    if let Some(metrics) = &metrics {
        metrics.end(method.as_str(), route, status, took);
    }
    finish::log(&passage, &method, status, took);
    answer
}

/// The reply when the request itself is gone.
fn unanswered(
    response: HttpResponse,
    passage: &Passage,
) -> (StatusCode, Result<ServiceResponse<BoxBody>, Error>) {
    let response = finish::dress(response, &passage.request_id);
    let status = response.status();
    (status, Err(InternalError::from_response("unanswered", response).into()))
}

fn late() -> ApiError {
    let detail = "the request took too long";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, detail).retry_after(1)
}

fn begin(request: &ServiceRequest, config: &Config) -> Result<Rc<Passage>, Error> {
    let application = state::<Application>(request)?;
    let mut passage = Passage {
        request_id: request_id::given(request.headers())
            .unwrap_or_else(|| application.request_id()),
        route: request.match_pattern(),
        address: address::of(request, config.trusted_proxies),
        caused_by: span::caused_by(request.headers()),
        span: tracing::Span::none(),
        traced: config.telemetry,
    };
    passage.span = span::open(request, &passage, config.telemetry);
    Ok(Rc::new(passage))
}

pub(super) fn state<T: 'static>(request: &ServiceRequest) -> Result<Data<T>, Error> {
    Ok(request.app_data::<Data<T>>().ok_or_else(ApiError::internal)?.clone())
}
