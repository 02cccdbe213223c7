//! The handler that sends mails.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_application::SendMail;
use plinth_ports::{Mail, MailRenderer, Mailer, MailerError};

use crate::{Handler, JobContext, JobFailure};

/// Renders and sends mails.
///
/// A mail whose sending was cut may arrive twice, with the same `Message-ID`.
pub struct MailSender {
    renderer: Arc<dyn MailRenderer>,
    mailer: Arc<dyn Mailer>,
}

impl MailSender {
    /// Renders mails here, and sends them there.
    #[must_use]
    pub fn new(renderer: Arc<dyn MailRenderer>, mailer: Arc<dyn Mailer>) -> Self {
        Self { renderer, mailer }
    }
}

#[async_trait]
impl Handler for MailSender {
    type Job = SendMail;

    /// Longer than `mail.timeout_seconds` may be.
    fn timeout(&self) -> Duration {
        Duration::from_mins(6)
    }

    async fn run(&self, job: SendMail, ctx: JobContext) -> Result<(), JobFailure> {
        let draft = ctx.application().mail_draft(ctx.job(), job)?;
        let Some((to, draft)) = draft else { return Ok(()) };
        let content = self.renderer.render(&draft).map_err(JobFailure::permanent)?;
        let mail = Mail { id: ctx.job().id.uuid(), to, content };
        self.mailer.send(&mail).await.map_err(|error| match error {
            MailerError::Unavailable(_) => JobFailure::retry(error),
            MailerError::Refused(_) => JobFailure::permanent(error),
        })
    }
}
