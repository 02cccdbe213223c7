use std::fmt;

use uuid::Uuid;

use crate::{Invalid, text::checked};

crate::codes! {
    EMAIL_MALFORMED = "email.malformed", "A value is no e-mail address.";
}

/// An e-mail address in lower case (RFC 5321): a dot-atom of at most 64 characters (RFC 5322,
/// 3.2.3), `@`, and a domain of labels of letters, digits and hyphens (RFC 5890, 2.3.1); at most 254
/// characters. An internationalized domain is written in its ASCII form (`xn--…`).
///
/// Only a delivered message proves that an address exists, so this check refuses only impossible
/// addresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// The maximum length in characters: RFC 5321, 4.5.3.1.3, without the angle brackets.
    pub const MAX: usize = 254;

    /// Parses an address and lower-cases it, so that two spellings are equal.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let email = checked(text.trim().to_ascii_lowercase(), Self::MAX, false)?;
        match email.split_once('@') {
            Some((local, domain)) if is_local_part(local) && is_domain(domain) => Ok(Self(email)),
            _ => Err(malformed()),
        }
    }

    /// An address as stored, or one that is only compared with stored ones: earlier versions
    /// accepted more, and a stricter rule must not lock users out.
    pub fn stored(text: &str) -> Result<Self, Invalid> {
        let email = checked(text.trim().to_lowercase(), Self::MAX, false)?;
        if email.contains('@') { Ok(Self(email)) } else { Err(malformed()) }
    }

    /// An address that no mail reaches (RFC 2606, 2), for a user who has none any more.
    pub(crate) fn unreachable(user: Uuid) -> Self {
        Self(format!("{user}@deleted.invalid"))
    }

    /// The address as text, lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn malformed() -> Invalid {
    Invalid::new(EMAIL_MALFORMED, "must be an e-mail address")
}

/// Atoms with single dots between them.
fn is_local_part(text: &str) -> bool {
    let atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    text.len() <= 64 && text.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(atext))
}

/// One label or several, of 1 to 63 characters each.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.split('.').all(is_label)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spelling_in_capitals_is_the_same_address() {
        assert_eq!(Email::parse("Ada@Example.COM"), Email::parse("ada@example.com"));
    }

    #[test]
    fn every_dot_atom_and_every_domain_of_letters_digits_and_hyphens_is_an_address() {
        let local = "x".repeat(64);
        let labels = format!("{0}.{0}.{1}", "y".repeat(63), "y".repeat(61));
        for text in [
            "ada@example.com",
            "ada.lovelace+invoices@mail.example.co.uk",
            "o'neil!#$%&*-/=?^_`{|}~@example.com",
            "ada@localhost",
            "ada@xn--bcher-kva.example",
            "1@2.example",
            &format!("{local}@{labels}"),
        ] {
            assert_eq!(Email::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let long = [
            format!("{}@example.com", "x".repeat(65)),
            format!("ada@{}.com", "y".repeat(64)),
            format!("a@{}.de", "x".repeat(260)),
        ];
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a@b@c",
            "a b@c.de",
            "a@-b.de",
            "a@b-.de",
            "a@b..de",
            "a@.de",
            "a@b.",
            "a\0@b.de",
            ".a@b.de",
            "a.@b.de",
            "a..b@b.de",
            ".@b.de",
            "\u{200b}@b.de",
            "a\u{200b}@b.de",
            "a@b\u{200d}.de",
            "a@\u{feff}b.de",
            "ada@bücher.de",
            "ä@b.de",
            "\u{212a}ada@b.de",
            "\"a b\"@c.de",
            "a@[127.0.0.1]",
            "a@b_c.de",
            "a,b@c.de",
            "<a@b.de>",
            "(x)a@b.de",
        ]
        .into_iter()
        .chain(long.iter().map(|text| &**text))
        {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_that_an_earlier_version_accepted_is_still_readable() {
        for text in ["ada@bücher.de", "a..b@c.de", ".a@b.de"] {
            assert_eq!(Email::stored(text).unwrap().as_str(), text);
        }
    }

    proptest! {
        #[test]
        fn every_accepted_address_keeps_to_the_grammar(text in "[a-zA-Z.@ _+\"\\u{e4}\\u{200b}-]{0,30}|.{0,40}") {
            if let Ok(email) = Email::parse(&text) {
                let text = email.as_str();
                prop_assert!(text.is_ascii() && text.len() <= Email::MAX);
                prop_assert_eq!(text.to_ascii_lowercase(), text);
                prop_assert_eq!(text.matches('@').count(), 1);
                prop_assert!(!text.contains("..") && !text.contains(".@") && !text.contains("@."));
                prop_assert!(!text.starts_with('.') && !text.ends_with('.'));
                prop_assert_eq!(Email::parse(text), Ok(email.clone()));
                prop_assert_eq!(Email::stored(text), Ok(email));
            }
        }

        #[test]
        fn no_character_outside_of_ascii_makes_its_way_into_an_address(
            at in 0usize..15,
            c in any::<char>().prop_filter("not ASCII", |c| !c.is_ascii() && !c.is_whitespace()),
        ) {
            let mut text = "ada@example.com".to_owned();
            text.insert(at, c);
            prop_assert!(Email::parse(&text).is_err(), "{text:?}");
        }
    }
}
