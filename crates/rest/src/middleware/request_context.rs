use std::{cell::Cell, net::IpAddr, rc::Rc, time::Duration};

use actix_web::{Error, HttpMessage, HttpRequest, dev::ServiceRequest, web::Data};

use plinth_domain::{AddressBlock, OrganizationId};

use crate::{
    config::Config,
    gateway::{self, Dialect},
    problem::ApiError,
    transfer,
};

/// The data about a request that exists before its handler runs.
pub(crate) struct RequestContext {
    pub(crate) request_id: String,
    /// The route's template: `/api/v1/projects/{id}`.
    pub(super) route: Option<String>,
    /// The path prefix under which the client reached the server; empty for none.
    pub(crate) prefix: String,
    /// The client's address, for logs and the audit log.
    pub(super) address: Option<IpAddr>,
    /// The `traceparent` that the client sent.
    pub(super) caused_by: Option<String>,
    pub(super) span: tracing::Span,
    pub(super) traced: bool,
    /// The API in whose form errors are, where the path is one of the gateway.
    pub(super) dialect: Option<Dialect>,
    /// Whether the method is HEAD. The request is handled as a GET.
    pub(crate) is_head: bool,
    /// Whether a ticket stands in for a credential: a page of another origin may embed the answer.
    pub(super) by_ticket: Cell<bool>,
    /// The code of the problem that is the answer.
    pub(super) refused: Cell<Option<&'static str>>,
    /// The caller's organization, once it is known.
    pub(super) organization: Cell<Option<OrganizationId>>,
    /// Whether the server waits for the body: then it is the client that is slow.
    pub(super) receiving: Cell<bool>,
}

/// Receives a body by `read`: when the request times out meanwhile, it is the client that is slow.
pub(crate) async fn receiving<T>(request: &HttpRequest, read: impl Future<Output = T>) -> T {
    let context = RequestContext::of(request).ok();
    let mark = |receiving| context.iter().for_each(|context| context.receiving.set(receiving));
    mark(true);
    let read = read.await;
    mark(false);
    read
}

impl RequestContext {
    /// The context that [`track`](super::track) attached to the request.
    pub(crate) fn of(request: &HttpRequest) -> Result<Rc<Self>, ApiError> {
        request.extensions().get::<Rc<Self>>().cloned().ok_or_else(ApiError::internal)
    }

    /// How long the response may take. Routes that receive files have a minimum rate
    /// instead, and calls of models their own time-outs.
    pub(super) fn timeout(&self, config: &Config) -> Duration {
        match self.route.as_deref() {
            Some(route) if transfer::ROUTES.contains(&route) => transfer::TIMEOUT,
            Some(route) if gateway::waits(route) => gateway::TIMEOUT,
            _ => config.request_timeout,
        }
    }

    /// The client, for the rate limit of callers without a credential.
    pub(super) fn client(&self) -> AddressBlock {
        AddressBlock::of(self.address)
    }
}

pub(super) fn state<T: 'static>(request: &ServiceRequest) -> Result<Data<T>, Error> {
    Ok(request.app_data::<Data<T>>().ok_or_else(ApiError::internal)?.clone())
}
