use std::rc::Rc;

use actix_web::{
    Error, HttpMessage, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use plinth_application::{Application, Authenticated, Refusal};
use plinth_domain::{AddressBlock, Principal};
use plinth_ports::{Quota, RateDecision};

use super::{
    codes::AUTH_CSRF,
    request_context::{RequestContext, state},
    target, ticket,
};
use crate::{
    config::Config,
    cookies::{CookieConfig, is_own_page},
    gateway::Dialect,
    problem::ApiError,
};

/// The result of authenticating a request.
pub(super) enum Credential {
    None,
    Admitted(Authenticated),
    Refused(ApiError),
}

/// The policy by which a request was counted, and what is left.
type Counted = (&'static str, RateDecision);

/// The middleware inside CORS: authenticates the caller and applies the rate
/// limits.
pub(crate) async fn admit(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let config = state::<Config>(&request)?;
    let application = state::<Application>(&request)?;
    let context = RequestContext::of(request.request())?;
    let address = config.rate_limits.then(|| context.client());
    let (credential, counted) = match ticket::take(&mut request) {
        Some(ticket) => by_ticket(&application, &ticket, &context, address).await,
        None => match token(&request, &context) {
            Some(token) => authenticate(&application, token, address).await,
            None => by_cookie(&application, &config.cookies, &request, address).await,
        },
    };
    if let Credential::Admitted(admitted) = &credential {
        describe(&context, admitted);
    }
    let decision = match (address, counted) {
        (Some(_), Some(counted)) => Some(counted),
        (Some(address), None) => count(&application, address, &credential).await,
        (None, _) => None,
    };
    let organization = match &credential {
        Credential::Admitted(admitted) => Some(admitted.access.organization()),
        Credential::None | Credential::Refused(_) => None,
    };
    request.extensions_mut().insert(Rc::new(credential));
    let mut refused = decision
        .as_ref()
        .filter(|(_, decision)| decision.retry_after.is_some())
        .map(|(_, decision)| plinth_application::Error::RateLimited(*decision));
    if refused.is_none()
        && let Some(organization) = organization
    {
        refused = application.count_call(organization).await.err();
    }
    let mut response = match refused {
        Some(error) => request.into_response(ApiError::from(error).error_response()),
        None => match target::check(request.uri()) {
            Ok(()) => next.call(request).await?.map_into_boxed_body(),
            Err(malformed) => request.into_response(malformed.error_response()),
        },
    };
    if let Some((policy, decision)) = decision {
        rate_headers(response.headers_mut(), policy, &decision);
    }
    Ok(response)
}

/// The token of a request; an empty one where it cannot be read. Anthropic's libraries send a key as
/// `x-api-key`.
fn token<'a>(request: &'a ServiceRequest, context: &RequestContext) -> Option<&'a str> {
    let headers = request.headers();
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        return Some(token.unwrap_or_default());
    }
    let key = headers.get("x-api-key").filter(|_| context.dialect == Some(Dialect::Anthropic))?;
    Some(key.to_str().unwrap_or_default())
}

/// The credential of a request. A refused one comes with what is left of the address's allowance,
/// when it was counted.
async fn authenticate(
    application: &Application,
    token: &str,
    address: Option<AddressBlock>,
) -> (Credential, Option<Counted>) {
    match application.authenticate(token, address).await {
        Ok(admitted) => (Credential::Admitted(admitted), None),
        Err(Refusal { error, counted }) => {
            (Credential::Refused(error.into()), counted.map(|counted| ("address", counted)))
        }
    }
}

/// The credential in the cookies of a page of this server. Cookies of other pages count for nothing.
/// A request without the CSRF token of the session uses up the allowance of the session's user, as an
/// admitted one does.
async fn by_cookie(
    application: &Application,
    cookies: &CookieConfig,
    request: &ServiceRequest,
    address: Option<AddressBlock>,
) -> (Credential, Option<Counted>) {
    let headers = request.headers();
    let Some(token) = cookies.access(headers).filter(|_| is_own_page(headers)) else {
        return (Credential::None, None);
    };
    match authenticate(application, token, address).await {
        (Credential::Admitted(admitted), _)
            if !cookies.may_act(request.method(), headers, &admitted.credential) =>
        {
            let counted = match address {
                Some(_) => Some(count_credential(application, &admitted).await),
                None => None,
            };
            let detail = "X-CSRF-Token is not that of the session";
            let refused = ApiError::new(StatusCode::FORBIDDEN, AUTH_CSRF, detail);
            (Credential::Refused(refused), counted)
        }
        authenticated => authenticated,
    }
}

/// The credential of a ticket. A refused one is counted as a request of its address.
async fn by_ticket(
    application: &Application,
    ticket: &ticket::Presented,
    context: &RequestContext,
    address: Option<AddressBlock>,
) -> (Credential, Option<Counted>) {
    let once = ticket.target.starts_with(ticket::STREAM) && !context.is_head;
    match application.authenticate_by_ticket(&ticket.text, &ticket.target, once).await {
        Ok(admitted) => {
            context.by_ticket.set(true);
            (Credential::Admitted(admitted), None)
        }
        Err(error) => {
            let counted = match address {
                Some(address) => {
                    let address = address.to_string();
                    Some(("address", application.count_request(Quota::Address, &address).await))
                }
                None => None,
            };
            (Credential::Refused(error.into()), counted)
        }
    }
}

/// Records the caller in the request's context, and on its span, so that every log line inside has
/// it.
fn describe(context: &RequestContext, admitted: &Authenticated) {
    let access = &admitted.access;
    context.organization.set(Some(access.organization()));
    if context.span.is_disabled() {
        return;
    }
    context.span.record("organization_id", tracing::field::display(access.organization()));
    if let Some(user) = access.principal().user() {
        context.span.record("user_id", tracing::field::display(user));
    }
    if let Principal::ApiKey { id, .. } = access.principal() {
        context.span.record("api_key_id", tracing::field::display(id));
    }
}

/// Counts a request against the allowance of its credential, or of its address.
async fn count(
    application: &Application,
    address: AddressBlock,
    credential: &Credential,
) -> Option<Counted> {
    Some(match credential {
        Credential::Admitted(admitted) => count_credential(application, admitted).await,
        Credential::None => {
            let address = address.to_string();
            ("address", application.count_request(Quota::Address, &address).await)
        }
        // It was admitted or refused by no fault of the client.
        Credential::Refused(_) => return None,
    })
}

/// Counts a request against the allowance of its credential.
async fn count_credential(application: &Application, admitted: &Authenticated) -> Counted {
    let key = admitted.access.principal().id();
    let mut buffer = uuid::Uuid::encode_buffer();
    let key = key.simple().encode_lower(&mut buffer);
    ("credential", application.count_request(Quota::Credential, key).await)
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
