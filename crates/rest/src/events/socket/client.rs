use actix_web::web::Data;
use plinth_application::{
    Authenticated, Caller,
    events::{Delivery, Subscription, Topics},
};
use plinth_domain::{AddressBlock, Invalid, Permission, codes};
use plinth_ports::{Origin, Span};
use tokio_util::sync::CancellationToken;

use super::{
    messages::{ClientMessage, ServerMessage},
    outgoing::End,
};
use crate::{
    events::codes::{WS_AUTHENTICATED, WS_MALFORMED, WS_NOT_SUBSCRIBED, WS_SUBSCRIBED},
    events::{Streams, credential_monitor::CredentialMonitor, streams::StreamSlot},
    json::explain,
    middleware::App,
    problem::AUTH_REQUIRED,
    problem::ApiError,
};

/// The client of a socket: its credential and its subscription.
pub(super) struct Client {
    app: App,
    streams: Data<Streams>,
    slot: StreamSlot,
    origin: Origin,
    /// The client's address; `None` without rate limits.
    address: Option<AddressBlock>,
    authenticated: Option<(Authenticated, CredentialMonitor)>,
    subscription: Option<Box<Subscription>>,
}

impl Client {
    pub(super) fn new(
        app: App,
        streams: Data<Streams>,
        slot: StreamSlot,
        origin: Origin,
        address: Option<AddressBlock>,
        authenticated: Option<Authenticated>,
    ) -> Self {
        let authenticated = authenticated.map(|found| {
            (found, CredentialMonitor::new(app.clone(), found, Permission::EventRead))
        });
        Self { app, streams, slot, origin, address, authenticated, subscription: None }
    }

    /// Cancelled when the socket must end.
    pub(super) const fn ending(&self) -> &CancellationToken {
        self.slot.ending()
    }

    /// Whether the client has authenticated.
    pub(super) const fn is_authenticated(&self) -> bool {
        self.authenticated.is_some()
    }

    /// Waits for the next delivery; without a subscription it never returns.
    /// Cancel-safe.
    pub(super) async fn next(&mut self) -> Delivery {
        match &mut self.subscription {
            Some(subscription) => subscription.next().await,
            None => std::future::pending().await,
        }
    }

    /// Ends the subscription, whose next events are no longer available.
    pub(super) fn resync(&mut self, Span { first, last }: Span) -> ServerMessage {
        self.subscription = None;
        self.slot.resynced();
        ServerMessage::ResyncRequired { first, last }
    }

    /// Checks that the credential is still valid.
    pub(super) async fn check(&mut self) -> Result<(), End> {
        let Some((authenticated, monitor)) = &mut self.authenticated else { return Ok(()) };
        let Ok(access) = monitor.check().await else { return Err(End::Unauthenticated) };
        authenticated.access = access;
        if let Some(subscription) = &self.subscription {
            subscription.set_access(access);
        }
        Ok(())
    }

    /// The response to a client's message.
    pub(super) async fn answer(&mut self, text: &str) -> Result<ServerMessage, End> {
        let ask = match serde_json::from_str(text) {
            Ok(ask) => ask,
            Err(error) => {
                return Ok(ServerMessage::error(WS_MALFORMED, explain(&error, "the message")));
            }
        };
        match ask {
            ClientMessage::Ping {} => Ok(ServerMessage::Pong),
            ClientMessage::Authenticate { token } => self.authenticate(&token).await,
            _ if !self.is_authenticated() => {
                Ok(ServerMessage::error(AUTH_REQUIRED, "authenticate first"))
            }
            ClientMessage::Subscribe { topics, after } => Ok(match parse(&topics) {
                Ok(topics) => self.subscribe(topics, after).await.unwrap_or_else(refusal),
                Err(invalid) => ServerMessage::error(invalid.code, invalid.detail),
            }),
            ClientMessage::Unsubscribe { topics } => Ok(match parse(&topics) {
                Ok(topics) => self.unsubscribe(&topics),
                Err(invalid) => ServerMessage::error(invalid.code, invalid.detail),
            }),
        }
    }

    async fn authenticate(&mut self, token: &str) -> Result<ServerMessage, End> {
        if self.is_authenticated() {
            return Ok(ServerMessage::error(WS_AUTHENTICATED, "it is known who you are"));
        }
        let found = self.app.authenticate(token, self.address).await;
        let found = found.map_err(|_| End::Unauthenticated)?;
        if permit(&self.app, &found, &self.origin).is_err() {
            return Err(End::Unauthenticated);
        }
        let admitted = self.streams.admit(&mut self.slot, &found.access);
        admitted.map_err(|_| End::TooMuch)?;
        self.authenticated =
            Some((found, CredentialMonitor::new(self.app.clone(), found, Permission::EventRead)));
        Ok(ServerMessage::Authenticated)
    }

    async fn subscribe(
        &mut self,
        topics: Topics,
        after: Option<i64>,
    ) -> Result<ServerMessage, ApiError> {
        let Some((authenticated, _)) = &self.authenticated else {
            return Err(ApiError::unauthenticated());
        };
        if let Some(subscription) = &mut self.subscription {
            if after.is_some() {
                let detail = "there is a feed already, and it has one position";
                return Ok(ServerMessage::error(WS_SUBSCRIBED, detail));
            }
            topics.check(&authenticated.access).map_err(plinth_application::Error::from)?;
            let mut all = subscription.topics();
            if let Err(invalid) = all.join(topics) {
                return Ok(ServerMessage::error(invalid.code, invalid.detail));
            }
            subscription.set_topics(all);
            return Ok(ServerMessage::Subscribed { number: subscription.position() });
        }
        let caller = caller(authenticated, &self.origin);
        Ok(match self.app.subscribe(&caller, topics, after).await? {
            Ok(subscription) => {
                let number = subscription.position();
                self.subscription = Some(Box::new(subscription));
                ServerMessage::Subscribed { number }
            }
            Err(span) => self.resync(span),
        })
    }

    /// Removes topics; the subscription ends with the last of them.
    fn unsubscribe(&mut self, gone: &Topics) -> ServerMessage {
        let Some(subscription) = &mut self.subscription else {
            return ServerMessage::error(WS_NOT_SUBSCRIBED, "there is no feed");
        };
        let mut topics = subscription.topics();
        topics.leave(gone);
        let number = subscription.position();
        if topics.is_empty() {
            self.subscription = None;
        } else {
            subscription.set_topics(topics);
        }
        ServerMessage::Subscribed { number }
    }
}

fn parse(names: &[String]) -> Result<Topics, Invalid> {
    if names.is_empty() {
        return Err(Invalid::new(codes::LIST_EMPTY, "name at least one topic"));
    }
    Topics::parse(names.iter().map(String::as_str))
}

fn refusal(error: ApiError) -> ServerMessage {
    ServerMessage::error(error.code, error.detail)
}

/// Refuses a caller without the permission to read events.
pub(super) fn permit(
    app: &App,
    authenticated: &Authenticated,
    origin: &Origin,
) -> Result<(), ApiError> {
    let caller = caller(authenticated, origin);
    let admitted = app.permit(&caller, Permission::EventRead, "event.subscribe");
    admitted.map_err(|error| plinth_application::Error::from(error).into())
}

/// The caller of this socket.
fn caller(authenticated: &Authenticated, origin: &Origin) -> Caller {
    let Authenticated { access, credential } = *authenticated;
    Caller { access, credential, origin: origin.clone() }
}
