use std::io;

use async_trait::async_trait;
use plinth_domain::Timestamp;
use uuid::Uuid;

/// A mail that was written to the folder of mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMail {
    /// The left side of its `Message-ID`.
    pub id: Uuid,
    /// When it was written.
    pub sent_at: Timestamp,
    /// The address that it is to.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The plain form.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Shows developers the mails that no server was given.
#[async_trait]
pub trait SentMails: Send + Sync {
    /// The newest mails, the newest first, at most 100.
    async fn newest(&self) -> io::Result<Vec<SentMail>>;

    /// One mail; `None` if there is none.
    async fn find(&self, id: Uuid) -> io::Result<Option<SentMail>>;
}
