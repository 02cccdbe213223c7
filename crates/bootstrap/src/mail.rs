//! How mails are sent, by the settings.

use std::{error::Error as StdError, sync::Arc};

use plinth_application::MailOptions;
use plinth_jobs::MailSender;
use plinth_mail::{
    MailFolder, MailTemplates, Sender, SentFolder, SmtpMailer, SmtpOptions, SmtpTls,
};
use plinth_ports::{MailContent, MailDraft, MailRenderer, Mailer, SentMails};
use plinth_settings::{Mail, MailTls, MailTransport, Settings};

use crate::{Error, Unsuitable};

/// The sender of mails in a folder.
const NO_REPLY: &str = "no-reply@localhost";

fn unsuitable(setting: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    Error::Unsuitable(Unsuitable { setting, source: source.into() })
}

/// What the use cases need; `None` in an installation that sends no mail.
pub(crate) fn options(settings: &Settings) -> Option<MailOptions> {
    let public_url = public_url(settings);
    (settings.mail.kind != MailTransport::None).then_some(MailOptions { public_url })
}

/// Where people reach the installation, without a slash at its end.
pub(crate) fn public_url(settings: &Settings) -> String {
    let server = &settings.server;
    match &server.public_url {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://{}:{}", server.host, server.port),
    }
}

/// The mails that a development server shows at `/dev/mail`; `None` where it shows none.
pub(crate) fn sent(settings: &Settings) -> Option<Arc<dyn SentMails>> {
    let mail = &settings.mail;
    let is_shown = mail.kind == MailTransport::Folder && !settings.environment.is_production();
    is_shown.then(|| Arc::new(SentFolder::new(mail.folder.clone())) as Arc<dyn SentMails>)
}

/// The handler of mails; `None` in an installation that sends none.
pub(crate) fn sender(settings: &Settings) -> Result<Option<MailSender>, Error> {
    let Some(mailer) = mailer(settings)? else { return Ok(None) };
    Ok(Some(MailSender::new(Arc::new(templates(settings)?), mailer)))
}

/// A mail by the installation's templates, for a preview.
///
/// # Errors
/// When a template cannot be used.
pub fn render_mail(settings: &Settings, draft: &MailDraft) -> Result<MailContent, Error> {
    let templates = templates(settings)?;
    templates.render(draft).map_err(|fault| unsuitable("mail.templates", fault))
}

/// Connects to the mail server, and logs in.
///
/// # Errors
/// When the settings name no mail server, or it does not accept the account.
pub async fn check_mail(settings: &Settings) -> Result<(), Error> {
    if settings.mail.kind != MailTransport::Smtp {
        return Err(unsuitable("mail.kind", "the settings name no mail server"));
    }
    let checked = smtp(&settings.mail)?.check().await;
    checked.map_err(|fault| unsuitable("mail.host", fault))
}

fn templates(settings: &Settings) -> Result<MailTemplates, Error> {
    let folder = settings.mail.templates.as_deref();
    MailTemplates::new(&settings.mail.product, folder)
        .map_err(|fault| unsuitable("mail.templates", fault))
}

fn from(mail: &Mail) -> Result<Sender, Error> {
    let address = mail.from.as_deref().unwrap_or(NO_REPLY);
    Sender::new(&mail.product, address).map_err(|fault| unsuitable("mail.from", fault))
}

fn smtp(mail: &Mail) -> Result<SmtpMailer, Error> {
    SmtpMailer::new(from(mail)?, &server(mail)).map_err(|fault| unsuitable("mail.ca_file", fault))
}

fn mailer(settings: &Settings) -> Result<Option<Arc<dyn Mailer>>, Error> {
    let mail = &settings.mail;
    match mail.kind {
        MailTransport::None => Ok(None),
        MailTransport::Folder => {
            let folder = MailFolder::open(from(mail)?, mail.folder.clone());
            Ok(Some(Arc::new(folder.map_err(|fault| unsuitable("mail.folder", fault))?)))
        }
        MailTransport::Smtp => Ok(Some(Arc::new(smtp(mail)?))),
    }
}

fn server(mail: &Mail) -> SmtpOptions {
    SmtpOptions {
        host: mail.host.clone().unwrap_or_default(),
        port: mail.port,
        tls: match mail.tls {
            MailTls::StartTls => SmtpTls::StartTls,
            MailTls::Implicit => SmtpTls::Implicit,
            MailTls::None => SmtpTls::None,
        },
        ca_file: mail.ca_file.clone(),
        login: mail.username.clone().zip(mail.password.clone()),
        timeout: mail.timeout,
    }
}
