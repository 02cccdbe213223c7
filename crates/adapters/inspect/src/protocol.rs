//! The protocol between the worker and the child process.
//!
//! The child reads the file on standard input; the [`Request`] is its last argument. After its
//! confinement it writes [`Message`]s to standard output, each as a line of JSON. The announced
//! bytes follow [`Message::Found`].

use plinth_domain::{ContentType, ThumbnailSize};
use plinth_ports::e_documents::{BankStatement, ReceivedInvoice};
use serde::{Deserialize, Serialize};

use crate::{Limits, properties::Properties, refusal::Refusal};

/// The request to the child process.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {
    /// The media type of the file.
    content_type: String,
    /// What is asked for.
    #[serde(default)]
    pub(crate) task: Task,
    /// The limits of the child.
    pub(crate) limits: Limits,
}

/// What is asked of the child process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Task {
    /// What is in the file.
    #[default]
    Read,
    /// The statements of a bank, in a message.
    Statements,
    /// The invoice in a file.
    Invoice,
    /// Only a picture of the first page of a PDF. A separate process draws it, so that the
    /// findings do not depend on it.
    Preview,
}

impl Request {
    pub(crate) fn new(content_type: ContentType, task: Task, limits: Limits) -> Self {
        Self { content_type: content_type.media_type().to_owned(), task, limits }
    }

    pub(crate) fn content_type(&self) -> ContentType {
        ContentType::from_media_type(&self.content_type).unwrap_or(ContentType::Other)
    }
}

/// A message of the child process.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Message {
    /// The progress, 0 to 100.
    Progress(u8),
    /// The findings. The text and the thumbnails follow the line.
    Found(Announcement),
    /// The statements of a message.
    Statements(Vec<BankStatement>),
    /// An invoice.
    Invoice(Box<ReceivedInvoice>),
    /// Why the file is refused.
    Refused(Refusal),
}

/// The findings, and the lengths of the bytes that follow.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Announcement {
    pub(crate) properties: Properties,
    /// The length of the text.
    pub(crate) text: Option<usize>,
    /// The name of each thumbnail's size, and its length.
    pub(crate) thumbnails: Vec<(String, usize)>,
}

/// The findings of a reader.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) properties: Properties,
    pub(crate) text: Option<String>,
    pub(crate) thumbnails: Vec<(ThumbnailSize, Vec<u8>)>,
}

impl Found {
    pub(crate) fn announcement(&self) -> Announcement {
        let thumbnails = self.thumbnails.iter();
        Announcement {
            properties: self.properties.clone(),
            text: self.text.as_ref().map(String::len),
            thumbnails: thumbnails
                .map(|(size, bytes)| (size.name().to_owned(), bytes.len()))
                .collect(),
        }
    }
}
