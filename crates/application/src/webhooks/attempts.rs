//! What is sent, and what becomes of it.

use std::time::Duration;

use chrono::TimeDelta;
use plinth_domain::{
    JsonObject, Permission, Role, RoleRef, SecretId, Timestamp, Webhook, WebhookAttempt,
    WebhookDelivery, WebhookDeliveryId, WebhookPause, WebhookReply, WebhookTurn,
};
use plinth_ports::{
    Direction, Limit, MailKind, MemberSort, OneOf, PAGE_BYTES, PageRequest, SealedSecret, Sort,
    WebhookCall,
};
use uuid::Uuid;

use super::{dispatch::sender, headers};
use crate::{
    Application, AuditRecord, Command, Context, Error, Policy, Query, Recorded, SendMail, View,
    mail::spoken,
};

/// A delivery whose time has come.
#[derive(Debug)]
pub struct DueDelivery {
    /// The delivery.
    pub delivery: WebhookDelivery,
    /// What is sent, and where.
    pub call: WebhookCall,
}

/// An attempt that has ended.
#[derive(Debug)]
pub struct EndedAttempt {
    /// The delivery as it was before.
    pub delivery: WebhookDelivery,
    /// How long the attempt took.
    pub took: Duration,
    /// The answer, or why there is none.
    pub outcome: Result<WebhookReply, String>,
}

impl Application {
    /// The deliveries of a webhook whose time has come, at most `limit`, without those in `sent`; `None`
    /// when it is paused or removed.
    pub async fn due_deliveries(
        &self,
        turn: WebhookTurn,
        sent: Vec<WebhookDeliveryId>,
        limit: u32,
    ) -> Result<Option<Vec<DueDelivery>>, Error> {
        let ask = Due { turn, sent, limit: Limit { items: limit, bytes: PAGE_BYTES } };
        let Some(Sending { webhook, secrets, due }) = self.query(&sender(turn), ask).await? else {
            return Ok(None);
        };
        let now = self.ports.clock.now();
        let open = |id: SecretId| {
            let sealed = secrets.iter().find(|sealed| sealed.id == id);
            let sealed = sealed.ok_or_else(|| Error::internal("a webhook without its secret"))?;
            Ok::<_, Error>(self.ports.security.vault.open(turn.organization.into(), sealed)?)
        };
        let signing = webhook.signing(now).map(|secret| open(secret.id));
        let signing = signing.collect::<Result<Vec<_>, _>>()?;
        let headers = match &webhook.headers {
            Some(known) => headers::read(&open(known.secret)?)?,
            None => plinth_domain::WebhookHeaders::default(),
        };
        let due = due.into_iter().map(|(delivery, body)| {
            let call = WebhookCall {
                url: webhook.url.as_str().to_owned(),
                headers: headers.clone(),
                secrets: signing.clone(),
                id: delivery.message.id,
                at: now,
                body,
                timeout: self.policy.webhooks.timeout,
            };
            DueDelivery { delivery, call }
        });
        Ok(Some(due.collect()))
    }

    /// Stores what became of attempts. Returns whether the webhook gets more.
    pub async fn end_attempts(
        &self,
        turn: WebhookTurn,
        ended: Vec<EndedAttempt>,
    ) -> Result<bool, Error> {
        self.execute(&sender(turn), EndAttempts { turn, ended }).await
    }

    /// Gives the lease of a webhook up until its next delivery is due.
    pub async fn release_webhook(&self, turn: WebhookTurn, holder: Uuid) -> Result<(), Error> {
        self.execute(&sender(turn), Release { turn, holder }).await
    }
}

struct Due {
    turn: WebhookTurn,
    sent: Vec<WebhookDeliveryId>,
    limit: Limit,
}

struct Sending {
    webhook: Webhook,
    secrets: Vec<SealedSecret>,
    due: Vec<(WebhookDelivery, JsonObject)>,
}

impl Query for Due {
    const NAME: &'static str = "webhook.due";
    const PERMISSION: Permission = Permission::EventRead;
    type Output = Option<Sending>;

    async fn run(self, view: &mut View<'_>) -> Result<Option<Sending>, Error> {
        let id = self.turn.webhook;
        let found = view.unit.webhooks().find(id).await?;
        let Some(webhook) = found.filter(|webhook| webhook.paused.is_none()) else {
            return Ok(None);
        };
        let due = view.unit.webhook_deliveries().due(id, &self.sent, self.limit).await?.items;
        let signing = webhook.signing(view.now).map(|secret| secret.id);
        let headers = webhook.headers.as_ref().map(|headers| headers.secret);
        let ids: Vec<SecretId> = signing.chain(headers).collect();
        let secrets = view.unit.webhook_deliveries().secrets(&ids).await?;
        Ok(Some(Sending { webhook, secrets, due }))
    }
}

struct EndAttempts {
    turn: WebhookTurn,
    ended: Vec<EndedAttempt>,
}

impl Command for EndAttempts {
    const NAME: &'static str = "webhook.end_attempts";
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = bool;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<bool>, Error> {
        let Self { turn, ended } = self;
        let attempts: Vec<_> = ended.into_iter().map(|ended| attempt(ctx, ended)).collect();
        let stored = ctx.unit.webhook_deliveries().attempted(turn.webhook, &attempts).await?;
        let progress = ctx.unit.webhook_deliveries().progress(turn.webhook).await?;
        let found = ctx.unit.webhooks().find(turn.webhook).await?;
        let (Some(progress), Some(webhook)) = (progress, found) else {
            return Ok(Recorded::without_audit(false));
        };
        if webhook.paused.is_some() {
            return Ok(Recorded::without_audit(false));
        }
        let counts =
            |(delivery, _): &&(WebhookDelivery, WebhookAttempt)| stored.contains(&delivery.id);
        let mut of_now = attempts.iter().filter(counts).map(|(_, attempt)| attempt);
        if of_now.clone().any(WebhookAttempt::is_refused_for_ever) {
            return pause(ctx, webhook, WebhookPause::Gone).await;
        }
        if of_now.clone().any(WebhookAttempt::is_success) {
            if progress.failing_since.is_some() {
                ctx.unit.webhook_deliveries().fails_since(turn.webhook, None).await?;
            }
            return Ok(Recorded::without_audit(true));
        }
        let Some(first) = of_now.next().map(|attempt| attempt.at) else {
            return Ok(Recorded::without_audit(true));
        };
        match progress.failing_since {
            None => ctx.unit.webhook_deliveries().fails_since(turn.webhook, Some(first)).await?,
            Some(since) if ctx.now - since >= ctx.policy.webhooks.disable_after => {
                return pause(ctx, webhook, WebhookPause::Failing).await;
            }
            Some(_) => {}
        }
        Ok(Recorded::without_audit(true))
    }
}

/// The attempt, and the delivery after it.
fn attempt(ctx: &Context<'_>, ended: EndedAttempt) -> (WebhookDelivery, WebhookAttempt) {
    let EndedAttempt { delivery, took, outcome } = ended;
    let took = TimeDelta::from_std(took).unwrap_or_default();
    let attempt = WebhookAttempt {
        id: ctx.id(),
        delivery: delivery.id,
        number: delivery.attempts.saturating_add(1),
        at: ctx.now - took,
        milliseconds: u32::try_from(took.num_milliseconds()).unwrap_or_default(),
        outcome,
    };
    let delay = delay(&ctx.policy, attempt.number, ctx.secrets.random()[0]);
    let delivery = delivery.after(&attempt, delay, ctx.now);
    (delivery, attempt)
}

/// The time until the next attempt, between nine and eleven tenths of that of the policy; `None` after
/// the last one.
fn delay(policy: &Policy, attempts: u16, chance: u8) -> Option<TimeDelta> {
    let delay = (*policy.webhooks.retries.get(usize::from(attempts.saturating_sub(1)))?)?;
    Some(delay * (2304 + i32::from(chance) * 2) / 2560)
}

/// Sends nothing more to a webhook, and tells the owners.
async fn pause(
    ctx: &mut Context<'_>,
    before: Webhook,
    why: WebhookPause,
) -> Result<Recorded<bool>, Error> {
    let after = before.clone().pause(why, ctx.now);
    ctx.unit.webhooks().update(&after).await.map_err(Error::write::<Webhook>)?;
    ctx.unit.webhook_deliveries().unfollow(after.id).await?;
    tell_owners(ctx, &after, why).await?;
    Ok(Recorded::new(false, AuditRecord::changed("webhook.paused", &before, &after)?))
}

async fn tell_owners(
    ctx: &mut Context<'_>,
    webhook: &Webhook,
    why: WebhookPause,
) -> Result<(), Error> {
    if ctx.mail.is_none() {
        return Ok(());
    }
    let organization = ctx.unit.organization().find().await?;
    let organization = organization.ok_or(Error::NotFound("organization"))?;
    let language = organization.settings.locale.language();
    let owners = OneOf::from(RoleRef::BuiltIn(Role::Owner));
    let sort = Sort { by: MemberSort::CreatedAt, direction: Direction::Ascending };
    let owners = ctx.unit.members().list(&owners, &PageRequest::first(MAX_OWNERS, sort)).await?;
    for owner in owners.items {
        let mail = SendMail::new(MailKind::WebhookPaused, &owner.email, language)
            .greeting(owner.name.as_str())
            .saying("organization", organization.name.as_str())
            .saying("url", super::shown(webhook.url.as_str()))
            .saying("reason", why.name())
            .saying("time", spoken(ctx.now));
        ctx.enqueue(mail).await?;
    }
    Ok(())
}

/// The owners who are told that a webhook gets nothing more.
const MAX_OWNERS: u16 = 20;

/// The ended deliveries that are removed when a lease is given up.
const FORGOTTEN: u32 = 1000;

struct Release {
    turn: WebhookTurn,
    holder: Uuid,
}

impl Command for Release {
    const NAME: &'static str = "webhook.release";
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before: Timestamp = ctx.now - ctx.policy.webhooks.kept;
        let Self { turn, holder } = self;
        let deliveries = ctx.unit.webhook_deliveries();
        deliveries.release(turn.webhook, holder, before, FORGOTTEN).await?;
        Ok(Recorded::without_audit(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delays_are_those_of_the_policy_with_a_tenth_of_chance() {
        let policy = Policy::default();
        let seconds = |attempt, chance| delay(&policy, attempt, chance).map(|d| d.num_seconds());
        assert_eq!(seconds(2, 0), Some(270));
        assert_eq!(seconds(2, 255), Some(329));
        assert_eq!(seconds(8, 0), None);
        let all: i64 = (1..8).filter_map(|attempt| seconds(attempt, 128)).sum();
        assert!((98_000..102_000).contains(&all), "{all}");
    }
}
