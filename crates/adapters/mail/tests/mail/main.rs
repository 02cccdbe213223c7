//! Mails, to a real mail server and as files.

#![expect(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

mod folder;
mod smtp;
mod templates;

use plinth_domain::Email;
use plinth_mail::Sender;
use plinth_ports::{Mail, MailContent};
use uuid::Uuid;

fn sender() -> Sender {
    Sender::new("Plinth", "no-reply@plinth.example").unwrap()
}

fn mail_to(address: &str) -> Mail {
    let content = MailContent {
        subject: "Grüße".to_owned(),
        text: "Guten Tag".to_owned(),
        html: "<p>Guten Tag</p>".to_owned(),
    };
    Mail { id: Uuid::from_u128(7), to: Email::parse(address).unwrap(), content }
}
