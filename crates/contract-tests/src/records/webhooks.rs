use futures::future::BoxFuture;
use plinth_domain::{
    EventPattern, HeadersRef, Id, Lines, PreviousSecret, Revision, SecretId, SecretRef, Webhook,
    WebhookPause, WebhookUrl, WebhookVersion,
};
use plinth_ports::{OneOf, RecordUpdater, Records, Result, UnitOfWork, WebhookFilter};
use uuid::Uuid;

use super::{Fixture, World, models::sealed};
use crate::fixture::{at, id};

impl Fixture for Webhook {
    fn make(webhook: Id<Self>, revision: Revision, n: usize, _world: &World) -> Self {
        let full = n.is_multiple_of(2);
        let secret = |place: u128| {
            let bits = webhook.uuid().as_u128().wrapping_add(place + 10 * n as u128);
            Id::from_uuid(Uuid::from_u128(bits))
        };
        let signing = |place| SecretRef { id: secret(place), last_four: format!("{n:04}") };
        Self {
            id: webhook,
            organization: id(),
            url: WebhookUrl::parse(&format!("https://{n}.example/hook?a=b")).unwrap(),
            description: full.then(|| Lines::parse(&format!("Größe\n{n}")).unwrap()),
            events: ["*", "project.*", "project.created"][..=n % 3]
                .iter()
                .map(|pattern| EventPattern::parse(pattern).unwrap())
                .collect(),
            version: WebhookVersion::V1,
            paused: (!n.is_multiple_of(4)).then(|| WebhookPause::ALL[n % 4 - 1]),
            headers: full.then(|| HeadersRef {
                secret: secret(1),
                names: vec!["authorization".to_owned(), format!("x-{n}")],
            }),
            secret: signing(2),
            previous: full.then(|| PreviousSecret { secret: signing(3), until: at(9) }),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<WebhookFilter> {
        let two = OneOf::new(vec![WebhookPause::Disabled, WebhookPause::Gone]).unwrap();
        vec![WebhookFilter { paused: WebhookPause::Failing.into() }, WebhookFilter { paused: two }]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            entrust(unit, record).await?;
            Records::insert(unit.webhooks(), record).await
        })
    }

    fn update<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            entrust(unit, record).await?;
            RecordUpdater::update(unit.webhooks(), record).await
        })
    }
}

/// Stores the secrets of a webhook, unless they are stored.
async fn entrust(unit: &mut dyn UnitOfWork, webhook: &Webhook) -> Result<()> {
    let headers = webhook.headers.as_ref().map(|headers| headers.secret);
    let previous = webhook.previous.as_ref().map(|previous| previous.secret.id);
    let all: Vec<SecretId> =
        headers.into_iter().chain([webhook.secret.id]).chain(previous).collect();
    for secret in all {
        if unit.secrets().find(secret).await?.is_none() {
            unit.secrets().insert(&sealed(secret)).await?;
        }
    }
    Ok(())
}
