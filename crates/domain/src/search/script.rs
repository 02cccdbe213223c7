use icu_properties::{
    CodePointMapData,
    props::{GeneralCategory, GeneralCategoryGroup},
};

/// The part that a character has in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A letter, mark or digit of a word.
    Word,
    /// A character of a script that has no blanks between words, or particles at their ends.
    Unspaced,
    /// Everything else separates words.
    Separator,
}

/// Thai, Lao, Myanmar, Khmer, and what East Asian texts consist of; the symbols among them are
/// separators by their categories.
const UNSPACED: &[std::ops::RangeInclusive<char>] = &[
    '\u{0e00}'..='\u{0eff}',
    '\u{1000}'..='\u{109f}',
    '\u{1100}'..='\u{11ff}',
    '\u{1780}'..='\u{17ff}',
    '\u{3005}'..='\u{318f}',
    '\u{31a0}'..='\u{31bf}',
    '\u{31f0}'..='\u{31ff}',
    '\u{3400}'..='\u{4dbf}',
    '\u{4e00}'..='\u{a4cf}',
    '\u{a960}'..='\u{a97f}',
    '\u{aa60}'..='\u{aa7f}',
    '\u{ac00}'..='\u{d7ff}',
    '\u{f900}'..='\u{faff}',
    '\u{16fe0}'..='\u{18fff}',
    '\u{1aff0}'..='\u{1b2ff}',
    '\u{20000}'..='\u{3ffff}',
];

const WORD: GeneralCategoryGroup = GeneralCategoryGroup::Letter
    .union(GeneralCategoryGroup::Mark)
    .union(GeneralCategoryGroup::Number);

impl Part {
    pub(super) fn of(c: char) -> Self {
        if c.is_ascii() {
            return if c.is_ascii_alphanumeric() { Self::Word } else { Self::Separator };
        }
        let categories = const { CodePointMapData::<GeneralCategory>::new() };
        if !WORD.contains(categories.get(c)) {
            Self::Separator
        } else if UNSPACED.iter().any(|range| range.contains(&c)) {
            Self::Unspaced
        } else {
            Self::Word
        }
    }
}
