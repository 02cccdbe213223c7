use crate::{Email, Invalid};

crate::codes! {
    DOMAIN_MALFORMED = "domain.malformed",
        "A value is no domain of the Internet with at least two labels, such as example.com.";
    DOMAIN_PUBLIC = "domain.public", "Everyone gets a mail address in this domain.";
}

/// Domains in which everyone gets a mail address, in the order of the alphabet. Who runs the domain
/// verifies it; the list spares all others the attempt.
const PUBLIC: &[&str] = &[
    "aol.com",
    "fastmail.com",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.com",
    "icloud.com",
    "live.com",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "outlook.com",
    "outlook.de",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "t-online.de",
    "web.de",
    "yahoo.com",
    "yahoo.de",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
];

/// The last labels that no one can publish records for (RFC 2606, RFC 6761, RFC 6762).
const RESERVED: &[&str] = &["arpa", "internal", "invalid", "local", "localhost", "onion"];

/// A domain of mail addresses in its ASCII form (`xn--…`, RFC 5891) and in lower case: two or more
/// labels, at most 230 characters, so that a name below it can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

impl DomainName {
    /// The maximum length in characters.
    pub const MAX: usize = 230;

    /// Parses a domain in any spelling: `Bücher.example`, `xn--bcher-kva.example.`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let text = text.strip_suffix('.').unwrap_or(text);
        // What is longer is none in any form; the conversion need not look at it.
        if text.len() > 1_000 {
            return Err(malformed());
        }
        let ascii = idna::domain_to_ascii_strict(text).map_err(|_| malformed())?;
        let domain = Self::stored(&ascii)?;
        if PUBLIC.binary_search(&domain.as_str()).is_ok() {
            return Err(Invalid::new(DOMAIN_PUBLIC, "everyone gets a mail address there"));
        }
        Ok(domain)
    }

    /// A domain as stored. A later version may call it public.
    pub fn stored(ascii: &str) -> Result<Self, Invalid> {
        let last = ascii.rsplit_once('.').map(|(_, last)| last);
        let is_reserved =
            |last: &str| RESERVED.contains(&last) || last.bytes().all(|byte| byte.is_ascii_digit());
        let fits = ascii.len() <= Self::MAX && ascii.split('.').all(is_label);
        match last {
            Some(last) if fits && !is_reserved(last) => Ok(Self(ascii.to_owned())),
            _ => Err(malformed()),
        }
    }

    /// The domain of an address; `None` for one that no organization can claim.
    #[must_use]
    pub fn of(email: &Email) -> Option<Self> {
        let (_, domain) = email.as_str().rsplit_once('@')?;
        Self::parse(domain).ok()
    }

    /// The domain as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn malformed() -> Invalid {
    Invalid::new(DOMAIN_MALFORMED, "must be a domain such as example.com")
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_spelling_of_a_domain_is_the_same_one() {
        for (text, ascii) in [
            ("example.com", "example.com"),
            (" EXAMPLE.com. ", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("bücher。example", "xn--bcher-kva.example"),
            ("mail.example.co.uk", "mail.example.co.uk"),
        ] {
            assert_eq!(DomainName::parse(text).unwrap().as_str(), ascii, "{text}");
        }
        let email = Email::parse("ada@XN--BCHER-KVA.example").unwrap();
        assert_eq!(DomainName::of(&email), DomainName::parse("bücher.example").ok());
    }

    #[test]
    fn what_no_organization_can_own_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        let longer = format!("{}com", "abcdefghi.".repeat(23));
        for text in [
            "",
            ".",
            "com",
            "localhost",
            "a.localhost",
            "example..com",
            ".example.com",
            "-a.example",
            "a-.example",
            "a_b.example",
            "*.example.com",
            "a b.example",
            "127.0.0.1",
            "[::1]",
            "1.2",
            "ada@example.com",
            "https://example.com",
            "service.invalid",
            "deleted.invalid",
            "printer.local",
            "4.3.2.1.in-addr.arpa",
            "xn--a.example",
            &long,
            &longer,
        ] {
            let refused = DomainName::parse(text).map_err(|invalid| invalid.code);
            assert_eq!(refused, Err(DOMAIN_MALFORMED), "{text:?}");
        }
    }

    #[test]
    fn a_domain_in_which_everyone_gets_an_address_is_refused_in_any_spelling() {
        assert!(PUBLIC.is_sorted(), "it is searched by halves");
        for text in PUBLIC.iter().copied().chain(["Gmail.com", "ＧＭＡＩＬ.com", "gmx.de."]) {
            let refused = DomainName::parse(text).unwrap_err();
            assert_eq!(refused.code, DOMAIN_PUBLIC, "{text}");
        }
        let email = Email::parse("ada@gmail.com").unwrap();
        assert_eq!(DomainName::of(&email), None);
    }

    proptest! {
        #[test]
        fn a_domain_is_ascii_and_read_again_as_itself(text in "[a-zA-Z0-9äß.\u{3002}-]{0,40}|.{0,30}") {
            if let Ok(domain) = DomainName::parse(&text) {
                prop_assert!(domain.as_str().is_ascii() && domain.as_str().len() <= DomainName::MAX);
                prop_assert_eq!(DomainName::parse(domain.as_str()), Ok(domain.clone()));
                prop_assert_eq!(DomainName::stored(domain.as_str()), Ok(domain));
            }
        }
    }
}
