use std::{
    future::{Ready, ready},
    rc::Rc,
};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use plinth_application::{Application, Authenticated, Caller};
use plinth_domain::Principal;
use plinth_ports::{Origin, Quota, RateDecision};

use super::passage::{Passage, state};
use crate::{config::Config, problem::ApiError};

/// What came of the request's credential.
enum Credential {
    None,
    Admitted(Authenticated),
    Refused(ApiError),
}

/// The layer inside CORS: finds out who calls, and counts it.
pub(crate) async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let config = state::<Config>(&request)?;
    let application = state::<Application>(&request)?;
    let passage = passage(request.request())?;
    let credential = authenticate(&application, request.headers()).await;
    if let Credential::Admitted(admitted) = &credential {
        describe(&passage, admitted);
    }
    let decision = if config.rate_limits {
        Some(count(&application, &passage, &credential).await)
    } else {
        None
    };
    request.extensions_mut().insert(Rc::new(credential));
    let refused = decision.as_ref().and_then(|(_, d)| d.retry_after.map(|_| *d));
    let mut response = match refused {
        Some(decision) => {
            let refusal = ApiError::from(plinth_application::Error::RateLimited(decision));
            request.into_response(refusal.error_response())
        }
        None => next.call(request).await?.map_into_boxed_body(),
    };
    if let Some((policy, decision)) = decision {
        rate_headers(response.headers_mut(), policy, &decision);
    }
    Ok(response)
}

fn passage(request: &HttpRequest) -> Result<Rc<Passage>, ApiError> {
    request.extensions().get::<Rc<Passage>>().cloned().ok_or_else(ApiError::internal)
}

async fn authenticate(application: &Application, headers: &HeaderMap) -> Credential {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Credential::None };
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match application.authenticate(token.unwrap_or_default()).await {
        Ok(admitted) => Credential::Admitted(admitted),
        Err(error) => Credential::Refused(error.into()),
    }
}

/// Puts the caller on the request's span, for every line logged below it.
fn describe(passage: &Passage, admitted: &Authenticated) {
    if passage.span.is_disabled() {
        return;
    }
    let access = &admitted.access;
    passage.span.record("organization_id", tracing::field::display(access.organization()));
    if let Some(user) = access.principal().user() {
        passage.span.record("user_id", tracing::field::display(user));
    }
    if let Principal::ApiKey { id, .. } = access.principal() {
        passage.span.record("api_key_id", tracing::field::display(id));
    }
}

async fn count(
    application: &Application,
    passage: &Passage,
    credential: &Credential,
) -> (&'static str, RateDecision) {
    match credential {
        Credential::Admitted(admitted) => {
            let key = admitted.access.principal().id();
            let mut buffer = uuid::Uuid::encode_buffer();
            let key = key.simple().encode_lower(&mut buffer);
            ("credential", application.count_request(Quota::Credential, key).await)
        }
        _ => ("address", application.count_request(Quota::Address, &passage.client()).await),
    }
}

/// `RateLimit` and `RateLimit-Policy` (IETF draft `ratelimit-headers`).
fn rate_headers(headers: &mut HeaderMap, policy: &str, decision: &RateDecision) {
    let window = decision.reset.as_secs() + u64::from(decision.reset.subsec_nanos() > 0);
    let state = format!("\"{policy}\";r={};t={window}", decision.remaining);
    let quota = format!("\"{policy}\";q={}", decision.limit);
    for (name, text) in [("ratelimit", state), ("ratelimit-policy", quota)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn origin(request: &HttpRequest) -> Result<Origin, ApiError> {
    let passage = passage(request)?;
    Ok(Origin {
        request_id: passage.request_id.clone(),
        trace_parent: passage.trace_parent(),
        address: passage.address.map(|address| address.to_string()),
    })
}

/// A caller with a credential: every route that takes one needs it.
pub(crate) struct Signed(pub(crate) Caller);

impl FromRequest for Signed {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let credential = request.extensions().get::<Rc<Credential>>().cloned();
        ready(match credential.as_deref() {
            Some(Credential::Admitted(Authenticated { access, credential })) => origin(request)
                .map(|origin| Self(Caller { access: *access, credential: *credential, origin })),
            Some(Credential::Refused(refusal)) => Err(refusal.clone()),
            _ => Err(ApiError::unauthenticated()),
        })
    }
}

/// A caller with a credential or without: a wrong one is refused.
pub(crate) struct Visitor(pub(crate) Option<Authenticated>);

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let credential = request.extensions().get::<Rc<Credential>>().cloned();
        ready(match credential.as_deref() {
            Some(Credential::Admitted(found)) => Ok(Self(Some(*found))),
            Some(Credential::Refused(refusal)) => Err(refusal.clone()),
            _ => Ok(Self(None)),
        })
    }
}

/// Where a request comes from, with or without a credential.
pub(crate) struct Anybody(pub(crate) Origin);

impl FromRequest for Anybody {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(origin(request).map(Self))
    }
}

/// The application, for handlers.
pub(crate) type App = Data<Application>;
