//! The secret by which a server knows that an event is from Plinth.

use base64::{Engine, engine::general_purpose::STANDARD};
use plinth_domain::{Permission, SecretRef, SecretText, Webhook, WebhookId};

use super::{CreatedWebhook, write::forget};
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded, resource::Found};

/// The prefix of secrets (Standard Webhooks).
const PREFIX: &str = "whsec_";

impl Context<'_> {
    /// A new secret of 256 random bits, which is stored encrypted.
    pub(super) async fn new_signing_secret(&mut self) -> Result<(SecretText, SecretRef), Error> {
        let text = format!("{PREFIX}{}", STANDARD.encode(self.secrets.random()));
        let text = SecretText::parse(text).map_err(Error::internal)?;
        let reference = self.entrust(&text).await?;
        Ok((text, reference))
    }
}

/// Replaces the secret of a webhook. The one until now signs beside it for a day.
#[derive(Debug, Clone)]
pub struct RotateWebhookSecret {
    /// The webhook.
    pub id: WebhookId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RotateWebhookSecret {
    const NAME: &'static str = "webhook.rotate_secret";
    const PERMISSION: Permission = Permission::WebhookUpdate;
    type Output = CreatedWebhook;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CreatedWebhook>, Error> {
        let before = ctx.unit.webhooks().expect(self.id, &self.expected).await?;
        let (secret, reference) = ctx.new_signing_secret().await?;
        let webhook = before.clone().rotate(reference, ctx.now);
        ctx.unit.webhooks().update(&webhook).await.map_err(Error::write::<Webhook>)?;
        forget(ctx, before.previous.as_ref().map(|previous| previous.secret.id)).await?;
        let audit = AuditRecord::changed("webhook.secret_rotated", &before, &webhook)?;
        Ok(Recorded::new(CreatedWebhook { webhook, secret }, audit))
    }
}
