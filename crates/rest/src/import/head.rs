//! The first line of a table.

use std::collections::HashSet;

use csv::StringRecord;
use plinth_domain::codes::FIELD_REQUIRED;

use super::codes::{CSV_COLUMN_REPEATED, CSV_COLUMN_UNKNOWN};
use crate::{
    list::{Column, Columns},
    problem::Fault,
};

/// The column of each cell of a row; `None` for one that is read over.
pub(super) struct Head<'a>(pub(super) Vec<Option<&'a Column>>);

/// The separator of a table: the comma, or the semicolon where its first line has one. No name of a
/// column has either.
pub(super) fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    if first.contains(';') { b';' } else { b',' }
}

impl<'a> Head<'a> {
    /// Finds the columns that the line names; those of `shown` alone are read over.
    pub(super) fn read(
        names: &StringRecord,
        line: u64,
        written: &'a Columns,
        shown: &Columns,
    ) -> Result<Self, Vec<Fault>> {
        let (mut faults, mut seen, mut columns) = (Vec::new(), HashSet::new(), Vec::new());
        for name in names {
            let fault = |code, detail: &str| Fault {
                column: Some(name.to_owned()),
                ..Fault::in_line(line, code, detail)
            };
            if !seen.insert(name) {
                faults.push(fault(CSV_COLUMN_REPEATED, "the table has this column twice"));
            }
            let column = written.iter().find(|column| column.name() == name);
            if column.is_none() && !shown.iter().any(|column| column.name() == name) {
                faults.push(fault(CSV_COLUMN_UNKNOWN, "there is no such column"));
            }
            columns.push(column);
        }
        let missing = written.iter().filter(|column| column.is_required);
        let missing = missing.map(Column::name).filter(|name| !seen.contains(name.as_str()));
        faults.extend(missing.map(|name| Fault {
            column: Some(name),
            ..Fault::in_line(line, FIELD_REQUIRED, "the table must have this column")
        }));
        if faults.is_empty() { Ok(Self(columns)) } else { Err(faults) }
    }
}
