//! The extractors of handlers.

use std::{
    future::{Ready, ready},
    rc::Rc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web::Data};
use plinth_application::{Application, Caller, operators::Operator};
use plinth_domain::{OperatorName, UserAgent};
use plinth_ports::Origin;

use super::{admission::Credential, request_context::RequestContext, span};
use crate::problem::ApiError;

fn origin(request: &HttpRequest) -> Result<Origin, ApiError> {
    let context = RequestContext::of(request)?;
    Ok(Origin {
        request_id: context.request_id.clone(),
        trace_parent: span::trace_parent(&context),
        address: context.address,
        device: device(request),
    })
}

/// What the client calls itself; bytes that are no UTF-8 are left out.
fn device(request: &HttpRequest) -> Option<UserAgent> {
    let header = request.headers().get(header::USER_AGENT)?;
    UserAgent::cleaned(&String::from_utf8_lossy(header.as_bytes()))
}

/// The caller of a request with a credential; 401 without one.
pub(crate) struct Authenticated(pub(crate) Caller);

impl FromRequest for Authenticated {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let credential = request.extensions().get::<Rc<Credential>>().cloned();
        ready(match credential.as_deref() {
            Some(Credential::Admitted(admitted)) => origin(request).map(|origin| {
                let plinth_application::Authenticated { access, credential } = *admitted;
                Self(Caller { access, credential, origin })
            }),
            Some(Credential::Refused(refusal)) => Err(refusal.clone()),
            _ => Err(ApiError::unauthenticated()),
        })
    }
}

/// The caller of a request whose credential is optional; 401 for a wrong one.
pub(crate) struct MaybeAuthenticated(pub(crate) Option<plinth_application::Authenticated>);

impl FromRequest for MaybeAuthenticated {
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

/// The origin of a request, with or without a credential.
pub(crate) struct RequestOrigin(pub(crate) Origin);

impl FromRequest for RequestOrigin {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(origin(request).map(Self))
    }
}

/// The operator of a request to the server of operators.
pub(crate) struct ByOperator(pub(crate) Operator);

impl FromRequest for ByOperator {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = request.extensions().get::<OperatorName>().copied();
        let name = name.ok_or_else(ApiError::unauthenticated);
        ready(name.and_then(|name| Ok(Self(Operator { name, origin: origin(request)? }))))
    }
}

/// The application, for handlers.
pub(crate) type App = Data<Application>;
