//! What was sent to a webhook, and sending it again.

use plinth_domain::{
    Access, JsonObject, Permission, Webhook, WebhookAttempt, WebhookCause, WebhookDelivery,
    WebhookDeliveryId, WebhookDeliveryStatus, WebhookId, WebhookMessage,
};
use plinth_ports::{
    Limit, PAGE_BYTES, Page, PageRequest, WebhookDeliveryFilter, WebhookDeliverySort,
};

use super::{
    WEBHOOK_BACKLOG, WEBHOOK_DELIVERY_PENDING, WEBHOOK_PAUSED, exceeds_caller, message, reads_of,
};
use crate::{
    Application, AuditRecord, Caller, Command, Context, Error, Query, Reading, Recorded, View,
    events::{can_follow, resync_required},
    resource::{Found, Resource, resources},
};

/// The most events that one request has sent again.
pub const MAX_REPLAY: u16 = 1000;

/// The deliveries that wait at most, when more are added by hand.
const MAX_WAITING: u64 = 10_000;

const NOT_FOUND: Error = Error::NotFound("webhook_delivery");

/// Lists the deliveries of a webhook.
#[derive(Debug, Clone)]
pub struct ListDeliveries {
    /// The webhook.
    pub webhook: WebhookId,
    /// Selects the deliveries.
    pub filter: WebhookDeliveryFilter,
    /// The order and the position.
    pub page: PageRequest<WebhookDeliverySort>,
}

impl Query for ListDeliveries {
    const NAME: &'static str = "webhook.list_deliveries";
    const PERMISSION: Permission = Permission::WebhookRead;
    type Output = Page<WebhookDelivery>;

    fn reading(&self) -> Reading {
        let is_slow = self.filter != WebhookDeliveryFilter::default();
        match Reading::page(&self.page, is_slow) {
            Reading::Once => Reading::Together,
            other => other,
        }
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<WebhookDelivery>, Error> {
        view.unit.webhooks().get(self.webhook).await?;
        let deliveries = view.unit.webhook_deliveries();
        Ok(deliveries.deliveries(self.webhook, &self.filter, &self.page).await?)
    }
}

/// A delivery with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryDetails {
    /// The delivery.
    pub delivery: WebhookDelivery,
    /// What is sent.
    pub body: JsonObject,
    /// The attempts, in their order.
    pub attempts: Vec<WebhookAttempt>,
}

/// Reads one delivery.
#[derive(Debug, Clone, Copy)]
pub struct GetDelivery {
    /// The delivery.
    pub id: WebhookDeliveryId,
}

impl Query for GetDelivery {
    const NAME: &'static str = "webhook.get_delivery";
    const PERMISSION: Permission = Permission::WebhookRead;
    type Output = DeliveryDetails;

    async fn run(self, view: &mut View<'_>) -> Result<DeliveryDetails, Error> {
        let found = view.unit.webhook_deliveries().delivery(self.id).await?;
        let (delivery, body) = found.ok_or(NOT_FOUND)?;
        check_right(&view.access, &delivery)?;
        let attempts = view.unit.webhook_deliveries().attempts(self.id).await?;
        Ok(DeliveryDetails { delivery, body, attempts })
    }
}

/// Refuses what an event says to a caller who may not read what it is about.
fn check_right(access: &Access, delivery: &WebhookDelivery) -> Result<(), Error> {
    let about = delivery.message.subject.as_ref();
    let about = about.and_then(|about| resources().find(|known| known.kind == about.kind));
    let permissions = access.permissions();
    let lacked = about.into_iter().flat_map(reads_of).find(|read| !permissions.contains(*read));
    lacked.map_or(Ok(()), |read| Err(exceeds_caller(read)))
}

/// Has an event sent to a webhook that is only a test.
#[derive(Debug, Clone, Copy)]
pub struct TestWebhook {
    /// The webhook.
    pub webhook: WebhookId,
}

impl Command for TestWebhook {
    const NAME: &'static str = "webhook.test";
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = WebhookDelivery;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<WebhookDelivery>, Error> {
        let webhook = open(ctx, self.webhook).await?;
        let id = ctx.id::<WebhookDelivery>().uuid();
        let new = message::of_test(webhook.organization, id, ctx.now)?;
        let delivery = send(ctx, &webhook, vec![new], WebhookCause::Test).await?.pop();
        let delivery = delivery.ok_or(NOT_FOUND)?;
        Ok(Recorded::new(delivery, AuditRecord::about("webhook.tested", &webhook)))
    }
}

/// Has an event sent again whose delivery has ended.
#[derive(Debug, Clone, Copy)]
pub struct ResendDelivery {
    /// The delivery that has ended.
    pub id: WebhookDeliveryId,
}

impl Command for ResendDelivery {
    const NAME: &'static str = "webhook.resend";
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = WebhookDelivery;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<WebhookDelivery>, Error> {
        let found = ctx.unit.webhook_deliveries().delivery(self.id).await?;
        let (ended, body) = found.ok_or(NOT_FOUND)?;
        let webhook = open(ctx, ended.webhook).await?;
        if ended.status == WebhookDeliveryStatus::Pending {
            return Err(Error::conflict(WEBHOOK_DELIVERY_PENDING, "the delivery has not ended"));
        }
        let new = vec![(ended.message, body)];
        let delivery = send(ctx, &webhook, new, WebhookCause::Resend).await?.pop();
        let delivery = delivery.ok_or(NOT_FOUND)?;
        Ok(Recorded::new(delivery, AuditRecord::about("webhook.resent", &webhook)))
    }
}

/// The events of a range that a webhook wants, sent again.
#[derive(Debug, Clone, Copy)]
pub struct ReplayEvents {
    /// The webhook.
    pub webhook: WebhookId,
    /// The number before the first event.
    pub after: i64,
    /// The number of the last event.
    pub until: i64,
}

/// How far a replay came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// The events that are sent.
    pub events: u16,
    /// The number of the last event that was looked at.
    pub last: i64,
    /// Whether the range goes on behind it.
    pub has_more: bool,
}

impl Application {
    /// Has the events of a range sent again, at most [`MAX_REPLAY`].
    pub async fn replay_events(
        &self,
        caller: &Caller,
        replay: ReplayEvents,
    ) -> Result<Replayed, Error> {
        let (events, replayed) = self.query(caller, replay).await?;
        let webhook = replay.webhook;
        self.execute(caller, SendAgain { webhook, events, replayed }).await
    }
}

type New = (WebhookMessage, JsonObject);

impl Query for ReplayEvents {
    const NAME: &'static str = "webhook.read_replay";
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = (Vec<New>, Replayed);

    async fn run(self, view: &mut View<'_>) -> Result<(Vec<New>, Replayed), Error> {
        const PAGE: Limit = Limit { items: 200, bytes: PAGE_BYTES };
        let webhook = view.unit.webhooks().get(self.webhook).await?;
        let span = view.unit.feed().span().await?;
        if !can_follow(self.after, span) {
            return Err(resync_required(span));
        }
        let until = self.until.min(span.last);
        // As many as one request may add, and as many as it may look at.
        let (mut last, mut events, mut bytes) = (self.after, Vec::new(), 0);
        while last < until
            && events.len() < usize::from(MAX_REPLAY)
            && bytes < 4 * PAGE_BYTES
            && last - self.after < 20 * i64::from(MAX_REPLAY)
        {
            let read = view.unit.feed().after(last, PAGE).await?;
            if read.items.is_empty() {
                break;
            }
            for row in read.items.iter().filter(|row| row.number <= until) {
                if events.len() == usize::from(MAX_REPLAY) {
                    break;
                }
                last = row.number;
                let record = message::published(row);
                if let Some(record) = record.filter(|record| webhook.wants(&record.action)) {
                    let new = message::of_event(webhook.organization, row.number, record)?;
                    bytes += new.1.as_str().len();
                    events.push(new);
                }
            }
        }
        let count = u16::try_from(events.len()).unwrap_or(MAX_REPLAY);
        Ok((events, Replayed { events: count, last, has_more: last < until }))
    }
}

struct SendAgain {
    webhook: WebhookId,
    events: Vec<New>,
    replayed: Replayed,
}

impl Command for SendAgain {
    const NAME: &'static str = "webhook.replay";
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = Replayed;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Replayed>, Error> {
        let webhook = open(ctx, self.webhook).await?;
        send(ctx, &webhook, self.events, WebhookCause::Replay).await?;
        let audit = AuditRecord::about("webhook.replayed", &webhook);
        Ok(Recorded::new(self.replayed, audit))
    }
}

/// The webhook, if more may be sent to it.
async fn open(ctx: &mut Context<'_>, id: WebhookId) -> Result<Webhook, Error> {
    let webhook = ctx.unit.webhooks().get(id).await?;
    if webhook.paused.is_some() {
        return Err(Error::conflict(WEBHOOK_PAUSED, "the webhook is switched off"));
    }
    let progress = ctx.unit.webhook_deliveries().progress(id).await?;
    let waiting = progress.ok_or(Error::NotFound(Webhook::KIND))?.pending;
    if waiting >= MAX_WAITING {
        let detail = format!("{waiting} deliveries wait; try again when there are fewer");
        return Err(Error::Conflict { code: WEBHOOK_BACKLOG, detail: detail.into() });
    }
    Ok(webhook)
}

/// Stores deliveries that are due at once.
async fn send(
    ctx: &mut Context<'_>,
    webhook: &Webhook,
    new: Vec<New>,
    cause: WebhookCause,
) -> Result<Vec<WebhookDelivery>, Error> {
    let new = new.into_iter().map(|(message, body)| {
        let (id, organization) = (ctx.id(), webhook.organization);
        let now = ctx.now;
        (WebhookDelivery::queue(id, organization, webhook.id, message, cause, now), body)
    });
    let new: Vec<_> = new.collect();
    ctx.unit.webhook_deliveries().add(webhook.id, &new).await?;
    Ok(new.into_iter().map(|(delivery, _)| delivery).collect())
}
