use actix_web::{
    Error, HttpMessage, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
};
use plinth_application::Application;
use plinth_ports::Quota;

use super::{
    codes::OPERATOR_KEY_INVALID,
    request_context::{RequestContext, state},
    target,
};
use crate::{config::OperatorKeys, problem::ApiError};

/// Admits operators by their keys. A wrong key counts against the allowance of its address; a right one
/// is admitted in any case, so that no stranger at the same address locks operators out.
pub(crate) async fn admit_operator(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let keys = state::<OperatorKeys>(&request)?;
    let context = RequestContext::of(request.request())?;
    let Some(name) = bearer(&request).and_then(|key| keys.find(key)) else {
        let application = state::<Application>(&request)?;
        let refusal = refuse(&application, &context, bearer(&request).is_some()).await;
        return Ok(request.into_response(refusal.error_response()));
    };
    request.extensions_mut().insert(name);
    match target::check(request.uri()) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(malformed) => Ok(request.into_response(malformed.error_response())),
    }
}

/// What is refused counts, also without a key.
async fn refuse(application: &Application, context: &RequestContext, has_key: bool) -> ApiError {
    let address = context.client().to_string();
    let counted = application.count_request(Quota::OperatorKey, &address).await;
    if counted.retry_after.is_some() {
        return plinth_application::Error::RateLimited(counted).into();
    }
    if !has_key {
        return ApiError::unauthenticated();
    }
    let detail = "this is no key of an operator";
    ApiError::new(StatusCode::UNAUTHORIZED, OPERATOR_KEY_INVALID, detail)
}

fn bearer(request: &ServiceRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}
