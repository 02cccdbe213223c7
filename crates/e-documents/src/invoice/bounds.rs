use crate::text::line;

/// The longest line of text, in characters.
pub(super) const LINE: usize = 200;

/// The longest text of several lines, in characters.
pub(super) const TEXT: usize = 5_000;

/// A text on one line; `None` when there is none.
pub(super) fn some_line(text: Option<String>) -> Option<String> {
    text.and_then(|text| line(&text, LINE))
}
