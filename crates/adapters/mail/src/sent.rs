use std::{
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use async_trait::async_trait;
use mail_parser::{Message, MessageParser};
use plinth_ports::{SentMail, SentMails};
use tokio::io::AsyncReadExt;
use uuid::Uuid;

/// How many mails are shown.
const SHOWN: usize = 100;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// Reads the mails that [`MailFolder`](crate::MailFolder) has written.
pub struct SentFolder {
    folder: PathBuf,
}

impl SentFolder {
    /// Of a folder that may not exist yet.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn file(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{id}.eml"))
    }

    /// The identities of all mails, and when each was written.
    async fn written(&self) -> io::Result<Vec<(SystemTime, Uuid)>> {
        let mut written = Vec::new();
        let Some(mut files) = present(tokio::fs::read_dir(&self.folder).await)? else {
            return Ok(written);
        };
        while let Some(file) = files.next_entry().await? {
            let Some(id) = id(&file.path()) else { continue };
            // A file may be gone by now.
            if let Some(about) = present(file.metadata().await)? {
                written.push((about.modified()?, id));
            }
        }
        Ok(written)
    }
}

#[async_trait]
impl SentMails for SentFolder {
    async fn newest(&self) -> io::Result<Vec<SentMail>> {
        let mut written = self.written().await?;
        written.sort_unstable_by(|one, other| other.cmp(one));
        let mut mails = Vec::new();
        for (_, id) in written.into_iter().take(SHOWN) {
            mails.extend(self.find(id).await?);
        }
        Ok(mails)
    }

    async fn find(&self, id: Uuid) -> io::Result<Option<SentMail>> {
        let Some(file) = present(tokio::fs::File::open(self.file(id)).await)? else {
            return Ok(None);
        };
        let sent_at = file.metadata().await?.modified()?;
        let mut bytes = Vec::new();
        file.take(MAX_BYTES).read_to_end(&mut bytes).await?;
        let message = MessageParser::default().parse(&bytes);
        Ok(message.map(|message| sent(id, sent_at, &message)))
    }
}

/// The identity in a file's name, if the file is a mail.
fn id(file: &Path) -> Option<Uuid> {
    let is_mail = file.extension().is_some_and(|extension| extension == "eml");
    let name = file.file_stem().filter(|_| is_mail)?;
    name.to_str()?.parse().ok()
}

fn present<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

fn sent(id: Uuid, sent_at: SystemTime, message: &Message<'_>) -> SentMail {
    let to = message.to().and_then(|to| to.first()).and_then(|to| to.address());
    SentMail {
        id,
        sent_at: sent_at.into(),
        to: to.unwrap_or_default().to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
    }
}
