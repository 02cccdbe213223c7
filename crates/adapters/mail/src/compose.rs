//! A mail as a message of RFC 5322.

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};
use plinth_ports::Mail;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Whom mails are from.
#[derive(Debug, Clone)]
pub struct Sender {
    mailbox: Mailbox,
    /// The right side of a `Message-ID`.
    domain: String,
}

/// A text is no address.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no e-mail address")]
pub struct InvalidSender(String);

impl Sender {
    /// An address, and the name beside it.
    pub fn new(name: &str, address: &str) -> Result<Self, InvalidSender> {
        let address: Address = address.parse().map_err(|_| InvalidSender(address.to_owned()))?;
        let domain = address.domain().to_owned();
        Ok(Self { mailbox: Mailbox::new(Some(name.to_owned()), address), domain })
    }

    /// The message, in both forms.
    pub(crate) fn message(&self, mail: &Mail) -> Result<Message, Source> {
        let body =
            MultiPart::alternative_plain_html(mail.content.text.clone(), mail.content.html.clone());
        let message = Message::builder()
            .from(self.mailbox.clone())
            .to(Mailbox::new(None, mail.to.as_str().parse()?))
            .subject(mail.content.subject.clone())
            .message_id(Some(format!("<{}@{}>", mail.id, self.domain)))
            .header(AutoSubmitted)
            .multipart(body)?;
        Ok(message)
    }
}

/// RFC 3834: no out-of-office notice answers such a mail.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Source> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Email;
    use plinth_ports::MailContent;
    use uuid::Uuid;

    use super::*;

    fn composed(subject: &str) -> String {
        let content = MailContent {
            subject: subject.to_owned(),
            text: "Grüße".to_owned(),
            html: "<p>Grüße</p>".to_owned(),
        };
        let to = Email::parse("ada@example.com").unwrap();
        let mail = Mail { id: Uuid::from_u128(7), to, content };
        let sender = Sender::new("Plinth", "no-reply@plinth.example").unwrap();
        String::from_utf8(sender.message(&mail).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_message_is_the_same_mail_at_each_attempt_and_asks_for_no_automatic_answer() {
        let message = composed("Hello");
        for line in [
            "From: Plinth <no-reply@plinth.example>\r\n",
            "To: ada@example.com\r\n",
            "Message-ID: <00000000-0000-0000-0000-000000000007@plinth.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Type: text/html; charset=utf-8\r\n",
        ] {
            assert!(message.contains(line), "{line} is not in\n{message}");
        }
    }

    #[test]
    fn no_subject_begins_another_header() {
        for subject in ["a\r\nBcc: eve@example.com", "a\nBcc: eve@example.com", "ü\r\n\r\nbody"] {
            let message = composed(subject);
            let (headers, _) = message.split_once("\r\n\r\n").unwrap();
            let is_other = |line: &str| line.starts_with("Bcc") || line.starts_with("body");
            assert!(!headers.lines().any(is_other), "{headers}");
        }
    }

    #[test]
    fn a_sender_without_an_address_is_refused() {
        for text in ["", "plinth", "a@b\r\nBcc: c@d", "<a@b>"] {
            assert!(Sender::new("Plinth", text).is_err(), "{text}");
        }
    }
}
