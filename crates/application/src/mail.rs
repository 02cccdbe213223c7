//! Mails. The command that causes one enqueues a job with what it says; a worker words and sends it.
//! A job holds no token: the tokens of links are derived when the mail is sent, the same at each
//! attempt, so that what is stored opens nothing.

mod email_move;
mod link;
mod proof;

use std::borrow::Cow;

use plinth_domain::{Email, Job, Language, Locale, Organization, Timestamp, UserId};
use plinth_ports::{MailDraft, MailKind, Member};
use serde::{Deserialize, Serialize};

use crate::{Application, Context, Error, JobKind};

pub(crate) use email_move::{End, GivenMove, Move};
pub(crate) use link::{Link, invitation_token};
pub(crate) use proof::GivenProof;

plinth_domain::codes! {
    MAIL_NONE = "mail.none", "This installation sends no mail.";
}

impl Error {
    /// The installation sends no mail.
    pub(crate) const NO_MAIL: Self =
        Self::Refused { code: MAIL_NONE, detail: Cow::Borrowed("this installation sends no mail") };
}

/// A time as mails tell it.
pub(crate) fn spoken(time: Timestamp) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// The language in which a member reads the mails of an organization.
pub(crate) fn language_of(organization: &Organization, member: &Member) -> Language {
    let language = organization.settings.locale.language();
    member.locale.as_ref().map_or(language, Locale::language)
}

/// Sends one mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendMail {
    to: String,
    kind: String,
    language: String,
    recipient: Option<String>,
    values: Vec<(String, String)>,
    link: Option<Link>,
}

impl JobKind for SendMail {
    const KIND: &'static str = "mail.send";
    /// Over about a day: a server that is away for a night loses no mail.
    const MAX_ATTEMPTS: u16 = 12;
    /// A person waits for it.
    const PRIORITY: i16 = 50;
}

impl SendMail {
    /// A mail to an address.
    pub(crate) fn new(kind: MailKind, to: &Email, language: Language) -> Self {
        Self {
            to: to.as_str().to_owned(),
            kind: kind.name().to_owned(),
            language: language.name().to_owned(),
            recipient: None,
            values: Vec::new(),
            link: None,
        }
    }

    pub(crate) fn greeting(self, recipient: impl Into<String>) -> Self {
        Self { recipient: Some(recipient.into()), ..self }
    }

    pub(crate) fn saying(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn leading_to(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }
}

impl Context<'_> {
    /// The organization and one of its members, of whom a mail tells.
    pub(crate) async fn mail_parties(
        &mut self,
        member: UserId,
    ) -> Result<(Organization, Member), Error> {
        let organization = self.unit.organization().find().await?;
        let member = self.unit.members().find(member).await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        Ok((organization, member.ok_or(Error::NotFound("member"))?))
    }
}

impl Application {
    /// The address and the draft of a job; `None` in an installation that sends no mail any more.
    ///
    /// # Errors
    /// When the job's values are not known to this version.
    pub fn mail_draft(
        &self,
        of: &Job,
        mail: SendMail,
    ) -> Result<Option<(Email, MailDraft)>, Error> {
        let Some(options) = &self.ports.mail else { return Ok(None) };
        let unknown = || Error::internal("a mail of another version");
        let kind = MailKind::ALL.into_iter().find(|kind| kind.name() == mail.kind);
        let kind = kind.ok_or_else(unknown)?;
        let named = |name: &str| kind.values().iter().copied().find(|known| *known == name);
        let values = mail.values.into_iter();
        let values = values.map(|(name, value)| Ok((named(&name).ok_or_else(unknown)?, value)));
        let key = &self.ports.security.key;
        let link = mail.link.map(|link| link.url(&options.public_url, key, of.organization));
        let draft = MailDraft {
            kind,
            language: Language::from_name(&mail.language).ok_or_else(unknown)?,
            recipient: mail.recipient,
            values: values.collect::<Result<_, Error>>()?,
            link,
        };
        Ok(Some((Email::stored(&mail.to).map_err(Error::internal)?, draft)))
    }
}
