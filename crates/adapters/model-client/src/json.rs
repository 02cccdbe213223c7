//! JSON as several servers write it, who do not agree on every type.

use std::{borrow::Cow, fmt};

use plinth_ports::AnswerName;
use serde::{
    Deserialize, Deserializer,
    de::{Error, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

/// A text that is copied only when it has escapes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

impl Text<'_> {
    /// `None` when the text is empty.
    pub(crate) fn filled(&self) -> Option<&str> {
        Some(&*self.0).filter(|text| !text.is_empty())
    }
}

/// The most characters of a name.
const NAME: usize = 200;

/// What a provider calls its answer. What is no text is ignored: nothing depends on it.
pub(crate) fn answer_name(id: Option<&RawValue>, model: Option<&RawValue>) -> AnswerName {
    let text = |raw: Option<&RawValue>| {
        let text: String = serde_json::from_str(raw?.get()).ok()?;
        let text: String = text.chars().filter(|c| !c.is_control()).take(NAME).collect();
        Some(text).filter(|text| !text.is_empty())
    };
    AnswerName { id: text(id), model: text(model) }
}

/// A number of tokens: a whole number, also written as 12.0. Anything below 0 is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count(pub(crate) u32);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CountVisitor)
    }
}

struct CountVisitor;

impl Visitor<'_> for CountVisitor {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of tokens")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Count, E> {
        Ok(Count(u32::try_from(number).unwrap_or(u32::MAX)))
    }

    fn visit_i64<E: Error>(self, _negative: i64) -> Result<Count, E> {
        Ok(Count(0))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Count, E> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates"
        )]
        Ok(Count(number as u32))
    }
}

/// What a model says: a text, or an array of parts of which those of the type `text` are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spoken(pub(crate) String);

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Text {
        text: String,
    },
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Spoken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpokenVisitor)
    }
}

struct SpokenVisitor;

impl<'de> Visitor<'de> for SpokenVisitor {
    type Value = Spoken;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or its parts")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Spoken, E> {
        Ok(Spoken(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spoken, A::Error> {
        let mut all = String::new();
        while let Some(part) = parts.next_element()? {
            if let Part::Text { text } = part {
                all.push_str(&text);
            }
        }
        Ok(Spoken(all))
    }
}
