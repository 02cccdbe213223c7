//! The states between two bytes.

use super::{CommentStart, InstanceStart, Quoting, Scanner, State, Take};
use crate::{
    refusal::Refusal,
    warnings::{Warning, Warnings},
};

impl Scanner {
    /// Reads a byte, and returns the state behind it.
    pub(super) fn step(
        &mut self,
        byte: u8,
        warnings: &mut Warnings,
        take: &mut impl Take,
    ) -> Result<State, Refusal> {
        match self.state {
            State::Slash | State::AsteriskSlash if byte == b'*' && self.comments => {
                Ok(self.open_comment(warnings))
            }
            State::Slash if byte == b'*' => Ok(State::Plain),
            State::Slash => {
                self.push(b'/');
                self.plain(byte, warnings, take)
            }
            State::Asterisk if byte == b'/' => Ok(State::AsteriskSlash),
            State::AsteriskSlash => {
                // The end of a comment that has no beginning.
                warnings.add(Warning::CommentMarks);
                self.statement.pop();
                self.plain(byte, warnings, take)
            }
            State::Plain | State::Asterisk => self.plain(byte, warnings, take),
            State::Comment | State::Star => Ok(self.in_comment(byte)),
            State::Quoted(quoting) => {
                self.push(byte);
                Ok(quoting.step(byte).map_or(State::Plain, State::Quoted))
            }
        }
    }

    fn plain(
        &mut self,
        byte: u8,
        warnings: &mut Warnings,
        take: &mut impl Take,
    ) -> Result<State, Refusal> {
        match byte {
            b';' => {
                // Two semicolons in a row mean no more than one.
                if self.is_too_long {
                    warnings.add(Warning::InvalidStatement);
                } else if !self.rest().is_empty() {
                    take(&self.statement, self.start, warnings)?;
                }
                self.statement.clear();
                self.is_too_long = false;
                self.at_start = false;
                return Ok(State::Plain);
            }
            b'/' => return Ok(State::Slash),
            _ => self.push(byte),
        }
        Ok(match byte {
            b'\'' => State::Quoted(Quoting::default()),
            b'*' => State::Asterisk,
            _ => State::Plain,
        })
    }

    fn open_comment(&mut self, warnings: &mut Warnings) -> State {
        if self.at_start && self.statement.is_empty() {
            warnings.add(Warning::BeforeStart);
        }
        let (offset, line, length) = (self.offset, self.line, self.statement.len());
        self.comment = CommentStart { offset, line, length };
        // A comment separates tokens.
        self.push(b' ');
        State::Comment
    }

    /// Keeps the line breaks of a comment, because errors name the line.
    fn in_comment(&mut self, byte: u8) -> State {
        if byte == b'\n' {
            self.push(byte);
        }
        match (self.state, byte) {
            (State::Star, b'/') => State::Plain,
            (_, b'*') => State::Star,
            _ => State::Comment,
        }
    }

    fn push(&mut self, byte: u8) {
        if self.statement.is_empty() {
            if byte.is_ascii_whitespace() {
                return;
            }
            self.start = self.line;
        }
        if self.statement.len() == self.limit {
            // The first byte stays, because something stands before the next line.
            self.statement.truncate(1);
            self.instance = InstanceStart::default();
            self.is_too_long = true;
        }
        self.statement.push(byte);
    }
}
