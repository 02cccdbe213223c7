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
use crate::events::credential_monitor;

/// How long a client may take to authenticate.
const INTRODUCTION: Duration = Duration::from_secs(10);

/// The interval of pings.
const BEAT: Duration = Duration::from_secs(15);

/// A client that sends nothing for this long is considered gone.
const SILENCE: Duration = Duration::from_secs(45);

/// The next frame of a client; `None` at the end.
type Incoming = Option<Result<AggregatedMessage, ProtocolError>>;

/// One open socket.
pub(super) struct Connection {
    out: Outgoing,
    messages: AggregatedMessageStream,
    client: Client,
    ending: CancellationToken,
    allowance: Allowance,
    heard_at: Instant,
    beats: Interval,
    looks: Interval,
}

/// The next thing to do.
enum Turn {
    Heard(Incoming),
    Deliver(Delivery),
    Beat,
    Look,
}

impl Connection {
    pub(super) fn new(
        session: Session,
        messages: AggregatedMessageStream,
        client: Client,
        ending: CancellationToken,
    ) -> Self {
        Self {
            out: Outgoing::new(session, ending.clone()),
            messages,
            client,
            ending,
            allowance: Allowance::new(),
            heard_at: Instant::now(),
            beats: every(BEAT),
            looks: every(credential_monitor::EVERY),
        }
    }

    /// Serves the socket until it ends.
    pub(super) async fn run(mut self) {
        let introduced_until = self.heard_at + INTRODUCTION;
        let end = loop {
            let turn = match self.turn(introduced_until).await {
                Ok(turn) => turn,
                Err(end) => break end,
            };
            let served = match turn {
                Turn::Heard(message) => self.hear(message).await,
                Turn::Deliver(delivery) => self.deliver(delivery).await,
                Turn::Beat => self.beat().await,
                Turn::Look => self.client.look().await,
            };
            if let Err(end) = served {
                break end;
            }
        };
        let Self { out, client, .. } = self;
        // Frees the stream slot before the close handshake.
        drop(client);
        out.close(end).await;
    }

    /// Waits for the next thing to do.
    async fn turn(&mut self, introduced_until: Instant) -> Result<Turn, End> {
        let is_anonymous = !self.client.is_authenticated();
        tokio::select! {
            biased;
            () = self.ending.cancelled() => Err(End::Leaving),
            () = sleep_until(introduced_until), if is_anonymous => Err(End::Unauthenticated),
            _ = self.looks.tick() => Ok(Turn::Look),
            _ = self.beats.tick() => Ok(Turn::Beat),
            message = self.messages.recv() => Ok(Turn::Heard(message)),
            delivery = self.client.next() => Ok(Turn::Deliver(delivery)),
        }
    }

    async fn hear(&mut self, message: Incoming) -> Result<(), End> {
        self.heard_at = Instant::now();
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
            Delivery::Doubt => self.client.look().await,
        }
    }

    async fn beat(&mut self) -> Result<(), End> {
        if self.heard_at.elapsed() > SILENCE {
            return Err(End::Gone);
        }
        self.out.ping().await
    }
}

fn every(period: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
