use crate::{Invalid, Name};

crate::codes! {
    SLUG_MALFORMED = "slug.malformed",
        "A slug has other characters than a-z, 0-9 and -, or not 2 to 100 of them.";
}

/// The short name of an organization in URLs: `[a-z0-9-]{2,100}`, unique in the
/// installation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// The maximum length in characters.
    pub const MAX: usize = 100;

    /// Parses a slug.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits = (2..=Self::MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(SLUG_MALFORMED, "2 to 100 of a-z, 0-9 and -"))
        }
    }

    /// Derives a slug from a name. The random `suffix` allows two organizations of
    /// the same name.
    #[must_use]
    pub fn from_name(name: &Name, suffix: u32) -> Self {
        let mut slug = String::with_capacity(name.as_str().len() + 9);
        for c in name.as_str().to_lowercase().chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(Self::MAX - 9);
        let base = slug.trim_end_matches('-');
        let base = if base.is_empty() { "org" } else { base };
        Self(format!("{base}-{suffix:08x}"))
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_name_gives_a_well_formed_slug(text in any::<String>(), suffix in any::<u32>()) {
            if let Ok(name) = Name::parse(&text) {
                let slug = Slug::from_name(&name, suffix);
                prop_assert_eq!(Slug::parse(slug.as_str()).unwrap(), slug);
            }
        }
    }
}
