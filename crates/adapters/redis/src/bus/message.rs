//! A message as text: `1 <sender> <kind> <id>…`, with ids as 32 hexadecimal digits.

use plinth_domain::Id;
use plinth_ports::{Invalidation, Signal};
use uuid::Uuid;

use crate::RedisConnection;

/// What processes tell each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Message {
    /// Something may have changed.
    Signal(Signal),
    /// The sender waits until the signals before this message have been handled.
    Confirm(u64),
    /// The answer to [`Message::Confirm`] of another process.
    Confirmed {
        /// The process that asked.
        to: Uuid,
        /// The number of its request.
        number: u64,
    },
}

/// The channel of signals, which every process listens to.
pub(super) fn signals(connection: &RedisConnection) -> String {
    connection.name(&["signals"])
}

/// The channel of the confirmations for one process.
pub(super) fn confirmations(connection: &RedisConnection, process: Uuid) -> String {
    connection.name(&["confirmations", &text(process)])
}

fn text(id: Uuid) -> String {
    id.simple().to_string()
}

/// The first word. Messages of another version are ignored.
const VERSION: &str = "1";
/// The maximum length of a message, in bytes.
const MAX_BYTES: usize = 160;

/// The text of a message of `sender`.
pub(super) fn encode(sender: Uuid, message: Message) -> String {
    let words = match message {
        Message::Signal(Signal::Journal) => "journal".to_owned(),
        Message::Signal(Signal::Events(organization)) => {
            format!("events {}", text(organization.uuid()))
        }
        Message::Signal(Signal::Jobs) => "jobs".to_owned(),
        Message::Signal(Signal::Executions) => "executions".to_owned(),
        Message::Signal(Signal::Access(Invalidation::Member(organization, user))) => {
            format!("member {} {}", text(organization.uuid()), text(user.uuid()))
        }
        Message::Signal(Signal::Access(Invalidation::User(user))) => {
            format!("user {}", text(user.uuid()))
        }
        Message::Signal(Signal::Access(Invalidation::Organization(organization))) => {
            format!("organization {}", text(organization.uuid()))
        }
        Message::Signal(Signal::Catalogue(organization)) => {
            format!("catalogue {}", text(organization.uuid()))
        }
        Message::Signal(Signal::Missed) => "missed".to_owned(),
        Message::Confirm(number) => format!("confirm {number}"),
        Message::Confirmed { to, number } => format!("confirmed {} {number}", text(to)),
    };
    format!("{VERSION} {} {words}", text(sender))
}

/// The sender and its message; `None` for a message of another version.
pub(super) fn decode(message: &[u8]) -> Option<(Uuid, Message)> {
    if message.len() > MAX_BYTES {
        return None;
    }
    let text = std::str::from_utf8(message).ok()?;
    let mut words = text.split(' ');
    if words.next()? != VERSION {
        return None;
    }
    let sender = Uuid::try_parse(words.next()?).ok()?;
    let kind = words.next()?;
    let mut id = || words.next().and_then(|word| Uuid::try_parse(word).ok());
    let message = match kind {
        "journal" => Message::Signal(Signal::Journal),
        "events" => Message::Signal(Signal::Events(Id::from_uuid(id()?))),
        "jobs" => Message::Signal(Signal::Jobs),
        "executions" => Message::Signal(Signal::Executions),
        "member" => {
            let (organization, user) = (Id::from_uuid(id()?), Id::from_uuid(id()?));
            Message::Signal(Signal::Access(Invalidation::Member(organization, user)))
        }
        "user" => Message::Signal(Signal::Access(Invalidation::User(Id::from_uuid(id()?)))),
        "organization" => {
            Message::Signal(Signal::Access(Invalidation::Organization(Id::from_uuid(id()?))))
        }
        "catalogue" => Message::Signal(Signal::Catalogue(Id::from_uuid(id()?))),
        "missed" => Message::Signal(Signal::Missed),
        "confirm" => Message::Confirm(words.next()?.parse().ok()?),
        "confirmed" => {
            let to = id()?;
            Message::Confirmed { to, number: words.next()?.parse().ok()? }
        }
        _ => return None,
    };
    words.next().is_none().then_some((sender, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENDER: Uuid = Uuid::from_u128(0xabc);

    fn every() -> Vec<Message> {
        let [a, b] = [1, u128::MAX].map(Uuid::from_u128);
        let signals = [
            Signal::Journal,
            Signal::Events(Id::from_uuid(a)),
            Signal::Jobs,
            Signal::Executions,
            Signal::Access(Invalidation::Member(Id::from_uuid(a), Id::from_uuid(b))),
            Signal::Access(Invalidation::User(Id::from_uuid(b))),
            Signal::Access(Invalidation::Organization(Id::from_uuid(a))),
            Signal::Catalogue(Id::from_uuid(a)),
            Signal::Missed,
        ];
        let others = [Message::Confirm(u64::MAX), Message::Confirmed { to: b, number: 0 }];
        signals.map(Message::Signal).into_iter().chain(others).collect()
    }

    #[test]
    fn every_message_arrives_as_it_was_sent() {
        for message in every() {
            let text = encode(SENDER, message);
            assert!(text.len() < MAX_BYTES, "{text}");
            assert_eq!(decode(text.as_bytes()), Some((SENDER, message)));
        }
    }

    #[test]
    fn what_is_no_message_of_this_version_is_not_understood() {
        let sender = SENDER.simple();
        for text in [
            String::new(),
            "1".to_owned(),
            format!("1 {sender}"),
            format!("2 {sender} journal"),
            format!("1 {sender} coffee"),
            format!("1 {sender} events"),
            format!("1 {sender} events me"),
            format!("1 {sender} member {sender}"),
            format!("1 {sender} catalogue"),
            format!("1 {sender} journal more"),
            format!("1 {sender} confirm"),
            format!("1 {sender} confirm -1"),
            format!("1 {sender} confirmed {sender}"),
            format!("1 {sender} journal {}", "x".repeat(MAX_BYTES)),
            "1 me journal".to_owned(),
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
        assert_eq!(decode(&[0xff; 1000]), None);
    }
}
