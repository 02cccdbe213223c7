mod instance_start;
mod mark_start;
mod states;
#[cfg(test)]
mod tests;

use super::{fault, quoting::Quoting};
use crate::{
    refusal::Refusal,
    warnings::{Warning, Warnings},
};
use instance_start::InstanceStart;
use mark_start::MarkStart;

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
/// comments. A statement also ends where a line begins like an instance (`#12=`) or a mark of the
/// header (`ENDSEC;`): the semicolon or a quote before it is missing.
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
    /// Whether the statement is longer, and is read over. Only its last line is kept.
    is_too_long: bool,
    instance: InstanceStart,
    mark: MarkStart,
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
            is_too_long: false,
            instance: InstanceStart::default(),
            mark: MarkStart::default(),
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
            if !self.is_in_comment()
                && let Some(at) = self.mark.before(byte, &self.statement)
            {
                self.split(at, warnings, take)?;
            }
            self.state = self.step(byte, warnings, take)?;
            if !self.is_in_comment() {
                if let Some(at) = self.instance.step(byte, self.statement.len()) {
                    self.split(at, warnings, take)?;
                }
                if self.is_too_long && matches!(byte, b'\n' | b'\r') {
                    self.statement.truncate(1);
                }
                self.mark.step(byte, self.statement.len());
            }
            self.line += u64::from(byte == b'\n');
        }
        Ok(())
    }

    /// Where the file must be read again, because its last comment has no end; `None` when every
    /// comment has one.
    pub(crate) fn reopen(&mut self, warnings: &mut Warnings) -> Option<u64> {
        if !self.is_in_comment() {
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

    const fn is_in_comment(&self) -> bool {
        matches!(self.state, State::Comment | State::Star)
    }

    /// The statement that has no end; nothing of one that is too long.
    pub(crate) fn rest(&self) -> &[u8] {
        if self.is_too_long { &[] } else { self.statement.trim_ascii() }
    }

    /// Why the file cannot end here.
    pub(crate) fn open_end(&self) -> Refusal {
        match self.state {
            State::Quoted(_) => fault(self.start, "a string is not closed"),
            _ if self.rest().is_empty() && !self.is_too_long => {
                fault(self.line, "the file ends before END-ISO-10303-21")
            }
            _ => fault(self.start, "the last statement has no end"),
        }
    }

    /// Ends the statement before `at`, where another one begins on this line.
    fn split(
        &mut self,
        at: usize,
        warnings: &mut Warnings,
        take: &mut impl Take,
    ) -> Result<(), Refusal> {
        warnings.add(Warning::InvalidStatement);
        if !self.is_too_long {
            take(&self.statement[..at], self.start, warnings)?;
        }
        self.statement.drain(..at);
        self.mark = MarkStart::default();
        self.is_too_long = false;
        self.start = self.line;
        self.state = State::Plain;
        self.at_start = false;
        Ok(())
    }
}
