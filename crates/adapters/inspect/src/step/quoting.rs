/// The state within a string. Only `'` ends it, but not every `'` does: any character may follow
/// `\S\` (ISO 10303-21, 6.4.3.2), so `\S\'` is `§`.
///
/// A lone `\` is invalid, but files with Windows paths contain it. It is accepted as a backslash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Between characters.
    #[default]
    Plain,
    /// After `\`.
    Backslash,
    /// After `\S`.
    Shift,
    /// After `\S\`.
    Shifted,
    /// After `\X`, `\X2`, `\PA`, `\N` and their like: a `\` ends it.
    Directive,
}

impl Quoting {
    /// The state after a byte; `None` when it ends the string. Two `'` in a row encode one, and do
    /// not end the string.
    pub(crate) const fn step(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (Self::Shifted, _) | (Self::Backslash | Self::Directive, b'\\') => Self::Plain,
            (_, b'\'') => return None,
            (Self::Shift, b'\\') => Self::Shifted,
            (Self::Plain, b'\\') => Self::Backslash,
            (Self::Backslash, b'S') => Self::Shift,
            (Self::Backslash, b'X' | b'P' | b'N' | b'F')
            | (Self::Directive, b'0' | b'2' | b'4' | b'A'..=b'I') => Self::Directive,
            _ => Self::Plain,
        })
    }
}
