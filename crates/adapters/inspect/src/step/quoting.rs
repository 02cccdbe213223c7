/// How far one is in a string, whose end only `'` marks, and not every `'`
/// does: after `\S\` stands any character (ISO 10303-21, 6.4.3.2), thus `\S\'`
/// for `§`.
///
/// A lone `\` is not allowed, and yet there are files with Windows paths in
/// them; it is taken for itself.
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
    /// Goes on by a byte; `None` when that ends the string. Where another `'`
    /// follows at once, both stand for one, and the string goes on.
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
