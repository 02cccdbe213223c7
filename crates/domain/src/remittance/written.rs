/// The least number of letters and digits of a number that is looked for. Shorter ones stand in
/// many texts that mean something else.
const LEAST: usize = 4;

/// What stands between two letters or digits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Gap {
    words: Words,
    /// A dash or a slash.
    mark: bool,
    /// A character that is no letter, digit, blank, dash or slash.
    other: bool,
}

/// Whether two characters belong to one word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Words {
    #[default]
    One,
    /// There is a blank between them.
    Two,
    /// A line ends between them, which may be in the middle of a number.
    TwoLines,
}

impl Gap {
    fn add(&mut self, c: char) {
        match c {
            '-'
            | '\u{ad}'
            | '\u{2010}'..='\u{2015}'
            | '\u{2212}'
            | '/'
            | '\\'
            | '\u{2044}'
            | '\u{2215}' => self.mark = true,
            _ if !c.is_whitespace() => self.other = true,
            _ if self.words == Words::One => self.words = Words::Two,
            _ => {}
        }
    }
}

/// The letters and digits of a text in capitals, each with the gap before it.
#[derive(Debug, Clone, Default)]
struct Written {
    letters: Vec<char>,
    gaps: Vec<Gap>,
}

impl Written {
    fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut written, mut gap) = (Self::default(), Gap::default());
        for line in lines {
            for c in line.chars() {
                if c.is_alphanumeric() {
                    for capital in c.to_uppercase() {
                        written.letters.push(capital);
                        written.gaps.push(std::mem::take(&mut gap));
                    }
                } else {
                    gap.add(c);
                }
            }
            gap.words = Words::TwoLines;
        }
        written.gaps.push(gap);
        written
    }
}

/// The remittance text of a payment, prepared to be searched for many numbers.
#[derive(Debug, Clone)]
pub struct Remittance(Written);

impl Remittance {
    /// The text of these lines, in their order.
    #[must_use]
    pub fn new<T: AsRef<str>>(lines: &[T]) -> Self {
        Self(Written::of(lines.iter().map(AsRef::as_ref)))
    }

    /// Whether the text names `number`, in any spelling: see [`mentions`].
    #[must_use]
    pub fn mentions(&self, number: &str) -> bool {
        let number = Written::of([number]);
        let length = number.letters.len();
        if length < LEAST || !number.letters.iter().any(char::is_ascii_digit) {
            return false;
        }
        let windows = self.0.letters.windows(length).enumerate();
        let mut found = windows.filter(|(_, window)| *window == number.letters);
        found.any(|(start, _)| self.is_alone(start, &number) && self.is_whole(start, &number))
    }

    /// Whether the letters from `start` on are no part of a longer number.
    fn is_alone(&self, start: usize, number: &Written) -> bool {
        let Written { letters, gaps } = &self.0;
        let end = start + number.letters.len();
        let (before, after) = (gaps[start], gaps[end]);
        let starts_well = start == 0 || before.words != Words::One || {
            let previous = letters[start - 1];
            let joined = previous.is_numeric() || (before.mark && previous.is_alphanumeric());
            let goes_on = joined && number.letters[0].is_numeric();
            before != Gap::default() && !goes_on
        };
        let ends_well = end == letters.len()
            || after.words != Words::One
            || (after != Gap::default() && !letters[end].is_numeric());
        starts_well && ends_well
    }

    /// Whether the gaps within the number may be there. A line may end anywhere. A number of
    /// digits only is not put together from two words.
    fn is_whole(&self, start: usize, number: &Written) -> bool {
        let digits = number.letters.iter().all(|c| c.is_numeric());
        let own = number.gaps[1..number.letters.len()].iter();
        self.0.gaps[start + 1..].iter().zip(own).all(|(gap, own)| {
            let apart = gap.words == Words::Two && own.words == Words::One;
            !(digits && apart) && (!gap.other || own.other)
        })
    }
}

/// Whether a payment with these lines of text names `number`.
///
/// Case, blanks, dashes and slashes do not count, and a line may end in the middle of the number:
/// `re 2026/0` and `001` name `RE-2026-0001`. A longer number does not name a shorter one:
/// `RE-2026-00012` and `RE-2026-0001-2` do not name `RE-2026-0001`. Where a line ends, both
/// readings count: `RE-2026-0001` and `2 pieces` name `RE-2026-0001` and `RE-2026-00012`, so a
/// caller must not decide when several open numbers are named. A number of fewer than four letters
/// and digits, or without a digit, is never named.
#[must_use]
pub fn mentions<T: AsRef<str>>(number: &str, lines: &[T]) -> bool {
    Remittance::new(lines).mentions(number)
}

#[cfg(test)]
mod tests;
