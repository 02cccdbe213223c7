use actix_web::web::Data;
use plinth_application::{
    Authenticated,
    events::{Delivery, Subscription, Topics},
};
use plinth_domain::{Invalid, codes};
use plinth_ports::{Origin, Span};

use super::{
    caller,
    outgoing::End,
    permit,
    words::{Ask, Tell},
};
use crate::{
    events::{Streams, places::Place, vigil::Vigil},
    events::{WS_AUTHENTICATED, WS_MALFORMED, WS_NOT_SUBSCRIBED, WS_SUBSCRIBED},
    gate::App,
    problem::AUTH_REQUIRED,
    problem::ApiError,
};

/// Answers what a client asks: who it is, and what it hears of.
pub(super) struct Desk {
    app: App,
    streams: Data<Streams>,
    place: Place,
    origin: Origin,
    visitor: Option<(Authenticated, Vigil)>,
    subscription: Option<Box<Subscription>>,
}

impl Desk {
    pub(super) fn new(
        app: App,
        streams: Data<Streams>,
        place: Place,
        origin: Origin,
        visitor: Option<Authenticated>,
    ) -> Self {
        let visitor = visitor.map(|found| (found, Vigil::over(app.clone(), found)));
        Self { app, streams, place, origin, visitor, subscription: None }
    }

    /// Whether it is known who the client is.
    pub(super) const fn knows_visitor(&self) -> bool {
        self.visitor.is_some()
    }

    /// Waits for what is to be delivered; for ever where nothing is subscribed
    /// to. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Delivery {
        match &mut self.subscription {
            Some(subscription) => subscription.next().await,
            None => std::future::pending().await,
        }
    }

    /// Ends the feed that cannot go on.
    pub(super) fn resync(&mut self, Span { first, last }: Span) -> Tell {
        self.subscription = None;
        Tell::ResyncRequired { first, last }
    }

    /// Looks whether the credential still admits.
    pub(super) async fn look(&mut self) -> Result<(), End> {
        let Some((visitor, vigil)) = &mut self.visitor else { return Ok(()) };
        let Ok(access) = vigil.look().await else { return Err(End::Unauthenticated) };
        visitor.access = access;
        if let Some(subscription) = &self.subscription {
            subscription.set_access(access);
        }
        Ok(())
    }

    /// The answer to what a client says.
    pub(super) async fn answer(&mut self, text: &str) -> Result<Tell, End> {
        let ask = match serde_json::from_str(text) {
            Ok(ask) => ask,
            Err(error) => return Ok(Tell::error(WS_MALFORMED, error.to_string())),
        };
        match ask {
            Ask::Ping {} => Ok(Tell::Pong),
            Ask::Authenticate { token } => self.authenticate(&token).await,
            _ if !self.knows_visitor() => Ok(Tell::error(AUTH_REQUIRED, "authenticate first")),
            Ask::Subscribe { topics, after } => Ok(match parse(&topics) {
                Ok(topics) => self.subscribe(topics, after).await.unwrap_or_else(refusal),
                Err(invalid) => Tell::error(invalid.code, invalid.detail),
            }),
            Ask::Unsubscribe { topics } => Ok(match parse(&topics) {
                Ok(topics) => self.unsubscribe(&topics),
                Err(invalid) => Tell::error(invalid.code, invalid.detail),
            }),
        }
    }

    async fn authenticate(&mut self, token: &str) -> Result<Tell, End> {
        if self.knows_visitor() {
            return Ok(Tell::error(WS_AUTHENTICATED, "it is known who you are"));
        }
        let found = self.app.authenticate(token).await.map_err(|_| End::Unauthenticated)?;
        if permit(&self.app, &found, &self.origin).is_err() {
            return Err(End::Unauthenticated);
        }
        let claimed = self.streams.claim(&mut self.place, found.credential);
        claimed.map_err(|_| End::TooMuch)?;
        self.visitor = Some((found, Vigil::over(self.app.clone(), found)));
        Ok(Tell::Authenticated)
    }

    async fn subscribe(&mut self, topics: Topics, after: Option<i64>) -> Result<Tell, ApiError> {
        let Some((visitor, _)) = &self.visitor else { return Err(ApiError::unauthenticated()) };
        if let Some(subscription) = &mut self.subscription {
            if after.is_some() {
                let detail = "there is a feed already, and it has one position";
                return Ok(Tell::error(WS_SUBSCRIBED, detail));
            }
            topics.check(&visitor.access).map_err(plinth_application::Error::from)?;
            let mut all = subscription.topics();
            if let Err(invalid) = all.join(topics) {
                return Ok(Tell::error(invalid.code, invalid.detail));
            }
            subscription.set_topics(all);
            return Ok(Tell::Subscribed { number: subscription.position() });
        }
        let caller = caller(visitor, &self.origin);
        Ok(match self.app.subscribe(&caller, topics, after).await? {
            Ok(subscription) => {
                let number = subscription.position();
                self.subscription = Some(Box::new(subscription));
                Tell::Subscribed { number }
            }
            Err(Span { first, last }) => Tell::ResyncRequired { first, last },
        })
    }

    /// Without these topics; the feed ends with the last of them.
    fn unsubscribe(&mut self, gone: &Topics) -> Tell {
        let Some(subscription) = &mut self.subscription else {
            return Tell::error(WS_NOT_SUBSCRIBED, "there is no feed");
        };
        let mut topics = subscription.topics();
        topics.leave(gone);
        let number = subscription.position();
        if topics.is_empty() {
            self.subscription = None;
        } else {
            subscription.set_topics(topics);
        }
        Tell::Subscribed { number }
    }
}

fn parse(names: &[String]) -> Result<Topics, Invalid> {
    if names.is_empty() {
        return Err(Invalid::new(codes::LIST_EMPTY, "name at least one topic"));
    }
    Topics::parse(names.iter().map(String::as_str))
}

fn refusal(error: ApiError) -> Tell {
    Tell::error(error.code, error.detail)
}
