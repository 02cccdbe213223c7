use super::{fault, quoting::Quoting};
use crate::refusal::Refusal;

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
pub(crate) struct Statement<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Statement<'a> {
    pub(crate) fn new(bytes: &'a [u8], line: u64) -> Self {
        Self { bytes, at: 0, line }
    }

    /// Reads `#12 =`, the name of an instance.
    pub(crate) fn instance_name(&mut self) -> Result<(), Refusal> {
        self.reference()?;
        self.expect(b'=', "an instance name is followed by no =")
    }

    /// Reads a keyword: `IFCWALL`, or `!OWN` for one that is not of the schema.
    pub(crate) fn keyword(&mut self) -> Result<&'a [u8], Refusal> {
        self.take(b'!');
        self.space();
        let word = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match word.first() {
            Some(first) if !first.is_ascii_digit() && word.len() <= 128 => Ok(word),
            _ => Err(self.fault("a keyword is missing")),
        }
    }

    /// Reads `( … )`, the parameters of a record, and passes each string to
    /// `string`, as it is written between its quotes.
    pub(crate) fn parameters(
        &mut self,
        string: &mut impl FnMut(ParameterPosition, &'a [u8]),
    ) -> Result<(), Refusal> {
        self.list(1, string)
    }

    /// Reads `byte`, if it comes next.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    /// Checks that the whole statement was read.
    pub(crate) fn end(&mut self) -> Result<(), Refusal> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault("a record is followed by more than ;")),
        }
    }

    fn list(
        &mut self,
        depth: usize,
        string: &mut impl FnMut(ParameterPosition, &'a [u8]),
    ) -> Result<(), Refusal> {
        if depth > MAX_DEPTH {
            let detail = format!("line {}: values are nested too deeply", self.line());
            return Err(Refusal::too_complex(detail));
        }
        self.expect(b'(', "a ( is missing")?;
        if self.take(b')') {
            return Ok(());
        }
        for index in 0.. {
            self.value(ParameterPosition { depth, index }, string)?;
            if self.take(b')') {
                break;
            }
            self.expect(b',', "a , or ) is missing")?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        position: ParameterPosition,
        string: &mut impl FnMut(ParameterPosition, &'a [u8]),
    ) -> Result<(), Refusal> {
        match self.peek() {
            Some(b'\'') => string(position, self.string()?),
            Some(b'(') => self.list(position.depth + 1, string)?,
            Some(b'#' | b'@') => self.reference()?,
            Some(b'.') => self.enumeration()?,
            Some(b'"') => self.binary()?,
            Some(b'$' | b'*') => self.at += 1,
            Some(b'+' | b'-' | b'0'..=b'9') => self.number()?,
            _ => {
                self.keyword()?;
                self.list(position.depth + 1, string)?;
            }
        }
        Ok(())
    }

    /// `#12`, or `@12` for a value of the reference section.
    fn reference(&mut self) -> Result<(), Refusal> {
        let marked = self.take(b'#') || self.take(b'@');
        let name = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        self.require(marked && !name.is_empty(), "an instance name is missing")
    }

    /// `.AREA.`
    fn enumeration(&mut self) -> Result<(), Refusal> {
        self.at += 1;
        let name = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let closed = self.bytes.get(self.at) == Some(&b'.');
        self.at += usize::from(closed);
        self.require(closed && !name.is_empty(), "an enumeration value is not closed")
    }

    /// `"0F3A"`
    fn binary(&mut self) -> Result<(), Refusal> {
        self.at += 1;
        self.run(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
        let closed = self.bytes.get(self.at) == Some(&b'"');
        self.at += usize::from(closed);
        self.require(closed, "a binary value is not closed")
    }

    /// `-12`, `1.`, `1.5E-7`
    fn number(&mut self) -> Result<(), Refusal> {
        self.sign();
        let mut complete = !self.digits().is_empty();
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits();
        }
        if let Some(b'E' | b'e') = self.bytes.get(self.at) {
            self.at += 1;
            self.sign();
            complete &= !self.digits().is_empty();
        }
        self.require(complete, "a number is not complete")
    }

    fn sign(&mut self) {
        self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
    }

    fn digits(&mut self) -> &'a [u8] {
        self.run(|byte| byte.is_ascii_digit())
    }

    /// The bytes between the quotes, still encoded.
    fn string(&mut self) -> Result<&'a [u8], Refusal> {
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
                None => return Ok(&self.bytes[start..self.at - 1]),
            }
        }
        Err(self.fault("a string is not closed"))
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
        let found = self.take(byte);
        self.require(found, otherwise)
    }

    fn require(&self, holds: bool, otherwise: &str) -> Result<(), Refusal> {
        if holds { Ok(()) } else { Err(self.fault(otherwise)) }
    }

    fn fault(&self, what: &str) -> Refusal {
        fault(self.line(), what)
    }

    fn line(&self) -> u64 {
        let read = &self.bytes[..self.at];
        self.line + read.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(text: &str) -> Result<Vec<(usize, usize, String)>, Refusal> {
        let mut statement = Statement::new(text.as_bytes(), 1);
        let mut found = Vec::new();
        statement.parameters(&mut |position, raw| {
            found.push((position.depth, position.index, String::from_utf8_lossy(raw).into_owned()));
        })?;
        statement.end()?;
        Ok(found)
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let text = "( 'a''b' , $,*,#12, .T. ,\"0F3A\",-1,1.,1.5E-07,+2,(),((1,'c'),('d')), \
                    IFCLABEL('e'),!OWN(\n.U_1.) )";
        let found = strings(text).unwrap();
        let found: Vec<_> = found.iter().map(|(d, i, text)| (*d, *i, text.as_str())).collect();
        assert_eq!(found, [(1, 0, "a''b"), (3, 1, "c"), (3, 0, "d"), (2, 0, "e")]);
        assert_eq!(strings("()").unwrap(), []);
    }

    #[test]
    fn what_breaks_the_grammar_is_refused_with_its_line() {
        for text in [
            "", "(", "(1", "(1,)", "(,)", "(1 2)", "('a)", "(.T)", "(..)", "(\"0G\")", "(\"0",
            "(#)", "(-)", "(1.E)", "(1E+)", "(A)", "(;)", "(1))", "(1)x", "(\u{e4})", "(7A(1))",
        ] {
            assert!(strings(text).is_err(), "{text}");
        }
        let told = format!("{:?}", strings("(1,\n2,\n?)").unwrap_err());
        assert!(told.contains("line 3: a keyword is missing"), "{told}");
    }

    #[test]
    fn nesting_ends_before_the_stack_does() {
        let deep = |depth: usize| strings(&format!("{}{}", "(".repeat(depth), ")".repeat(depth)));
        assert!(deep(MAX_DEPTH).is_ok());
        let told = format!("{:?}", deep(100_000).unwrap_err());
        assert!(told.contains("TooComplex"), "{told}");
    }
}
