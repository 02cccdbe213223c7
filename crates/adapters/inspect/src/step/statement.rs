#[cfg(test)]
mod tests;

use super::{fault, quoting::Quoting, value};
use crate::{
    refusal::Refusal,
    warnings::{Warning, Warnings},
};

/// The maximum nesting of values. IFC needs 4.
const MAX_DEPTH: usize = 64;

/// The position of a value in the parameter list of a record (ISO 10303-21, 12.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ParameterPosition {
    /// The number of parentheses around it: 1 for a parameter of the record.
    pub(crate) depth: usize,
    /// Its index within the innermost parentheses, from 0.
    pub(crate) index: usize,
}

/// A reader of one statement, from left to right.
pub(crate) struct Statement<'a, 'w> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    warnings: &'w mut Warnings,
}

impl<'a, 'w> Statement<'a, 'w> {
    pub(crate) fn new(bytes: &'a [u8], line: u64, warnings: &'w mut Warnings) -> Self {
        Self { bytes, at: 0, line, warnings }
    }

    /// Reads `#12 =`, the name of an instance, and skips what stands before it.
    pub(crate) fn instance_name(&mut self) -> Result<(), Refusal> {
        if self.peek() != Some(b'#') {
            let rest = &self.bytes[self.at..];
            let hash = rest.iter().position(|byte| *byte == b'#');
            let Some(hash) = hash else { return Err(self.fault("an instance name is missing")) };
            self.at += hash;
            self.warnings.add(Warning::InvalidStatement);
        }
        if !self.reference() {
            return Err(self.fault("an instance name is missing"));
        }
        self.expect(b'=', "an instance name is followed by no =")
    }

    /// Reads a keyword: `IFCWALL`, or `!OWN` for one that is not of the schema.
    pub(crate) fn keyword(&mut self) -> Result<&'a [u8], Refusal> {
        self.word().ok_or_else(|| self.fault("a keyword is missing"))
    }

    /// Reads `( … )`, the parameters of a record, and passes each string to
    /// `string`, as it is written between its quotes. A parameter that is no value is skipped.
    pub(crate) fn parameters(
        &mut self,
        string: &mut impl FnMut(ParameterPosition, &'a [u8]),
    ) -> Result<(), Refusal> {
        self.expect(b'(', "a ( is missing")?;
        self.list(1, string)
    }

    /// Reads `byte`, if it comes next.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    /// Ends the statement. What was not read of it is a fault.
    pub(crate) fn end(&mut self) {
        if self.peek().is_some() {
            self.warnings.add(Warning::InvalidStatement);
        }
    }

    /// The values up to `)`.
    fn list(
        &mut self,
        depth: usize,
        string: &mut impl FnMut(ParameterPosition, &'a [u8]),
    ) -> Result<(), Refusal> {
        if depth > MAX_DEPTH {
            let detail = format!("line {}: values are nested too deeply", self.line());
            return Err(Refusal::too_complex(detail));
        }
        if self.take(b')') {
            return Ok(());
        }
        for index in 0.. {
            self.space();
            let start = self.at;
            let fault = self.value(ParameterPosition { depth, index }, string)?;
            let is_delimited = matches!(self.peek(), Some(b',' | b')'));
            if !is_delimited {
                self.at += value::length(&self.bytes[self.at..]);
            }
            if fault.is_some() || !is_delimited {
                let written = &self.bytes[start..self.at];
                self.warnings.add(fault.unwrap_or_else(|| value::fault(written)));
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(_) => break,
                None => {
                    self.warnings.add(Warning::InvalidStatement);
                    return Ok(());
                }
            }
        }
        self.at += 1;
        Ok(())
    }

    /// Reads a value, or the start of something that is none. Returns the fault that it has.
    fn value(
        &mut self,
        position: ParameterPosition,
        string: &mut impl FnMut(ParameterPosition, &'a [u8]),
    ) -> Result<Option<Warning>, Refusal> {
        let rest = &self.bytes[self.at..];
        let is_value = match rest {
            [] | [b',' | b')', ..] => return Ok(Some(Warning::EmptyArgument)),
            [b'\'', ..] => {
                let found = self.string();
                if let Some(raw) = found {
                    string(position, raw);
                }
                found.is_some()
            }
            [b'(', ..] => {
                self.at += 1;
                self.list(position.depth + 1, string)?;
                true
            }
            [b'#' | b'@', ..] => self.reference(),
            [b'$' | b'*', ..] => {
                self.at += 1;
                true
            }
            [b'"', ..] => self.skip(value::binary(rest)),
            [b'.', b'0'..=b'9', ..] | [b'+' | b'-' | b'0'..=b'9', ..] => {
                let (length, fault) = value::number(rest);
                self.at += length;
                return Ok(fault);
            }
            [b'.', ..] => self.skip(value::enumeration(rest)),
            _ if value::is_no_number(rest) => false,
            _ => {
                let is_typed = self.word().is_some() && self.take(b'(');
                if is_typed {
                    self.list(position.depth + 1, string)?;
                }
                is_typed
            }
        };
        if is_value {
            return Ok(None);
        }
        let end = self.at + value::length(&self.bytes[self.at..]);
        let written = &self.bytes[self.bytes.len() - rest.len()..end];
        self.at = end;
        Ok(Some(value::fault(written)))
    }

    /// `#12`, or `@12` for a value of the reference section.
    fn reference(&mut self) -> bool {
        let marked = self.take(b'#') || self.take(b'@');
        let name = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        marked && !name.is_empty()
    }

    /// A keyword, if one comes next.
    fn word(&mut self) -> Option<&'a [u8]> {
        self.take(b'!');
        self.space();
        let word = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let first = word.first()?;
        (!first.is_ascii_digit() && word.len() <= 128).then_some(word)
    }

    /// The bytes between the quotes, still encoded; `None` when the string has no end.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.at += 1;
        let start = self.at;
        let mut quoting = Quoting::default();
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match quoting.step(byte) {
                Some(next) => quoting = next,
                None if self.bytes.get(self.at) == Some(&b'\'') => {
                    self.at += 1;
                    quoting = Quoting::default();
                }
                None => return Some(&self.bytes[start..self.at - 1]),
            }
        }
        None
    }

    /// Skips `length` bytes; returns whether there is a length.
    fn skip(&mut self, length: Option<usize>) -> bool {
        self.at += length.unwrap_or(0);
        length.is_some()
    }

    fn run(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn space(&mut self) {
        self.run(|byte| byte.is_ascii_whitespace());
    }

    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8, otherwise: &str) -> Result<(), Refusal> {
        if self.take(byte) { Ok(()) } else { Err(self.fault(otherwise)) }
    }

    fn fault(&self, what: &str) -> Refusal {
        fault(self.line(), what)
    }

    fn line(&self) -> u64 {
        let read = &self.bytes[..self.at];
        self.line + read.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
    }
}
