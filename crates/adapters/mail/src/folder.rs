use std::{io, path::PathBuf};

use async_trait::async_trait;
use plinth_ports::{Mail, Mailer, MailerError};

use crate::Sender;

/// Writes each mail to a folder, as `ID.eml`, where a mail program can open it.
pub struct MailFolder {
    sender: Sender,
    folder: PathBuf,
}

impl MailFolder {
    /// Makes the folder if there is none.
    pub fn open(sender: Sender, folder: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { sender, folder })
    }
}

#[async_trait]
impl Mailer for MailFolder {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        let message = self.sender.message(mail).map_err(MailerError::Unavailable)?;
        let unwritten = |error: io::Error| MailerError::Unavailable(error.into());
        // A reader finds whole mails only.
        let draft = self.folder.join(format!("{}.tmp", mail.id));
        tokio::fs::write(&draft, message.formatted()).await.map_err(unwritten)?;
        let whole = self.folder.join(format!("{}.eml", mail.id));
        tokio::fs::rename(draft, whole).await.map_err(unwritten)
    }
}
