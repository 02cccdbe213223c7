/// How long a mark may be with the blanks around it, in bytes.
const MAX_BYTES: usize = 64;

/// The line that may begin like `FILE_SCHEMA(`, `ENDSEC;` or `DATA;`. A quote that is not closed in
/// the header would hide them: `FILE_NAME('Bob's house.ifc', …)`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MarkStart {
    /// The position in the statement where the line begins.
    line: usize,
}

impl MarkStart {
    /// The position where a mark begins, if `next` ends one, and something else stands before it.
    pub(super) fn before(self, next: u8, statement: &[u8]) -> Option<usize> {
        let marks: &[&[u8]] = match next {
            b'(' => &[b"FILE_SCHEMA"],
            b';' => &[b"ENDSEC", b"DATA"],
            _ => return None,
        };
        let line = statement.get(self.line..).filter(|line| line.len() <= MAX_BYTES)?;
        let is_mark = marks.iter().any(|mark| line.trim_ascii().eq_ignore_ascii_case(mark));
        (self.line > 0 && is_mark).then_some(self.line)
    }

    /// Reads a byte, after which the statement has `length` bytes.
    pub(super) fn step(&mut self, byte: u8, length: usize) {
        if matches!(byte, b'\n' | b'\r') || length == 0 {
            self.line = length;
        }
    }
}
