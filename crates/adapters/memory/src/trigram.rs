//! Similarity of words by trigrams, like PostgreSQL's `pg_trgm`.

use std::collections::{HashMap, HashSet};

type Trigram = [char; 3];

/// The trigrams of a text in their order, word by word: each word in lower case, two blanks before
/// it and one after it.
fn trigrams(text: &str) -> Vec<Trigram> {
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let padded: Vec<char> =
            "  ".chars().chain(word.to_lowercase().chars()).chain([' ']).collect();
        found.extend(padded.windows(3).map(|three| [three[0], three[1], three[2]]));
    }
    found
}

/// The similarity of `words` to the most similar part of `text`, 0 to 1: `word_similarity(words,
/// text)`.
///
/// A part is an extent of the text's trigrams. The similarity is that of two sets: the size of
/// their intersection divided by that of their union.
pub(crate) fn word_similarity(words: &str, text: &str) -> f32 {
    let wanted: HashSet<Trigram> = trigrams(words).into_iter().collect();
    let text = trigrams(text);
    let mut extent = Extent::new(&wanted, &text);
    let mut best = 0.0_f32;
    for (at, trigram) in text.iter().enumerate() {
        extent.reach(at);
        if wanted.contains(trigram) {
            best = best.max(extent.shrink(at));
        }
    }
    best
}

/// An extent of a text's trigrams: from the first wanted one to the last one added. Like `pg_trgm`,
/// it never moves the lower bound back.
struct Extent<'a> {
    wanted: &'a HashSet<Trigram>,
    text: &'a [Trigram],
    /// The lower bound, once a wanted trigram was found.
    lower: Option<usize>,
    /// The last position of each of its trigrams.
    last: HashMap<Trigram, usize>,
    /// How many different trigrams it has.
    distinct: usize,
    /// How many of them are wanted.
    shared: usize,
}

impl<'a> Extent<'a> {
    fn new(wanted: &'a HashSet<Trigram>, text: &'a [Trigram]) -> Self {
        Self { wanted, text, lower: None, last: HashMap::new(), distinct: 0, shared: 0 }
    }

    /// Adds the trigram `at`, if the extent has begun.
    fn reach(&mut self, at: usize) {
        let trigram = self.text[at];
        let wanted = self.wanted.contains(&trigram);
        if self.lower.is_none() && !wanted {
            return;
        }
        self.lower.get_or_insert(at);
        if self.last.insert(trigram, at).is_none() {
            self.distinct += 1;
            self.shared += usize::from(wanted);
        }
    }

    /// Moves the lower bound to the position of the greatest similarity with the upper bound
    /// `upper`, and returns that similarity.
    fn shrink(&mut self, upper: usize) -> f32 {
        let from = self.lower.unwrap_or(upper);
        let mut best = self.likeness(self.shared, self.distinct);
        let (mut shared, mut distinct) = (self.shared, self.distinct);
        for lower in from..=upper {
            let likeness = self.likeness(shared, distinct);
            if likeness > best {
                best = likeness;
                (self.lower, self.shared, self.distinct) = (Some(lower), shared, distinct);
            }
            let trigram = self.text[lower];
            if self.last.get(&trigram) == Some(&lower) {
                distinct -= 1;
                shared -= usize::from(self.wanted.contains(&trigram));
            }
        }
        for lower in from..self.lower.unwrap_or(from) {
            let trigram = self.text[lower];
            if self.last.get(&trigram) == Some(&lower) {
                self.last.remove(&trigram);
            }
        }
        best
    }

    #[expect(clippy::cast_precision_loss, reason = "a text has far fewer than 2^23 trigrams")]
    fn likeness(&self, shared: usize, distinct: usize) -> f32 {
        shared as f32 / (self.wanted.len() + distinct - shared) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_what_postgresql_says() {
        // Results of `SELECT word_similarity(…)`.
        for (words, text, likeness) in [
            ("word", "two words", 0.8),
            ("harbor", "p-1 hamburg harbour crossing", 0.714_285_7),
            ("harbur", "p-1 hamburg harbour crossing", 0.571_428_6),
            ("brigde", "ab-12 the old bridge", 0.428_571_4),
            ("a rigde", "words p 2 sünchen a untnel ananas abridge brigde anan-as", 0.625),
            ("tunnnel", "bridge tnnnerl wo rdge saraß wrds tunnel", 0.875),
            ("aa", "aaaa aa", 1.0),
        ] {
            assert!((word_similarity(words, text) - likeness).abs() < 1e-6, "{words} in {text}");
        }
        assert!(word_similarity("", "word").abs() < 1e-6);
    }
}
