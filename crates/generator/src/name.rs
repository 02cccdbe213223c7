use serde::Serialize;

use crate::{
    Error,
    reserved::{self, Use},
};

/// A name in snake case, in each spelling that code and texts need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Name {
    /// `purchase_order`
    pub(crate) snake: String,
    /// `PurchaseOrder`
    pub(crate) pascal: String,
    /// `PURCHASE_ORDER`
    pub(crate) upper: String,
    /// `purchase-order`
    pub(crate) kebab: String,
    /// `purchase order`
    pub(crate) label: String,
    /// `Purchase order`
    pub(crate) title: String,
}

impl Name {
    /// Checks a name: snake case of ASCII letters and digits, and no word that
    /// Rust, SQL or the generated code reserves.
    pub(crate) fn parse(text: &str, purpose: Use) -> Result<Self, Error> {
        let name = Self::spelled(text)?;
        if let Some(reason) = reserved::reason(text, purpose) {
            return Err(Error::name(text, reason));
        }
        Ok(name)
    }

    /// Checks the spelling alone.
    pub(crate) fn spelled(text: &str) -> Result<Self, Error> {
        let word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        };
        if text.split('_').all(word) {
            Ok(Self::unchecked(text))
        } else {
            Err(Error::name(text, "is not in snake_case, such as purchase_order"))
        }
    }

    /// Spells a name that is known to be in snake case.
    pub(crate) fn unchecked(snake: &str) -> Self {
        let label = snake.replace('_', " ");
        Self {
            pascal: snake.split('_').map(capitalized).collect(),
            upper: snake.to_uppercase(),
            kebab: snake.replace('_', "-"),
            title: capitalized(&label),
            label,
            snake: snake.to_owned(),
        }
    }

    /// The plural by the rules of regular English nouns.
    pub(crate) fn plural(&self) -> String {
        let text = &self.snake;
        let before_last = text.chars().rev().nth(1);
        if text.ends_with('y') && !before_last.is_some_and(|c| "aeiou".contains(c)) {
            return format!("{}ies", &text[..text.len() - 1]);
        }
        let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|ending| text.ends_with(ending));
        format!("{text}{}", if hisses { "es" } else { "s" })
    }

    /// `a` or `an`, as the first letter suggests.
    pub(crate) fn article(&self) -> &'static str {
        if self.snake.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" }
    }
}

fn capitalized(text: &str) -> String {
    let (first, rest) = text.split_at(text.len().min(1));
    first.to_uppercase() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_snake_case() {
        for text in ["", "Contract", "purchase-order", "_a", "a_", "a__b", "1st", "é", "a b"] {
            assert!(Name::parse(text, Use::Record).is_err(), "{text}");
        }
        let name = Name::parse("purchase_order2", Use::Record).unwrap();
        assert_eq!((&*name.pascal, &*name.kebab), ("PurchaseOrder2", "purchase-order2"));
        assert_eq!((&*name.upper, &*name.title), ("PURCHASE_ORDER2", "Purchase order2"));
    }

    #[test]
    fn a_plural_follows_the_regular_rules() {
        for (one, many) in [
            ("contract", "contracts"),
            ("company", "companies"),
            ("day_rate", "day_rates"),
            ("survey", "surveys"),
            ("address", "addresses"),
            ("batch", "batches"),
            ("box", "boxes"),
        ] {
            assert_eq!(Name::unchecked(one).plural(), many);
        }
    }
}
