//! Inline images (8.9.7), which are skipped.

use super::{Content, token::is_space};

/// How many bytes behind `EI` must be text, so that it is no part of the data.
const TEXT_BEHIND: usize = 16;

impl Content<'_> {
    /// Skips an inline image, from behind `BI` on. The data may be longer than the size of the
    /// image needs, so only `EI` ends them. When none fits, the first one before white space is taken; without
    /// one, everything up to the end is data.
    pub(super) fn skip_inline_image(&mut self) {
        let mut none = 0;
        // The keys and their values.
        loop {
            self.skip_space();
            match self.peek() {
                None => return,
                Some(_) if self.operand(0).is_some() => {}
                Some(_) => match self.word() {
                    Some(b"ID") => break,
                    Some(b"EI") => return,
                    Some(_) => none += 1,
                    None => self.at += 1,
                },
            }
            if none > super::MAX_OPERANDS {
                return;
            }
        }
        let mut first = None;
        while let Some(found) = self.bytes[self.at..].windows(2).position(|two| two == b"EI") {
            let before = self.at + found;
            self.at = before + 2;
            let follows = self.peek().is_none_or(is_space);
            let precedes = before.checked_sub(1).is_none_or(|at| is_space(self.bytes[at]));
            if follows && precedes && self.text_follows() {
                return;
            }
            first = first.or(follows.then_some(self.at));
            // None fits in the rest, which was searched for an earlier image.
            if self.lacks_an_end && first.is_some() {
                break;
            }
        }
        self.lacks_an_end = true;
        self.at = first.unwrap_or(self.bytes.len());
    }

    fn text_follows(&self) -> bool {
        let behind = &self.bytes[self.at..];
        let text = |byte: &u8| is_space(*byte) || byte.is_ascii_graphic();
        behind.iter().take(TEXT_BEHIND).all(text)
    }
}
