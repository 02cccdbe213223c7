use plinth_domain::{
    EventPattern, Invalid, Patch, Permission, SecretId, SecretText, Webhook, WebhookChanges,
    WebhookDraft, WebhookHeaders, WebhookId, WebhookUrl,
};
use plinth_ports::StoreError;

use super::{
    WEBHOOK_EVENT_UNKNOWN, WEBHOOK_HEADERS_BOUND, WEBHOOK_URL_FORBIDDEN, WEBHOOKS_EXHAUSTED,
    exceeds_caller, reads_of,
};
use crate::{
    AuditRecord, Command, Context, Error, Expected, FieldFault, Recorded,
    event_types::{selects_any, selects_any_of},
    resource::{Action, Found, resources},
};

/// Creates a webhook.
#[derive(Debug, Clone)]
pub struct CreateWebhook {
    /// Its values.
    pub draft: WebhookDraft,
    /// The headers that are sent with each event.
    pub headers: WebhookHeaders,
}

/// A webhook with the secret that is shown only now.
#[derive(Debug)]
pub struct CreatedWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// The secret that signs.
    pub secret: SecretText,
}

impl Command for CreateWebhook {
    const NAME: &'static str = Action::<Webhook>::CREATE;
    const PERMISSION: Permission = Permission::WebhookCreate;
    type Output = CreatedWebhook;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CreatedWebhook>, Error> {
        check_url(ctx, &self.draft.url)?;
        check_events(&self.draft.events)?;
        check_rights(ctx, &self.draft.events)?;
        ctx.make_room::<Webhook>().await?;
        ctx.unit.usage().lock("webhooks").await?;
        if ctx.unit.webhooks().count().await? >= ctx.policy.webhooks.per_organization {
            let detail = "the organization has as many webhooks as it may have".into();
            return Err(Error::Refused { code: WEBHOOKS_EXHAUSTED, detail });
        }
        let (secret, reference) = ctx.new_signing_secret().await?;
        let headers = ctx.entrust_headers(&self.headers).await?;
        let organization = ctx.organization();
        let id = ctx.id();
        let webhook = Webhook::create(id, organization, self.draft, reference, headers, ctx.now);
        ctx.unit.webhooks().insert(&webhook).await.map_err(Error::write::<Webhook>)?;
        ctx.unit.webhook_deliveries().follow(id).await?;
        if webhook.paused.is_some() {
            ctx.unit.webhook_deliveries().unfollow(id).await?;
        }
        let audit = AuditRecord::created(Action::<Webhook>::CREATED, &webhook)?;
        Ok(Recorded::new(CreatedWebhook { webhook, secret }, audit))
    }
}

/// A change of a webhook, with what only the command can finish.
#[derive(Debug, Clone)]
pub struct WebhookUpdate {
    /// The values that change; the headers stay.
    pub changes: WebhookChanges,
    /// The new headers, or their removal.
    pub headers: Patch<WebhookHeaders>,
}

/// Changes a webhook.
#[derive(Debug, Clone)]
pub struct UpdateWebhook {
    /// The webhook.
    pub id: WebhookId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub update: WebhookUpdate,
}

impl Command for UpdateWebhook {
    const NAME: &'static str = Action::<Webhook>::UPDATE;
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = Webhook;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Webhook>, Error> {
        let before = ctx.unit.webhooks().expect(self.id, &self.expected).await?;
        let WebhookUpdate { mut changes, headers } = self.update;
        if let Some(url) = &changes.url {
            check_url(ctx, url)?;
            let is_other = url != &before.url && before.headers.is_some();
            if is_other && headers == Patch::Keep {
                let detail = "give the headers again with the new URL, or null";
                return Err(Error::field("/headers", Invalid::new(WEBHOOK_HEADERS_BOUND, detail)));
            }
        }
        if let Some(events) = &changes.events {
            check_events(events)?;
        }
        changes.headers = match headers {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(headers) => match ctx.entrust_headers(&headers).await? {
                Some(sealed) => Patch::Set(sealed),
                None => Patch::Clear,
            },
        };
        let after = before.clone().change(changes, ctx.now);
        check_rights(ctx, &after.events)?;
        ctx.unit.webhooks().update(&after).await.map_err(Error::write::<Webhook>)?;
        if before.headers != after.headers {
            forget(ctx, before.headers.as_ref().map(|headers| headers.secret)).await?;
        }
        match (before.paused, after.paused) {
            (Some(_), None) => ctx.unit.webhook_deliveries().follow(after.id).await?,
            (None, Some(_)) => ctx.unit.webhook_deliveries().unfollow(after.id).await?,
            _ => {}
        }
        Recorded::changed(Action::<Webhook>::UPDATED, &before, after)
    }
}

/// Removes a webhook permanently, with its deliveries and secrets.
#[derive(Debug, Clone)]
pub struct RemoveWebhook {
    /// The webhook.
    pub id: WebhookId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveWebhook {
    const NAME: &'static str = Action::<Webhook>::REMOVE;
    const PERMISSION: Permission = Permission::WebhookDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let webhook = ctx.unit.webhooks().expect(self.id, &self.expected).await?;
        ctx.unit.webhooks().remove(&webhook).await.map_err(Error::in_use)?;
        forget(ctx, webhook.headers.as_ref().map(|headers| headers.secret)).await?;
        forget(ctx, Some(webhook.secret.id)).await?;
        forget(ctx, webhook.previous.as_ref().map(|previous| previous.secret.id)).await?;
        Ok(Recorded::new((), AuditRecord::removed(Action::<Webhook>::REMOVED, &webhook)?))
    }
}

/// Removes a secret to which its webhook refers no more.
pub(super) async fn forget(
    ctx: &mut Context<'_>,
    secret: Option<SecretId>,
) -> Result<(), StoreError> {
    match secret {
        Some(secret) => ctx.unit.secrets().remove(secret).await,
        None => Ok(()),
    }
}

/// Refuses a URL that the operator does not let users have called.
fn check_url(ctx: &Context<'_>, url: &WebhookUrl) -> Result<(), Error> {
    ctx.addresses.check_url(url.as_str()).map_err(|why| {
        Error::field("/url", Invalid::new(WEBHOOK_URL_FORBIDDEN, format!("the URL {why}")))
    })
}

/// Refuses events that the caller may not read: whose webhook it is decides where they go.
fn check_rights(ctx: &Context<'_>, patterns: &[EventPattern]) -> Result<(), Error> {
    let permissions = ctx.access.permissions();
    let asked = resources().filter(|resource| selects_any_of(patterns, resource.kind));
    let lacked = asked.flat_map(reads_of).find(|read| !permissions.contains(*read));
    lacked.map_or(Ok(()), |read| Err(exceeds_caller(read)))
}

/// Refuses patterns that no event has.
fn check_events(patterns: &[EventPattern]) -> Result<(), Error> {
    let fault = |(index, pattern): (usize, &EventPattern)| {
        let detail = "no event has this name; GET /webhooks/events lists them";
        let invalid = Invalid::new(WEBHOOK_EVENT_UNKNOWN, detail);
        (!selects_any(pattern)).then(|| FieldFault::new(format!("/events/{index}"), invalid))
    };
    let faults: Vec<_> = patterns.iter().enumerate().filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}
