use std::time::Duration;

use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError, Session};
use plinth_application::events::Delivery;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{
    allowance::Allowance,
    client::Client,
    messages,
    outgoing::{End, Outgoing},
};
use crate::events::{credential_monitor, spread};

/// The interval of pings.
const PING_INTERVAL: Duration = Duration::from_secs(15);

/// A client that sends nothing for this long is considered gone.
const IDLE_TIMEOUT: Duration = Duration::from_secs(45);

/// The next frame of a client; `None` at the end.
type Incoming = Option<Result<AggregatedMessage, ProtocolError>>;

/// One open socket.
pub(super) struct Connection {
    out: Outgoing,
    messages: AggregatedMessageStream,
    client: Client,
    ending: CancellationToken,
    authentication_timeout: Duration,
    allowance: Allowance,
    received_at: Instant,
    pings: Interval,
    checks: Interval,
}

/// The next thing to do.
enum Step {
    Receive(Incoming),
    Deliver(Delivery),
    Ping,
    CheckCredential,
}

impl Connection {
    pub(super) fn new(
        session: Session,
        messages: AggregatedMessageStream,
        client: Client,
        authentication_timeout: Duration,
    ) -> Self {
        let ending = client.ending().clone();
        Self {
            out: Outgoing::new(session, ending.clone()),
            messages,
            client,
            ending,
            authentication_timeout,
            allowance: Allowance::new(),
            received_at: Instant::now(),
            pings: every(PING_INTERVAL),
            checks: every(credential_monitor::INTERVAL),
        }
    }

    /// Serves the socket until it ends.
    pub(super) async fn run(mut self) {
        let authenticate_until = self.received_at + self.authentication_timeout;
        let end = loop {
            let step = match self.step(authenticate_until).await {
                Ok(step) => step,
                Err(end) => break end,
            };
            let done = match step {
                Step::Receive(message) => self.receive(message).await,
                Step::Deliver(delivery) => self.deliver(delivery).await,
                Step::Ping => self.ping().await,
                Step::CheckCredential => self.client.check().await,
            };
            if let Err(end) = done {
                break end;
            }
        };
        let Self { out, client, .. } = self;
        // Frees the stream slot before the close handshake.
        drop(client);
        out.close(end).await;
    }

    /// Waits for the next thing to do.
    async fn step(&mut self, authenticate_until: Instant) -> Result<Step, End> {
        let is_anonymous = !self.client.is_authenticated();
        tokio::select! {
            biased;
            () = self.ending.cancelled() => Err(End::Leaving),
            () = sleep_until(authenticate_until), if is_anonymous => Err(End::Unauthenticated),
            _ = self.checks.tick() => Ok(Step::CheckCredential),
            _ = self.pings.tick() => Ok(Step::Ping),
            message = self.messages.recv() => Ok(Step::Receive(message)),
            delivery = self.client.next() => Ok(Step::Deliver(delivery)),
        }
    }

    async fn receive(&mut self, message: Incoming) -> Result<(), End> {
        self.received_at = Instant::now();
        let message = message.ok_or(End::Gone)?.map_err(|error| match error {
            ProtocolError::Overflow => End::TooLarge,
            ProtocolError::Io(_) => End::Gone,
            _ => End::Protocol,
        })?;
        if !self.allowance.take() {
            return Err(End::TooMuch);
        }
        match message {
            AggregatedMessage::Text(text) => {
                let answer = self.client.answer(&text).await?;
                self.out.text(answer.text()).await
            }
            AggregatedMessage::Binary(_) => Err(End::NoText),
            AggregatedMessage::Ping(payload) => self.out.pong(&payload).await,
            AggregatedMessage::Pong(_) => Ok(()),
            AggregatedMessage::Close(_) => Err(End::Gone),
        }
    }

    async fn deliver(&mut self, delivery: Delivery) -> Result<(), End> {
        match delivery {
            Delivery::Event(event) => self.out.text(messages::event(&event)).await,
            Delivery::ResyncRequired(span) => {
                let answer = self.client.resync(span);
                self.out.text(answer.text()).await
            }
            Delivery::Doubt => self.client.check().await,
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        if self.received_at.elapsed() > IDLE_TIMEOUT {
            return Err(End::Gone);
        }
        self.out.ping().await
    }
}

/// Ticks that begin at a random time of the first period.
fn every(period: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + spread::part_of(period), period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
