//! Content streams (7.8.2): operands in front of their operators.
//!
//! Real files have content that no grammar allows, and all viewers read on. So this reader skips
//! what is no operand and no operator, and never fails.

mod inline_image;
mod token;

use token::{is_regular, is_space};

/// The maximum number of operands that are kept for an operator. The last ones count.
const MAX_OPERANDS: usize = 64;

/// The maximum depth of arrays and dictionaries.
const MAX_DEPTH: usize = 32;

/// An operand of an operator.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Number(f64),
    /// A string, decoded from its notation.
    Bytes(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Operand>),
    Dictionary(Vec<(Vec<u8>, Operand)>),
}

/// What is next in an array or a dictionary.
enum Item {
    Operand(Operand),
    /// What is no operand.
    Skipped,
    End,
}

/// Reads the operators of a content stream one after another.
pub(crate) struct Content<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Whether no `EI` behind an inline image fits.
    lacks_an_end: bool,
}

impl<'b> Content<'b> {
    pub(crate) const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, lacks_an_end: false }
    }

    /// Whether an inline image has no certain end, so that operators may be lost in it.
    pub(crate) const fn lacks_an_end(&self) -> bool {
        self.lacks_an_end
    }

    /// Reads up to the next operator, and leaves its operands in `operands`.
    pub(crate) fn next(&mut self, operands: &mut Vec<Operand>) -> Option<&'b [u8]> {
        operands.clear();
        loop {
            self.skip_space();
            self.peek()?;
            if let Some(operand) = self.operand(0) {
                if operands.len() == MAX_OPERANDS {
                    operands.remove(0);
                }
                operands.push(operand);
                continue;
            }
            let Some(operator) = self.word() else {
                self.at += 1;
                continue;
            };
            match operator {
                b"true" | b"false" | b"null" => {}
                b"BI" => self.skip_inline_image(),
                operator => return Some(operator),
            }
        }
    }

    fn operand(&mut self, depth: usize) -> Option<Operand> {
        match self.peek()? {
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(Operand::Number(self.number())),
            b'(' => Some(Operand::Bytes(self.literal())),
            b'/' => Some(Operand::Name(self.name())),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => {
                self.at += 2;
                Some(Operand::Dictionary(self.dictionary(depth + 1)))
            }
            b'<' => Some(Operand::Bytes(self.hexadecimal())),
            b'[' => {
                self.at += 1;
                Some(Operand::Array(self.array(depth + 1)))
            }
            _ => None,
        }
    }

    /// The items up to `]`. Operators between them are skipped, except one that shows text or ends
    /// it: there the bracket is missing.
    fn array(&mut self, depth: usize) -> Vec<Operand> {
        let mut items = Vec::new();
        loop {
            match self.item(depth, b']') {
                Item::Operand(operand) => items.push(operand),
                Item::Skipped => {}
                Item::End => return items,
            }
        }
    }

    fn dictionary(&mut self, depth: usize) -> Vec<(Vec<u8>, Operand)> {
        let mut entries = Vec::new();
        let mut key = None;
        loop {
            match (self.item(depth, b'>'), key.take()) {
                (Item::End, _) => break,
                (Item::Operand(Operand::Name(name)), None) => key = Some(name),
                (Item::Operand(value), Some(name)) => entries.push((name, value)),
                _ => {}
            }
        }
        if self.peek() == Some(b'>') {
            self.at += 1;
        }
        entries
    }

    /// The next item of an array or a dictionary, which ends with `end`.
    fn item(&mut self, depth: usize, end: u8) -> Item {
        self.skip_space();
        let Some(first) = self.peek() else { return Item::End };
        if first == end {
            self.at += 1;
            return Item::End;
        }
        if depth < MAX_DEPTH
            && let Some(operand) = self.operand(depth)
        {
            return Item::Operand(operand);
        }
        let before = self.at;
        match self.word() {
            Some(b"TJ" | b"Tj" | b"ET" | b"BT" | b"BDC" | b"EMC") => {
                self.at = before;
                return Item::End;
            }
            Some(_) => {}
            None => self.at += 1,
        }
        Item::Skipped
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// A word of regular characters; `None` at another character.
    fn word(&mut self) -> Option<&'b [u8]> {
        let rest = self.bytes.get(self.at..)?;
        let length = rest.iter().take_while(|byte| is_regular(**byte)).count();
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

#[cfg(test)]
mod tests;
