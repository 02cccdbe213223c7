/// Whether a line begins like an instance: `#12=`, with blanks before and after the name. No value
/// within a statement is followed by `=`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum InstanceStart {
    /// Not at the start of a line.
    #[default]
    Elsewhere,
    /// Only blanks were read in this line.
    LineStart,
    /// After `#` and some digits; the position of `#` in the statement.
    Name(usize),
    /// After the name and blanks.
    Named(usize),
}

impl InstanceStart {
    /// Reads a byte, after which the statement has `length` bytes. Returns the position of `#` when
    /// an instance begins there, and something else stands before it.
    pub(super) fn step(&mut self, byte: u8, length: usize) -> Option<usize> {
        *self = match (*self, byte) {
            (_, b'\n' | b'\r') | (Self::LineStart, b' ' | b'\t') => Self::LineStart,
            (Self::LineStart, b'#') if length > 1 => Self::Name(length - 1),
            (Self::Name(at), b'0'..=b'9') => Self::Name(at),
            (Self::Name(at) | Self::Named(at), b' ' | b'\t') => Self::Named(at),
            (Self::Name(at) | Self::Named(at), b'=') => {
                *self = Self::Elsewhere;
                return Some(at);
            }
            _ => Self::Elsewhere,
        };
        None
    }
}
