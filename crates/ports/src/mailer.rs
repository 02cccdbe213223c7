use async_trait::async_trait;
use plinth_domain::Email;
use uuid::Uuid;

/// One mail to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The left side of its `Message-ID` (RFC 5322, 3.6.4). It is the same at each attempt, so that a
    /// mail that arrives twice is recognized.
    pub id: Uuid,
    /// The address.
    pub to: Email,
    /// What it says.
    pub content: MailContent,
}

/// What a mail says, in two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailContent {
    /// One line.
    pub subject: String,
    /// The plain form.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The server cannot be reached, or takes the mail later (4yz of RFC 5321, 4.2.1).
    #[error("the mail server does not take the mail now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server will not take the mail (5yz). The text is the server's answer.
    #[error("the mail server refuses the mail: {0}")]
    Refused(String),
}

/// Sends mails.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a mail to the server. Without an error, the server is responsible for it.
    async fn send(&self, mail: &Mail) -> Result<(), MailerError>;
}
