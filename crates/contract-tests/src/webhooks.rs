//! Deliveries of events to webhooks, and the leases of the workers that send them.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use plinth_domain::{
    JsonObject, Revision, Webhook, WebhookAttempt, WebhookCause, WebhookDelivery,
    WebhookDeliveryStatus, WebhookId, WebhookMessage, WebhookReply, WebhookSubject, WebhookTurn,
};
use plinth_ports::{
    Direction, Limit, Link, Sequencer, UnitOfWork, WebhookClaim, WebhookDeliveryFilter,
    WebhookDeliverySort, WebhookQueue,
};
use uuid::Uuid;

use crate::{
    Stores,
    fixture::{at, entry, id},
    harness::Tenant,
    records::{Fixture, World},
    walk::first,
};

const HOLDER: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);
/// In seconds.
const CENTURY: i64 = 3_153_600_000;
const LONG: Duration = Duration::from_mins(10);
const ALL: Limit = Limit { items: 100, bytes: usize::MAX };

/// Stores a webhook that follows the events.
async fn followed(stores: &Stores, world: &World, n: usize) -> WebhookId {
    let made = Webhook::make(id(), Revision::first(at(0)), n, world);
    let webhook = Webhook { organization: world.tenant().id(), paused: None, ..made };
    stores
        .write(world.tenant(), async |unit| {
            Webhook::insert(unit, &webhook).await?;
            unit.webhook_deliveries().follow(webhook.id).await
        })
        .await
        .unwrap();
    webhook.id
}

/// A delivery that is due since long before this second, about a subject.
fn delivery(
    tenant: &Tenant,
    webhook: WebhookId,
    second: i64,
    subject: Option<u128>,
) -> (WebhookDelivery, JsonObject) {
    let subject = subject.map(|n| WebhookSubject {
        kind: "project".to_owned(),
        id: (n > 0).then(|| Uuid::from_u128(n)),
    });
    let message = WebhookMessage {
        id: Uuid::from_u128(7),
        number: Some(3),
        event: "project.updated".to_owned(),
        subject,
    };
    let cause = WebhookCause::Event;
    let new = WebhookDelivery::queue(id(), tenant.id(), webhook, message, cause, at(second - 1000));
    (new, JsonObject::from_parsed(format!("{{\"n\": {second}, \"text\": \"Größe\\u0000\"}}")))
}

async fn add(
    stores: &Stores,
    tenant: &Tenant,
    webhook: WebhookId,
    new: &[(WebhookDelivery, JsonObject)],
) {
    let add = async |unit: &mut dyn UnitOfWork| unit.webhook_deliveries().add(webhook, new).await;
    stores.write(tenant, add).await.unwrap();
}

async fn due(stores: &Stores, tenant: &Tenant, webhook: WebhookId) -> Vec<WebhookDelivery> {
    let mut view = stores.read(tenant).await;
    let due = view.webhook_deliveries().due(webhook, &[], ALL).await.unwrap();
    due.items.into_iter().map(|(delivery, _)| delivery).collect()
}

fn attempt(of: &WebhookDelivery, outcome: Result<u16, &str>) -> WebhookAttempt {
    WebhookAttempt {
        id: id(),
        delivery: of.id,
        number: of.attempts + 1,
        at: at(50),
        milliseconds: 12,
        outcome: match outcome {
            Ok(status) => Ok(WebhookReply { status, excerpt: "Größe\n".to_owned() }),
            Err(error) => Err(error.to_owned()),
        },
    }
}

/// Ends an attempt; without a delay, a failure is the last one.
async fn ended(
    stores: &Stores,
    tenant: &Tenant,
    of: &WebhookDelivery,
    outcome: Result<u16, &str>,
    delay: Option<i64>,
) -> WebhookDelivery {
    let attempt = attempt(of, outcome);
    let delay = delay.map(chrono::TimeDelta::seconds);
    let after = of.clone().after(&attempt, delay, at(60));
    let ended = [(after.clone(), attempt)];
    let mut unit = stores.begin(tenant).await;
    let stored = unit.webhook_deliveries().attempted(of.webhook, &ended).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(stored, [of.id]);
    after
}

pub async fn events_about_one_subject_are_due_one_after_the_other(
    (_, stores): (impl WebhookQueue + Sequencer, Stores),
) {
    let (stores, world) = (&stores, World::new(&stores).await);
    let tenant = world.tenant();
    let webhook = followed(stores, &world, 0).await;
    let new = [
        delivery(tenant, webhook, 1, Some(1)),
        delivery(tenant, webhook, 1, Some(1)),
        delivery(tenant, webhook, 1, Some(0)),
        delivery(tenant, webhook, 1, Some(0)),
        delivery(tenant, webhook, 1, None),
        delivery(tenant, webhook, 1, None),
    ];
    add(stores, tenant, webhook, &new).await;
    add(stores, tenant, webhook, &[delivery(tenant, webhook, 2, Some(1))]).await;
    let ids = |rows: &[WebhookDelivery]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let of = |places: &[usize]| places.iter().map(|n| new[*n].0.id).collect::<Vec<_>>();
    let first = due(stores, tenant, webhook).await;
    assert_eq!(ids(&first), of(&[0, 2, 4, 5]));
    // One that is tried again holds the others back, one that has ended lets the next one go.
    let again = ended(stores, tenant, &first[0], Err("refused"), Some(CENTURY)).await;
    assert_eq!(ids(&due(stores, tenant, webhook).await), of(&[2, 4, 5]));
    ended(stores, tenant, &again, Ok(500), None).await;
    ended(stores, tenant, &first[1], Ok(204), None).await;
    assert_eq!(ids(&due(stores, tenant, webhook).await), of(&[1, 3, 4, 5]));
    let mut view = stores.read(tenant).await;
    let some = Limit { items: 2, bytes: usize::MAX };
    let except = of(&[1]);
    let rest = view.webhook_deliveries().due(webhook, &except, some).await.unwrap();
    let rest: Vec<_> = rest.items.into_iter().map(|(delivery, _)| delivery.id).collect();
    assert_eq!(rest, of(&[3, 4]));
}

pub async fn a_delivery_is_read_as_it_was_stored_with_its_attempts(
    (_, stores): (impl WebhookQueue + Sequencer, Stores),
) {
    let (stores, world) = (&stores, World::new(&stores).await);
    let tenant = world.tenant();
    let webhook = followed(stores, &world, 0).await;
    let (new, body) = delivery(tenant, webhook, 1, Some(1));
    add(stores, tenant, webhook, &[(new.clone(), body.clone())]).await;
    let known = stores.read(tenant).await.webhook_deliveries().delivery(new.id).await.unwrap();
    assert_eq!(known, Some((new.clone(), body)));
    let again = ended(stores, tenant, &new, Err("no answer"), Some(5)).await;
    let taken = ended(stores, tenant, &again, Ok(200), None).await;
    assert_eq!(taken.status, WebhookDeliveryStatus::Delivered);
    let mut view = stores.read(tenant).await;
    let attempts = view.webhook_deliveries().attempts(new.id).await.unwrap();
    assert_eq!(attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(attempts[0].outcome, Err("no answer".to_owned()));
    assert_eq!(attempts[1].outcome.as_ref().unwrap().excerpt, "Größe\n");
    // A second end of the same attempt changes nothing.
    let late = attempt(&new, Ok(200));
    let rows = [(new.clone().after(&late, None, at(80)), late)];
    let mut unit = stores.begin(tenant).await;
    let stored = unit.webhook_deliveries().attempted(webhook, &rows).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(stored, []);
    let page = first(WebhookDeliverySort::CreatedAt, Direction::Descending, 10);
    let filter = WebhookDeliveryFilter {
        status: WebhookDeliveryStatus::Delivered.into(),
        cause: WebhookCause::Event.into(),
        event: Some("project.updated".to_owned()),
    };
    let mut view = stores.read(tenant).await;
    let listed = view.webhook_deliveries().deliveries(webhook, &filter, &page).await.unwrap();
    assert_eq!(listed.items, [taken]);
    for other in [
        WebhookDeliveryFilter {
            status: WebhookDeliveryStatus::Failed.into(),
            ..Default::default()
        },
        WebhookDeliveryFilter { cause: WebhookCause::Test.into(), ..Default::default() },
        WebhookDeliveryFilter { event: Some("project.*".to_owned()), ..Default::default() },
    ] {
        let listed = view.webhook_deliveries().deliveries(webhook, &other, &page).await.unwrap();
        assert_eq!(listed.items, [], "{other:?}");
    }
}

fn claim<'a>(holder: Uuid, lease: Duration) -> WebhookClaim<'a> {
    WebhookClaim { holder, lease, limit: 100, organizations: None }
}

/// Gives an organization one numbered entry of its audit log.
async fn number(sequencer: &impl Sequencer, stores: &Stores, tenant: &Tenant, number: i64) {
    let entry = entry(at(number), "project.created");
    let append = async |unit: &mut dyn UnitOfWork| unit.journal().append(&entry).await;
    stores.write(tenant, append).await.unwrap();
    let link = Link { organization: tenant.id(), entry: entry.id, number, hash: [1; 32] };
    sequencer.link(&[link]).await.unwrap();
}

pub async fn a_webhook_is_claimed_by_one_worker_while_it_has_something_to_send(
    (queue, stores): (impl WebhookQueue + Sequencer, Stores),
) {
    let (stores, world) = (&stores, World::new(&stores).await);
    let tenant = world.tenant();
    number(&queue, stores, tenant, 1).await;
    let webhook = followed(stores, &world, 0).await;
    let turn = WebhookTurn { organization: tenant.id(), webhook };
    assert_eq!(queue.claim(claim(HOLDER, LONG)).await.unwrap(), [], "it follows what comes");
    number(&queue, stores, tenant, 2).await;
    let others = [id()];
    let of_others = WebhookClaim { organizations: Some(&others), ..claim(HOLDER, LONG) };
    assert_eq!(queue.claim(of_others).await.unwrap(), []);
    assert_eq!(queue.claim(claim(HOLDER, LONG)).await.unwrap(), [turn]);
    assert_eq!(queue.claim(claim(OTHER, LONG)).await.unwrap(), []);
    assert_eq!(queue.extend(OTHER, &[turn], LONG).await.unwrap(), []);
    assert_eq!(queue.extend(HOLDER, &[turn], LONG).await.unwrap(), [turn]);
    let mut unit = stores.begin(tenant).await;
    assert!(!unit.webhook_deliveries().advance(webhook, OTHER, 2).await.unwrap());
    assert!(unit.webhook_deliveries().advance(webhook, HOLDER, 2).await.unwrap());
    unit.webhook_deliveries().release(webhook, OTHER, at(0), 10).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(queue.extend(HOLDER, &[turn], LONG).await.unwrap(), [turn], "still held");
    // A delivery of the past is due.
    add(stores, tenant, webhook, &[delivery(tenant, webhook, 1, Some(1))]).await;
    release(stores, tenant, webhook).await;
    assert_eq!(queue.claim(claim(OTHER, Duration::ZERO)).await.unwrap(), [turn]);
    assert_eq!(queue.claim(claim(HOLDER, LONG)).await.unwrap(), [turn], "the lease has expired");
    let mut view = stores.read(tenant).await;
    let progress = view.webhook_deliveries().progress(webhook).await.unwrap().unwrap();
    assert_eq!((progress.number, progress.pending, progress.failing_since), (2, 1, None));
}

async fn release(stores: &Stores, tenant: &Tenant, webhook: WebhookId) {
    let release = async |unit: &mut dyn UnitOfWork| {
        unit.webhook_deliveries().release(webhook, HOLDER, at(0), 10).await
    };
    stores.write(tenant, release).await.unwrap();
}

pub async fn a_paused_webhook_is_not_claimed_and_goes_on_with_the_newest_event(
    (queue, stores): (impl WebhookQueue + Sequencer, Stores),
) {
    let (stores, world) = (&stores, World::new(&stores).await);
    let tenant = world.tenant();
    let webhook = followed(stores, &world, 0).await;
    let turn = WebhookTurn { organization: tenant.id(), webhook };
    number(&queue, stores, tenant, 1).await;
    assert_eq!(queue.claim(claim(HOLDER, LONG)).await.unwrap(), [turn]);
    let since = Some(at(5));
    let pause = async |unit: &mut dyn UnitOfWork| {
        unit.webhook_deliveries().fails_since(webhook, since).await?;
        unit.webhook_deliveries().unfollow(webhook).await
    };
    stores.write(tenant, pause).await.unwrap();
    assert_eq!(queue.extend(HOLDER, &[turn], LONG).await.unwrap(), []);
    release(stores, tenant, webhook).await;
    assert_eq!(queue.claim(claim(HOLDER, LONG)).await.unwrap(), []);
    number(&queue, stores, tenant, 2).await;
    let follow = async |unit: &mut dyn UnitOfWork| unit.webhook_deliveries().follow(webhook).await;
    stores.write(tenant, follow).await.unwrap();
    let mut view = stores.read(tenant).await;
    let progress = view.webhook_deliveries().progress(webhook).await.unwrap().unwrap();
    assert_eq!((progress.number, progress.failing_since), (2, None));
}

pub async fn deliveries_that_ended_long_ago_are_removed_and_those_that_wait_stay(
    (_, stores): (impl WebhookQueue + Sequencer, Stores),
) {
    let (stores, world) = (&stores, World::new(&stores).await);
    let tenant = world.tenant();
    let webhook = followed(stores, &world, 0).await;
    let new = [1, 2, 3].map(|n| delivery(tenant, webhook, 1, Some(n)));
    add(stores, tenant, webhook, &new).await;
    ended(stores, tenant, &new[0].0, Ok(200), None).await;
    ended(stores, tenant, &new[1].0, Err("no answer"), None).await;
    let forget = async |before: i64, limit: u32| {
        let release = async |unit: &mut dyn UnitOfWork| {
            unit.webhook_deliveries().release(webhook, HOLDER, at(before), limit).await
        };
        stores.write(tenant, release).await.unwrap();
        let mut left = Vec::new();
        for (delivery, _) in &new {
            let mut view = stores.read(tenant).await;
            let known = view.webhook_deliveries().delivery(delivery.id).await.unwrap();
            left.push(known.is_some());
        }
        left
    };
    assert_eq!(forget(60, 10).await, [true, true, true], "they ended then");
    assert_eq!(forget(61, 1).await.iter().filter(|left| **left).count(), 2);
    assert_eq!(forget(61, 10).await, [false, false, true]);
}

pub async fn a_webhook_takes_its_deliveries_with_it(
    (queue, stores): (impl WebhookQueue + Sequencer, Stores),
) {
    let (stores, world) = (&stores, World::new(&stores).await);
    let tenant = world.tenant();
    let webhook = followed(stores, &world, 0).await;
    let new = delivery(tenant, webhook, 1, Some(1));
    add(stores, tenant, webhook, std::slice::from_ref(&new)).await;
    ended(stores, tenant, &new.0, Err("no answer"), Some(5)).await;
    let remove = async |unit: &mut dyn UnitOfWork| {
        let known = unit.webhooks().find(webhook).await?.unwrap();
        unit.webhooks().remove(&known).await
    };
    stores.write(tenant, remove).await.unwrap();
    let mut view = stores.read_together(tenant).await;
    assert_eq!(view.webhook_deliveries().delivery(new.0.id).await.unwrap(), None);
    assert_eq!(view.webhook_deliveries().attempts(new.0.id).await.unwrap(), []);
    assert_eq!(view.webhook_deliveries().progress(webhook).await.unwrap(), None);
    assert_eq!(queue.claim(claim(HOLDER, LONG)).await.unwrap(), []);
}

pub async fn another_organization_neither_reads_nor_ends_deliveries(
    (_, stores): (impl WebhookQueue + Sequencer, Stores),
) {
    let (stores, world) = (&stores, World::new(&stores).await);
    let (tenant, stranger) = (world.tenant(), &stores.tenant().await);
    let webhook = followed(stores, &world, 0).await;
    let (new, body) = delivery(tenant, webhook, 1, Some(1));
    add(stores, tenant, webhook, &[(new.clone(), body)]).await;
    let mut view = stores.read_together(stranger).await;
    assert_eq!(view.webhook_deliveries().delivery(new.id).await.unwrap(), None);
    assert_eq!(view.webhook_deliveries().progress(webhook).await.unwrap(), None);
    let Webhook { secret, .. } =
        stores.read(tenant).await.webhooks().find(webhook).await.unwrap().unwrap();
    let own = stores.read(tenant).await.webhook_deliveries().secrets(&[secret.id]).await.unwrap();
    assert_eq!(own.len(), 1);
    assert_eq!(view.webhook_deliveries().secrets(&[secret.id]).await.unwrap(), []);
    drop(view);
    assert_eq!(due(stores, stranger, webhook).await, []);
    let attempt = attempt(&new, Ok(200));
    let rows = [(new.clone().after(&attempt, None, at(80)), attempt)];
    let mut unit = stores.begin(stranger).await;
    assert_eq!(unit.webhook_deliveries().attempted(webhook, &rows).await.unwrap(), []);
    unit.commit().await.unwrap();
    assert_eq!(due(stores, tenant, webhook).await, [new]);
}
