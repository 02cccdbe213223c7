//! Deliveries from the event stream.

use plinth_domain::{
    Access, JsonObject, Permission, Webhook, WebhookCause, WebhookDelivery, WebhookTurn,
};
use plinth_ports::{Limit, Numbered, Origin, PAGE_BYTES, WebhookProgress};
use uuid::Uuid;

use super::message;
use crate::{Application, Caller, Command, Context, Error, Query, Recorded, View};

/// What one read of the event stream returns at most.
const PAGE: Limit = Limit { items: 200, bytes: PAGE_BYTES };

/// While so many deliveries are pending, no more are made: the events wait in the journal.
const MAX_PENDING: u64 = 1000;

/// What a look at the event stream led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispatched {
    /// There may be more events.
    More,
    /// The webhook has all events until now, or has enough to send.
    Enough,
    /// The webhook is paused or removed, or another worker sends its events.
    Lost,
}

impl Application {
    /// Makes deliveries of the next events of a webhook, whose lease `holder` has.
    pub async fn dispatch_events(
        &self,
        turn: WebhookTurn,
        holder: Uuid,
    ) -> Result<Dispatched, Error> {
        let caller = sender(turn);
        let Some(ahead) = self.query(&caller, LookAhead(turn)).await? else {
            return Ok(Dispatched::Lost);
        };
        let Ahead { webhook, progress, events, has_more } = ahead;
        let Some(last) = events.last().map(|event| event.number) else {
            return Ok(Dispatched::Enough);
        };
        if progress.pending >= MAX_PENDING {
            return Ok(Dispatched::Enough);
        }
        let mut wanted = Vec::new();
        for event in &events {
            let Some(record) = message::published(event) else { continue };
            if webhook.wants(&record.action) {
                wanted.push(message::of_event(turn.organization, event.number, record)?);
            }
        }
        let dispatch = Dispatch { turn, holder, number: last, wanted };
        let is_held = self.execute(&caller, dispatch).await?;
        Ok(match (is_held, has_more) {
            (false, _) => Dispatched::Lost,
            (true, true) => Dispatched::More,
            (true, false) => Dispatched::Enough,
        })
    }
}

/// The worker that sends the events of a webhook.
pub(super) fn sender(turn: WebhookTurn) -> Caller {
    Caller { access: Access::of_webhook(turn), credential: [0; 32], origin: Origin::default() }
}

struct LookAhead(WebhookTurn);

struct Ahead {
    webhook: Webhook,
    progress: WebhookProgress,
    events: Vec<Numbered>,
    has_more: bool,
}

impl Query for LookAhead {
    const NAME: &'static str = "webhook.look_ahead";
    const PERMISSION: Permission = Permission::EventRead;
    type Output = Option<Ahead>;

    async fn run(self, view: &mut View<'_>) -> Result<Option<Ahead>, Error> {
        let id = self.0.webhook;
        let Some(webhook) = view.unit.webhooks().find(id).await? else { return Ok(None) };
        let Some(progress) = view.unit.webhook_deliveries().progress(id).await? else {
            return Ok(None);
        };
        if webhook.paused.is_some() {
            return Ok(None);
        }
        let read = view.unit.feed().after(progress.number, PAGE).await?;
        let (events, has_more) = (read.items, read.has_more);
        Ok(Some(Ahead { webhook, progress, events, has_more }))
    }
}

struct Dispatch {
    turn: WebhookTurn,
    holder: Uuid,
    number: i64,
    wanted: Vec<(plinth_domain::WebhookMessage, JsonObject)>,
}

impl Command for Dispatch {
    const NAME: &'static str = "webhook.dispatch";
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = bool;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<bool>, Error> {
        let Self { turn, holder, number, wanted } = self;
        let progress = ctx.unit.webhook_deliveries();
        if !progress.advance(turn.webhook, holder, number).await? {
            return Ok(Recorded::without_audit(false));
        }
        let cause = WebhookCause::Event;
        let new = wanted.into_iter().map(|(message, body)| {
            let (id, organization) = (ctx.id(), turn.organization);
            let delivery =
                WebhookDelivery::queue(id, organization, turn.webhook, message, cause, ctx.now);
            (delivery, body)
        });
        let new: Vec<_> = new.collect();
        ctx.unit.webhook_deliveries().add(turn.webhook, &new).await?;
        Ok(Recorded::without_audit(true))
    }
}
