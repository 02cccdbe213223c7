use std::{path::PathBuf, time::Duration};

use secrecy::SecretString;

use crate::{
    declaration::section,
    readers::{Choice, Folder, Line, Maybe, Number, SecretText, Span, Unit::Seconds, Word},
    reading::Reading,
    setting::plain,
};

/// How mails are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTransport {
    /// Not at all.
    None,
    /// By a mail server.
    Smtp,
    /// As files in a folder.
    Folder,
}

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// By STARTTLS.
    StartTls,
    /// From its first byte.
    Implicit,
    /// Not at all.
    None,
}

const KINDS: Choice<MailTransport> = Choice(&[
    ("none", MailTransport::None),
    ("smtp", MailTransport::Smtp),
    ("folder", MailTransport::Folder),
]);

const TLS: Choice<MailTls> = Choice(&[
    ("starttls", MailTls::StartTls),
    ("implicit", MailTls::Implicit),
    ("none", MailTls::None),
]);

section! {
    "mail"
    /// Mails to users: invitations, new passwords, notices.
    pub struct Mail {
        /// `smtp` for a mail server, `folder` for files, `none` for an installation that sends no
        /// mail: its invitations show their token to the inviter, and users cannot ask for a new
        /// password. API and worker need the same value. `plinth dev` takes `folder` if it is unset.
        kind: MailTransport = "kind" by KINDS,
            plain().in_development("none").needed_in_production().example("smtp");

        /// The address that mails are from. Required for `smtp`.
        from: Option<String> = "from" by Maybe(Word),
            plain().example("no-reply@example.com");

        /// What mails call the service, and the name beside their address.
        product: String = "product" by Line, plain().default("Plinth");

        /// Host of the mail server, which its certificate must name. Required for `smtp`.
        host: Option<String> = "host" by Maybe(Word), plain().example("smtp.example.com");

        /// Port of the mail server: 587 for `starttls`, 465 for `implicit`.
        port: u16 = "port" by Number(1, u16::MAX), plain().default("587");

        /// How the connection is encrypted: `starttls`, which a server must offer, `implicit` from
        /// the first byte, or `none`, for a server of this machine.
        tls: MailTls = "tls" by TLS, plain().default("starttls");

        /// File with certificates (PEM) of more authorities than those of the system.
        ca_file: Option<PathBuf> = "ca_file" by Maybe(Folder),
            plain().example("/etc/plinth/mail-ca.pem");

        /// Account at the mail server; unset where it asks for none.
        username: Option<String> = "username" by Maybe(Word), plain().example("plinth");

        /// Password of the account.
        password: Option<SecretString> = "password" by Maybe(SecretText { at_least: 1 }),
            plain().example("change-me");

        /// How long the mail server may take for one mail.
        timeout: Duration = "timeout_seconds" by Span(Seconds, 1, 300), plain().default("60");

        /// The folder, for `folder`.
        folder: PathBuf = "folder" by Folder, plain().defaults(".local/mail", "/var/lib/plinth/mail");

        /// Directory with files that replace those of the built-in templates: see docs/identity.md.
        /// The worker reads it at its start.
        templates: Option<PathBuf> = "templates" by Maybe(Folder),
            plain().example("/etc/plinth/mail");
    }
}

impl Mail {
    /// Returns itself if the settings are consistent; otherwise records a fault for each missing
    /// setting that another one needs. `is_needed`: registrations are completed by mails.
    pub(crate) fn checked(self, reading: &mut Reading<'_>, is_needed: bool) -> Option<Self> {
        let sends = self.kind == MailTransport::Smtp;
        let (user, password) = (self.username.is_some(), self.password.is_some());
        let is_off = self.kind == MailTransport::None;
        let missing = [
            (is_needed && is_off, "kind", "security.registration = confirmed"),
            (sends && self.host.is_none(), "host", "mail.kind = smtp"),
            (sends && self.from.is_none(), "from", "mail.kind = smtp"),
            (user && !password, "password", "mail.username"),
            (password && !user, "username", "mail.password"),
        ];
        reading.has_needed(Self::SETTINGS, &missing).then_some(self)
    }
}
