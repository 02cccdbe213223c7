use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use plinth_ports::{Position, SortValue};
use sha2::Sha256;
use uuid::Uuid;

use crate::mac;

/// Bytes of the authentication tag in a cursor (NIST SP 800-107 allows an HMAC
/// truncated to 128 bits).
const TAG: usize = 16;

/// Creates and verifies cursors. A cursor is opaque and authenticated: it is bound to the
/// organization, the list, its order and its filters.
pub(super) struct Sealer<'a> {
    key: &'a [u8; 32],
    context: &'a str,
}

impl<'a> Sealer<'a> {
    pub(super) const fn new(key: &'a [u8; 32], context: &'a str) -> Self {
        Self { key, context }
    }

    /// Creates a cursor for the page after `position`.
    pub(super) fn seal(&self, position: &Position) -> String {
        let mut bytes = position.id.as_bytes().to_vec();
        match &position.value {
            SortValue::Identity => bytes.push(b'i'),
            SortValue::Time(at) => {
                bytes.push(b't');
                bytes.extend_from_slice(&at.timestamp_micros().to_be_bytes());
            }
            SortValue::Text(text) => {
                bytes.push(b's');
                bytes.extend_from_slice(text.as_bytes());
            }
            SortValue::Number(number) => {
                bytes.push(b'n');
                bytes.extend_from_slice(&number.to_be_bytes());
            }
        }
        let tag = self.mac(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&tag[..TAG]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor; `None` if it was not created for this list.
    pub(super) fn open(&self, cursor: &str) -> Option<Position> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (body, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
        self.mac(body).verify_truncated_left(tag).ok()?;
        let (id, rest) = body.split_at_checked(16)?;
        let value = match rest.split_first()? {
            (b'i', []) => SortValue::Identity,
            (b't', micros) => {
                let micros = i64::from_be_bytes(micros.try_into().ok()?);
                SortValue::Time(chrono::DateTime::from_timestamp_micros(micros)?)
            }
            (b'n', number) => SortValue::Number(i16::from_be_bytes(number.try_into().ok()?)),
            (b's', text) => SortValue::Text(String::from_utf8(text.to_vec()).ok()?),
            _ => return None,
        };
        Some(Position { value, id: Uuid::from_slice(id).ok()? })
    }

    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = mac::keyed(self.key);
        mac.update(&(self.context.len() as u64).to_be_bytes());
        mac.update(self.context.as_bytes());
        mac.update(body);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_position() -> impl Strategy<Value = Position> {
        let value = prop_oneof![
            Just(SortValue::Identity),
            (0i64..4_000_000_000_000_000).prop_map(|m| {
                SortValue::Time(chrono::DateTime::from_timestamp_micros(m).unwrap())
            }),
            any::<String>().prop_map(SortValue::Text),
            any::<i16>().prop_map(SortValue::Number),
        ];
        (value, any::<u128>()).prop_map(|(value, id)| Position { value, id: Uuid::from_u128(id) })
    }

    proptest! {
        #[test]
        fn a_cursor_leads_back_to_its_position(position in any_position()) {
            let sealer = Sealer::new(&[7; 32], "projects");
            prop_assert_eq!(sealer.open(&sealer.seal(&position)), Some(position));
        }

        #[test]
        fn a_changed_cursor_is_refused(position in any_position(), at in any::<prop::sample::Index>(), flip in 1u8..) {
            let sealer = Sealer::new(&[7; 32], "projects");
            let mut bytes = URL_SAFE_NO_PAD.decode(sealer.seal(&position)).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert_eq!(sealer.open(&URL_SAFE_NO_PAD.encode(bytes)), None);
        }

        #[test]
        fn a_cursor_of_another_list_or_key_is_refused(position in any_position()) {
            let cursor = Sealer::new(&[7; 32], "projects").seal(&position);
            prop_assert_eq!(Sealer::new(&[7; 32], "projects?status=active").open(&cursor), None);
            prop_assert_eq!(Sealer::new(&[8; 32], "projects").open(&cursor), None);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in any::<String>()) {
            prop_assert_eq!(Sealer::new(&[7; 32], "projects").open(&text), None);
        }
    }
}
