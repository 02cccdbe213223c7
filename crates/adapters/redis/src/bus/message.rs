//! A signal as text: `1 <sender> <kind> <id>…`, with ids as 32 hexadecimal digits.

use plinth_domain::Id;
use plinth_ports::{Invalidation, Signal};
use uuid::Uuid;

/// The first word. Messages of another version are ignored.
const VERSION: &str = "1";
/// The maximum length of a message, in bytes.
const MAX_BYTES: usize = 160;

/// The message by which `sender` publishes `signal`.
pub(super) fn encode(sender: Uuid, signal: Signal) -> String {
    let text = |id: Uuid| id.simple().to_string();
    let words = match signal {
        Signal::Journal => "journal".to_owned(),
        Signal::Events(organization) => format!("events {}", text(organization.uuid())),
        Signal::Jobs => "jobs".to_owned(),
        Signal::Access(Invalidation::Member(organization, user)) => {
            format!("member {} {}", text(organization.uuid()), text(user.uuid()))
        }
        Signal::Access(Invalidation::User(user)) => format!("user {}", text(user.uuid())),
        Signal::Missed => "missed".to_owned(),
    };
    format!("{VERSION} {} {words}", text(sender))
}

/// The sender and its signal; `None` for a message of another version.
pub(super) fn decode(message: &[u8]) -> Option<(Uuid, Signal)> {
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
    let signal = match kind {
        "journal" => Signal::Journal,
        "events" => Signal::Events(Id::from_uuid(id()?)),
        "jobs" => Signal::Jobs,
        "member" => {
            let organization = Id::from_uuid(id()?);
            Signal::Access(Invalidation::Member(organization, Id::from_uuid(id()?)))
        }
        "user" => Signal::Access(Invalidation::User(Id::from_uuid(id()?))),
        "missed" => Signal::Missed,
        _ => return None,
    };
    words.next().is_none().then_some((sender, signal))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENDER: Uuid = Uuid::from_u128(0xabc);

    fn every() -> [Signal; 6] {
        let [a, b] = [1, u128::MAX].map(Uuid::from_u128);
        [
            Signal::Journal,
            Signal::Events(Id::from_uuid(a)),
            Signal::Jobs,
            Signal::Access(Invalidation::Member(Id::from_uuid(a), Id::from_uuid(b))),
            Signal::Access(Invalidation::User(Id::from_uuid(b))),
            Signal::Missed,
        ]
    }

    #[test]
    fn every_signal_arrives_as_it_was_sent() {
        for signal in every() {
            let message = encode(SENDER, signal);
            assert!(message.len() < MAX_BYTES, "{message}");
            assert_eq!(decode(message.as_bytes()), Some((SENDER, signal)));
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
            format!("1 {sender} journal more"),
            format!("1 {sender} journal {}", "x".repeat(MAX_BYTES)),
            "1 me journal".to_owned(),
        ] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
        assert_eq!(decode(&[0xff; 1000]), None);
    }
}
