mod instance_start;
#[cfg(test)]
mod tests;

use super::{fault, quoting::Quoting};
use crate::{
    refusal::Refusal,
    warnings::{Warning, Warnings},
};
use instance_start::InstanceStart;

/// The lexical state of a scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Outside of everything.
    Plain,
    /// After `/`.
    Slash,
    /// After `*`: a value, or the start of `*/`.
    Asterisk,
    /// After `*/`.
    AsteriskSlash,
    /// In a comment.
    Comment,
    /// In a comment, after `*`.
    Star,
    /// In a string.
    Quoted(Quoting),
}

/// The place behind the `/*` of a comment.
#[derive(Debug, Clone, Copy, Default)]
struct CommentStart {
    /// In the file, from 0.
    offset: u64,
    line: u64,
    /// In the statement.
    length: usize,
}

/// Splits a file that arrives in pieces into statements: the text between two semicolons, without
/// comments. A statement also ends where a line begins like an instance (`#12=`): the semicolon or
/// a quote before it is missing.
pub(crate) struct Scanner {
    state: State,
    /// The statement so far.
    statement: Vec<u8>,
    /// The line of its first character, from 1.
    start: u64,
    /// The line that is read.
    line: u64,
    /// The number of bytes that were read.
    offset: u64,
    /// The maximum length of a statement, in bytes.
    limit: usize,
    instance: InstanceStart,
    comment: CommentStart,
    /// Whether `/*` begins a comment. After a comment without an end, it does not.
    comments: bool,
    /// Whether no statement has ended yet.
    at_start: bool,
}

/// Receives a statement and its first line.
pub(crate) trait Take: FnMut(&[u8], u64, &mut Warnings) -> Result<(), Refusal> {}

impl<F: FnMut(&[u8], u64, &mut Warnings) -> Result<(), Refusal>> Take for F {}

impl Scanner {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            state: State::Plain,
            statement: Vec::new(),
            start: 1,
            line: 1,
            offset: 0,
            limit,
            instance: InstanceStart::default(),
            comment: CommentStart::default(),
            comments: true,
            at_start: true,
        }
    }

    /// Reads the next piece. `take` receives each statement that ends in it.
    pub(crate) fn feed(
        &mut self,
        piece: &[u8],
        warnings: &mut Warnings,
        take: &mut impl Take,
    ) -> Result<(), Refusal> {
        for &byte in piece {
            self.offset += 1;
            self.state = self.step(byte, warnings, take)?;
            if !matches!(self.state, State::Comment | State::Star)
                && let Some(at) = self.instance.step(byte, self.statement.len())
            {
                self.split(at, warnings, take)?;
            }
            self.line += u64::from(byte == b'\n');
        }
        Ok(())
    }

    /// Where the file must be read again, because its last comment has no end; `None` when every
    /// comment has one.
    pub(crate) fn reopen(&mut self, warnings: &mut Warnings) -> Option<u64> {
        if !matches!(self.state, State::Comment | State::Star) {
            return None;
        }
        warnings.add(Warning::CommentMarks);
        self.comments = false;
        self.state = State::Plain;
        self.instance = InstanceStart::default();
        let CommentStart { offset, line, length } = self.comment;
        self.statement.truncate(length);
        (self.offset, self.line) = (offset, line);
        Some(offset)
    }

    /// The statement that has no end.
    pub(crate) fn rest(&self) -> &[u8] {
        self.statement.trim_ascii()
    }

    /// Why the file cannot end here.
    pub(crate) fn open_end(&self) -> Refusal {
        match self.state {
            State::Quoted(_) => fault(self.start, "a string is not closed"),
            _ if self.rest().is_empty() => {
                fault(self.line, "the file ends before END-ISO-10303-21")
            }
            _ => fault(self.start, "the last statement has no end"),
        }
    }

    fn step(
        &mut self,
        byte: u8,
        warnings: &mut Warnings,
        take: &mut impl Take,
    ) -> Result<State, Refusal> {
        match self.state {
            State::Slash | State::AsteriskSlash if byte == b'*' && self.comments => {
                self.open_comment(warnings)
            }
            State::Slash if byte == b'*' => Ok(State::Plain),
            State::Slash => {
                self.push(b'/')?;
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
            State::Comment | State::Star => self.in_comment(byte),
            State::Quoted(quoting) => {
                self.push(byte)?;
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
                if !self.rest().is_empty() {
                    take(&self.statement, self.start, warnings)?;
                }
                self.statement.clear();
                self.at_start = false;
                return Ok(State::Plain);
            }
            b'/' => return Ok(State::Slash),
            _ => self.push(byte)?,
        }
        Ok(match byte {
            b'\'' => State::Quoted(Quoting::default()),
            b'*' => State::Asterisk,
            _ => State::Plain,
        })
    }

    fn open_comment(&mut self, warnings: &mut Warnings) -> Result<State, Refusal> {
        if self.at_start && self.statement.is_empty() {
            warnings.add(Warning::BeforeStart);
        }
        let (offset, line, length) = (self.offset, self.line, self.statement.len());
        self.comment = CommentStart { offset, line, length };
        // A comment separates tokens.
        self.push(b' ')?;
        Ok(State::Comment)
    }

    /// Keeps the line breaks of a comment, because errors name the line.
    fn in_comment(&mut self, byte: u8) -> Result<State, Refusal> {
        if byte == b'\n' {
            self.push(byte)?;
        }
        Ok(match (self.state, byte) {
            (State::Star, b'/') => State::Plain,
            (_, b'*') => State::Star,
            _ => State::Comment,
        })
    }

    /// Ends the statement before `at`, where an instance begins on this line.
    fn split(
        &mut self,
        at: usize,
        warnings: &mut Warnings,
        take: &mut impl Take,
    ) -> Result<(), Refusal> {
        warnings.add(Warning::InvalidStatement);
        take(&self.statement[..at], self.start, warnings)?;
        self.statement.drain(..at);
        self.start = self.line;
        self.state = State::Plain;
        self.at_start = false;
        Ok(())
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
