use std::{cell::Cell, convert::Infallible, panic::AssertUnwindSafe, rc::Rc, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{self, BodySize, BoxBody, MessageBody, SizedStream},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{Method, StatusCode},
    middleware::Next,
    web::{Bytes, Data},
};
use futures::{FutureExt, stream};
use plinth_application::Application;
use tracing::Instrument;

use super::{
    address,
    codes::REQUEST_TIMEOUT,
    finalize::{self, finalize_response},
    method,
    metrics::Metrics,
    prefix,
    request_context::{RequestContext, state},
    request_id, span,
};
use crate::{config::Config, gateway::Dialect, problem::ApiError, transfer, wire::Wire};

/// The outermost middleware: the request's id, span, timeout and metrics, and
/// the final form of its response.
pub(crate) async fn track(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let config = state::<Config>(&request)?;
    let meant = method::meant(&request);
    let is_overridden = meant.is_some();
    if let Some(method) = meant {
        request.head_mut().method = method;
    }
    let context = begin(&request, &config)?;
    let method = method::name(request.method());
    let active = request.app_data::<Data<Metrics>>().map(|metrics| metrics.begin(method));
    if context.is_head {
        // HEAD runs as GET (RFC 9110, 9.3.2). The connection keeps the original
        // method and omits the body.
        request.head_mut().method = Method::GET;
    }
    request.extensions_mut().insert(Rc::clone(&context));
    let work = AssertUnwindSafe(next.call(request)).catch_unwind();
    let work = tokio::time::timeout(context.timeout(&config), work);
    let (status, answer) = match work.instrument(context.span.clone()).await {
        Ok(Ok(Ok(response))) => {
            let (http, response) = response.map_into_boxed_body().into_parts();
            let response = finalize_response(response, &context);
            let response = match http.conn_data::<Rc<Wire>>() {
                Some(wire) => wire.answer(response),
                None => response,
            };
            let response = match context.is_head {
                // To the connection it is a POST, whose answer has the bytes that it announces.
                true if is_overridden => response.map_body(|_, _| BoxBody::new(())),
                true => without_bytes(response),
                false => response,
            };
            (response.status(), Ok(ServiceResponse::new(http, response)))
        }
        Ok(Ok(Err(error))) => unanswered(error.error_response(), &context),
        Ok(Err(_panic)) => unanswered(ApiError::internal().error_response(), &context),
        Err(_elapsed) => unanswered(timed_out(&context).error_response(), &context),
    };
    let (status, took) = (status.as_u16(), started.elapsed());
    if let Some(active) = active {
        active.answered(&context, status, took);
    }
    finalize::log(&context, method, status, took);
    answer
}

/// The response when no `HttpRequest` is left to attach it to.
fn unanswered(
    response: HttpResponse,
    context: &RequestContext,
) -> (StatusCode, Result<ServiceResponse<BoxBody>, Error>) {
    let response = finalize_response(response, context);
    let status = response.status();
    (status, Err(InternalError::from_response("unanswered", response).into()))
}

/// The response to HEAD has the length of the body and none of its bytes. actix would poll the body
/// of a GET to its end, as fast as the storage gives it.
fn without_bytes(response: HttpResponse) -> HttpResponse {
    response.map_body(|_, body| match body.size() {
        BodySize::Sized(length) => {
            let nothing = stream::empty::<Result<Bytes, Infallible>>();
            SizedStream::new(length, nothing).boxed()
        }
        BodySize::None | BodySize::Stream => BoxBody::new(body::None::new()),
    })
}

fn timed_out(context: &RequestContext) -> ApiError {
    if context.receiving.get() {
        return transfer::too_slow("the body arrives too slowly");
    }
    let detail = "the request took too long";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT, detail).retry_after(1)
}

fn begin(request: &ServiceRequest, config: &Config) -> Result<Rc<RequestContext>, Error> {
    let application = state::<Application>(request)?;
    let mut context = RequestContext {
        request_id: request_id::given(request.headers())
            .unwrap_or_else(|| application.request_id()),
        route: request.match_pattern(),
        prefix: prefix::of(request.headers(), config),
        address: address::of(request, config),
        caused_by: span::caused_by(request.headers()),
        span: tracing::Span::none(),
        traced: config.traced,
        dialect: Dialect::of(request.path()),
        is_head: request.method() == Method::HEAD,
        by_ticket: Cell::new(false),
        refused: Cell::new(None),
        organization: Cell::new(None),
        receiving: Cell::new(false),
    };
    context.span = span::open(request, &context, config.traced);
    Ok(Rc::new(context))
}
