/// Counts the lines of a text, from its beginning to its end.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of the first row at or behind this byte: a reader skips empty lines before a row.
    pub(super) fn of_row(&mut self, from: usize) -> u64 {
        let rest = self.text.get(from..).unwrap_or_default();
        let begin = from + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let passed = self.text.get(self.at..begin).unwrap_or_default();
        self.line += passed.matches('\n').count() as u64;
        self.at = begin.max(self.at);
        self.line
    }
}
