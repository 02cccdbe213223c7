use super::{ParameterPosition, fault, scanner::Scanner, statement::Statement};
use crate::refusal::Refusal;

/// Receives the content of an exchange structure in the order of the file.
pub(crate) trait Visitor {
    /// The name of a schema in the header. Called once per name.
    fn schema(&mut self, name: &[u8]);

    /// An instance begins on this line.
    fn instance(&mut self, line: u64) -> Result<(), Refusal>;

    /// The type of the current instance. Called once per type of a complex instance.
    fn entity(&mut self, keyword: &[u8], line: u64) -> Result<(), Refusal>;

    /// A string among the attributes of the current record, still encoded.
    fn string(&mut self, position: ParameterPosition, raw: &[u8]);
}

/// The section that a statement belongs to (ISO 10303-21, 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Nothing was read.
    Start,
    /// After `ISO-10303-21;`.
    Opened,
    /// The header.
    Header,
    /// Between two sections.
    Between,
    /// Instances.
    Data,
    /// Anchors or references (edition 3), which IFC does not use.
    Other,
    /// After `END-ISO-10303-21;`.
    End,
}

/// A reader of an exchange structure that is fed in pieces.
pub(crate) struct Exchange<V> {
    scanner: Scanner,
    position: Position<V>,
}

struct Position<V> {
    section: Section,
    visitor: V,
}

impl<V: Visitor> Exchange<V> {
    /// A reader of statements of at most `limit` bytes.
    pub(crate) fn new(visitor: V, limit: usize) -> Self {
        let position = Position { section: Section::Start, visitor };
        Self { scanner: Scanner::new(limit), position }
    }

    /// Reads the next piece.
    pub(crate) fn feed(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        // Content after the end, such as a signature, is ignored.
        if self.position.section == Section::End {
            return Ok(());
        }
        let position = &mut self.position;
        self.scanner.feed(piece, &mut |statement, line| position.statement(statement, line))
    }

    /// Checks that the file is complete, and returns the visitor.
    pub(crate) fn finish(self) -> Result<V, Refusal> {
        if self.position.section != Section::End {
            let line = self.scanner.line();
            self.scanner.finish()?;
            return Err(fault(line, "the file ends before END-ISO-10303-21"));
        }
        Ok(self.position.visitor)
    }
}

impl<V: Visitor> Position<V> {
    fn statement(&mut self, bytes: &[u8], line: u64) -> Result<(), Refusal> {
        let text = bytes.trim_ascii_end();
        self.section = match (self.section, text) {
            (Section::Start, _) => return self.open(text, line),
            (Section::End, _) => return Ok(()),
            (Section::Opened, b"HEADER") => Section::Header,
            (Section::Header | Section::Data | Section::Other, b"ENDSEC") => Section::Between,
            (Section::Between, b"END-ISO-10303-21") => Section::End,
            (Section::Between, b"ANCHOR" | b"REFERENCE") | (Section::Other, _) => Section::Other,
            (Section::Between, _) if text.starts_with(b"DATA") => data(bytes, line)?,
            (Section::Header, _) => self.header(bytes, line)?,
            (Section::Data, _) => self.instance(bytes, line)?,
            (Section::Opened | Section::Between, _) => {
                return Err(fault(line, "a section is missing or not closed"));
            }
        };
        Ok(())
    }

    fn open(&mut self, text: &[u8], line: u64) -> Result<(), Refusal> {
        // Some programs write a byte order mark first.
        if text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) != b"ISO-10303-21" {
            return Err(fault(line, "the file does not begin with ISO-10303-21"));
        }
        self.section = Section::Opened;
        Ok(())
    }

    /// `FILE_SCHEMA(('IFC4'))` and the like.
    fn header(&mut self, bytes: &[u8], line: u64) -> Result<Section, Refusal> {
        let mut statement = Statement::new(bytes, line);
        let schema = statement.keyword()?.eq_ignore_ascii_case(b"FILE_SCHEMA");
        statement.parameters(&mut |position, raw| {
            if schema && position.depth == 2 {
                self.visitor.schema(raw);
            }
        })?;
        statement.end()?;
        Ok(Section::Header)
    }

    /// `#1=IFCWALL(…)`, or `#1=(A(…)B(…))` for one of several types.
    fn instance(&mut self, bytes: &[u8], line: u64) -> Result<Section, Refusal> {
        let mut statement = Statement::new(bytes, line);
        statement.instance_name()?;
        self.visitor.instance(line)?;
        if statement.take(b'(') {
            while !statement.take(b')') {
                self.record(&mut statement, line)?;
            }
        } else {
            self.record(&mut statement, line)?;
        }
        statement.end()?;
        Ok(Section::Data)
    }

    fn record(&mut self, statement: &mut Statement<'_>, line: u64) -> Result<(), Refusal> {
        self.visitor.entity(statement.keyword()?, line)?;
        statement.parameters(&mut |position, raw| self.visitor.string(position, raw))
    }
}

/// `DATA`, or since edition 2 `DATA('name',('IFC4'))`.
fn data(bytes: &[u8], line: u64) -> Result<Section, Refusal> {
    let mut statement = Statement::new(bytes, line);
    if statement.keyword()? != b"DATA" {
        return Err(fault(line, "a section is missing or not closed"));
    }
    if statement.end().is_err() {
        statement.parameters(&mut |_, _| ())?;
        statement.end()?;
    }
    Ok(Section::Data)
}
