use super::{fault, quoting::Quoting};
use crate::refusal::Refusal;

/// The lexical state of a scanner.
#[derive(Debug, Clone, Copy)]
enum State {
    /// Outside of everything.
    Plain,
    /// After `/`.
    Slash,
    /// In a comment.
    Comment,
    /// In a comment, after `*`.
    Star,
    /// In a string.
    Quoted(Quoting),
}

/// Splits a file that arrives in pieces into statements: the text between two semicolons, without
/// comments.
pub(crate) struct Scanner {
    state: State,
    /// The statement so far.
    statement: Vec<u8>,
    /// The line of its first character, from 1.
    start: u64,
    /// The line that is read.
    line: u64,
    /// The maximum length of a statement, in bytes.
    limit: usize,
}

impl Scanner {
    pub(crate) fn new(limit: usize) -> Self {
        Self { state: State::Plain, statement: Vec::new(), start: 1, line: 1, limit }
    }

    /// The line that is read.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Reads the next piece. `take` receives each statement that ends in it, with its first line.
    pub(crate) fn feed(
        &mut self,
        piece: &[u8],
        take: &mut impl FnMut(&[u8], u64) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        for &byte in piece {
            self.state = match self.state {
                State::Plain => self.plain(byte, take)?,
                State::Slash if byte == b'*' => {
                    // A comment separates tokens.
                    self.push(b' ')?;
                    State::Comment
                }
                State::Slash => {
                    self.push(b'/')?;
                    self.plain(byte, take)?
                }
                State::Comment | State::Star => self.comment(byte)?,
                State::Quoted(quoting) => {
                    self.push(byte)?;
                    quoting.step(byte).map_or(State::Plain, State::Quoted)
                }
            };
            self.line += u64::from(byte == b'\n');
        }
        Ok(())
    }

    /// Checks that no string, comment or statement is open at the end.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match self.state {
            State::Comment | State::Star => Err(fault(self.line, "a comment is not closed")),
            State::Quoted(_) => Err(fault(self.start, "a string is not closed")),
            _ if self.statement.is_empty() => Ok(()),
            _ => Err(fault(self.start, "the last statement has no end")),
        }
    }

    fn plain(
        &mut self,
        byte: u8,
        take: &mut impl FnMut(&[u8], u64) -> Result<(), Refusal>,
    ) -> Result<State, Refusal> {
        match byte {
            b';' => {
                take(&self.statement, self.start)?;
                self.statement.clear();
                return Ok(State::Plain);
            }
            b'/' => return Ok(State::Slash),
            _ => self.push(byte)?,
        }
        Ok(if byte == b'\'' { State::Quoted(Quoting::default()) } else { State::Plain })
    }

    /// Keeps the line breaks of a comment, because errors name the line.
    fn comment(&mut self, byte: u8) -> Result<State, Refusal> {
        if byte == b'\n' {
            self.push(byte)?;
        }
        Ok(match (self.state, byte) {
            (State::Star, b'/') => State::Plain,
            (_, b'*') => State::Star,
            _ => State::Comment,
        })
    }

    fn push(&mut self, byte: u8) -> Result<(), Refusal> {
        if self.statement.is_empty() {
            if byte.is_ascii_whitespace() {
                return Ok(());
            }
            self.start = self.line;
        }
        if self.statement.len() == self.limit {
            let detail =
                format!("line {}: a statement is longer than {} bytes", self.start, self.limit);
            return Err(Refusal::too_complex(detail));
        }
        self.statement.push(byte);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn statements(pieces: &[&[u8]]) -> Result<Vec<(String, u64)>, Refusal> {
        let mut scanner = Scanner::new(64);
        let mut found = Vec::new();
        for piece in pieces {
            scanner.feed(piece, &mut |statement, line| {
                found.push((String::from_utf8_lossy(statement).into_owned(), line));
                Ok(())
            })?;
        }
        scanner.finish()?;
        Ok(found)
    }

    #[test]
    fn a_semicolon_ends_a_statement_but_not_in_a_string_or_a_comment() {
        let text = b"A;\n B('x;''y;',\n 1);/* ; ' */ C/* \n*/D;\n/";
        let expected = [("A", 1), ("B('x;''y;',\n 1)", 2), ("C \nD", 3)];
        let expected = expected.map(|(text, line)| (text.to_owned(), line));
        assert_eq!(statements(&[&text[..text.len() - 1]]).unwrap(), expected);
    }

    #[test]
    fn a_shifted_quote_does_not_end_a_string() {
        for text in [r"'\S\';';", r"'C:\';", r"'\\';", r"'\X2\00E4\X0\';", r"'\X0\\S\';';"] {
            let expected = vec![(text[..text.len() - 1].to_owned(), 1)];
            assert_eq!(statements(&[text.as_bytes()]).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_left_open_or_too_long_is_refused_by_line() {
        let told = |text: &[u8]| format!("{:?}", statements(&[text]).unwrap_err());
        assert!(told(b"A;\n\nB('x").contains("line 3: a string is not closed"));
        assert!(told(b"A;\n/* \n").contains("line 3: a comment is not closed"));
        assert!(told(b"A;\nB").contains("line 2: the last statement has no end"));
        assert!(told(&[b'A'; 65]).contains("TooComplex"));
    }

    proptest! {
        #[test]
        fn it_matters_not_where_a_file_is_cut(text in "[A;'/*\\\\SX2\n ]{0,60}", at in 0usize..60) {
            let text = text.as_bytes();
            let at = at.min(text.len());
            let single: Vec<&[u8]> = text.chunks(1).collect();
            prop_assert_eq!(statements(&[text]), statements(&[&text[..at], &text[at..]]));
            prop_assert_eq!(statements(&[text]), statements(&single));
        }
    }
}
