mod section;

use super::{ParameterPosition, fault, scanner::Scanner, statement::Statement};
use crate::{
    refusal::Refusal,
    warnings::{Warning, Warnings},
};
use section::{Mark, Section};

/// Receives the content of an exchange structure in the order of the file.
pub(crate) trait Visitor {
    /// A string among the attributes of a record of the header, still encoded.
    fn header(&mut self, keyword: &[u8], position: ParameterPosition, raw: &[u8]);

    /// An instance begins on this line.
    fn instance(&mut self, line: u64) -> Result<(), Refusal>;

    /// The type of the current instance. Called once per type of a complex instance.
    fn entity(&mut self, keyword: &[u8]);

    /// Whether the header tells all that is asked for, so that the rest is not read.
    fn needs_only_the_header(&self) -> bool;

    /// A string among the attributes of the current record, still encoded.
    fn string(&mut self, position: ParameterPosition, raw: &[u8]);
}

/// A reader of an exchange structure that is fed in pieces.
pub(crate) struct Exchange<V> {
    scanner: Scanner,
    position: Position<V>,
    warnings: Warnings,
}

struct Position<V> {
    section: Section,
    visitor: V,
    /// The number of instances.
    instances: u64,
    /// The number of statements that are read in part or not at all, and the first fault.
    unread: u64,
    first_fault: Option<Refusal>,
    /// The warnings up to the end, if it was reached.
    at_end: Option<Warnings>,
}

impl<V: Visitor> Exchange<V> {
    /// A reader of statements of at most `limit` bytes.
    pub(crate) fn new(visitor: V, limit: usize) -> Self {
        let position = Position {
            section: Section::Start,
            visitor,
            instances: 0,
            unread: 0,
            first_fault: None,
            at_end: None,
        };
        Self { scanner: Scanner::new(limit), position, warnings: Warnings::default() }
    }

    /// Whether nothing more is read: content after the end, such as a signature, and content that is
    /// not needed.
    pub(crate) fn is_over(&self) -> bool {
        self.position.section == Section::End
    }

    /// Reads the next piece.
    pub(crate) fn feed(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        let position = &mut self.position;
        self.scanner.feed(piece, &mut self.warnings, &mut |statement: &[u8], line, warnings| {
            position.statement(statement, line, warnings)
        })
    }

    /// Where the file must be read again from, because its last comment has no end.
    pub(crate) fn reopen(&mut self) -> Option<u64> {
        self.scanner.reopen(&mut self.warnings)
    }

    /// Returns the visitor and what was mended, if enough of the file was read.
    pub(crate) fn finish(mut self) -> Result<(V, Warnings), Refusal> {
        let rest = self.scanner.rest();
        if self.position.section != Section::End && Mark::of(rest) == Mark::End {
            self.position.statement(rest, 0, &mut self.warnings)?;
        }
        let Position { section, visitor, instances, unread, first_fault, at_end } = self.position;
        if section != Section::End {
            if instances == 0 {
                return Err(first_fault.unwrap_or_else(|| self.scanner.open_end()));
            }
            self.warnings.add(Warning::Truncated);
        }
        match first_fault {
            Some(fault) if unread > instances && !visitor.needs_only_the_header() => Err(fault),
            _ => Ok((visitor, at_end.unwrap_or(self.warnings))),
        }
    }
}

impl<V: Visitor> Position<V> {
    fn statement(
        &mut self,
        bytes: &[u8],
        line: u64,
        warnings: &mut Warnings,
    ) -> Result<(), Refusal> {
        let mark = Mark::of(bytes);
        if self.section == Section::Start && mark != Mark::Start {
            return Err(fault(line, "the file does not begin with ISO-10303-21"));
        }
        let Some((next, is_standard)) = self.section.after(mark) else {
            return self.content(bytes, line, warnings);
        };
        if !is_standard {
            warnings.add(Warning::Sections);
        }
        self.enter(next, warnings);
        Ok(())
    }

    /// Begins a section. Behind the header, the file ends here when nothing more is needed.
    fn enter(&mut self, next: Section, warnings: &Warnings) {
        let is_behind_header = !matches!(next, Section::Start | Section::Opened | Section::Header);
        let ends = is_behind_header && self.visitor.needs_only_the_header();
        self.section = if ends { Section::End } else { next };
        if self.section == Section::End && self.at_end.is_none() {
            self.at_end = Some(warnings.clone());
        }
    }

    /// Reads a statement that is no mark of a section.
    fn content(&mut self, bytes: &[u8], line: u64, warnings: &mut Warnings) -> Result<(), Refusal> {
        let is_instance = bytes.trim_ascii_start().starts_with(b"#");
        let section = match self.section {
            Section::Opened | Section::Header | Section::Between if is_instance => Section::Data,
            Section::Opened => Section::Header,
            other => other,
        };
        if section != self.section {
            warnings.add(Warning::Sections);
            self.enter(section, warnings);
        }
        let read = match self.section {
            Section::Data => self.instance(bytes, line, warnings),
            Section::Header => self.header(bytes, line, warnings),
            Section::Between => Err(fault(line, "a section is missing or not closed")),
            _ => Ok(()),
        };
        match read {
            Err(refusal) if refusal.is_malformed() => {
                warnings.add(Warning::InvalidStatement);
                self.unread += 1;
                self.first_fault.get_or_insert(refusal);
                Ok(())
            }
            read => read,
        }
    }

    /// `FILE_SCHEMA(('IFC4'))` and the like.
    fn header(&mut self, bytes: &[u8], line: u64, warnings: &mut Warnings) -> Result<(), Refusal> {
        let mut statement = Statement::new(bytes, line, warnings);
        let keyword = statement.keyword()?;
        let visitor = &mut self.visitor;
        statement.parameters(&mut |position, raw| visitor.header(keyword, position, raw))?;
        statement.end();
        Ok(())
    }

    /// `#1=IFCWALL(…)`, or `#1=(A(…)B(…))` for one of several types.
    fn instance(
        &mut self,
        bytes: &[u8],
        line: u64,
        warnings: &mut Warnings,
    ) -> Result<(), Refusal> {
        let mut statement = Statement::new(bytes, line, warnings);
        statement.instance_name()?;
        self.instances += 1;
        self.visitor.instance(line)?;
        if statement.take(b'(') {
            while !statement.take(b')') {
                self.record(&mut statement)?;
            }
        } else {
            self.record(&mut statement)?;
        }
        statement.end();
        Ok(())
    }

    fn record(&mut self, statement: &mut Statement<'_, '_>) -> Result<(), Refusal> {
        self.visitor.entity(statement.keyword()?);
        statement.parameters(&mut |position, raw| self.visitor.string(position, raw))
    }
}
