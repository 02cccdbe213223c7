//! Mails: worded from templates, sent by SMTP or written to a folder.

mod compose;
mod folder;
mod sent;
mod smtp;
mod templates;

pub use compose::{InvalidSender, Sender};
pub use folder::MailFolder;
pub use sent::SentFolder;
pub use smtp::{InvalidSmtp, SmtpMailer, SmtpOptions, SmtpTls};
pub use templates::{MailTemplates, TemplateError};
