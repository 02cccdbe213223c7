//! The rows of a table.

use std::marker::PhantomData;

use csv::{ReaderBuilder, StringRecord};
use plinth_domain::codes::LIST_EMPTY;
use serde_json::{Map, Value};
use utoipa::{PartialSchema, ToSchema};

use super::{
    MAX_ROWS, Table,
    codes::CSV_CELL_COUNT,
    head::{Head, separator},
    lines::Lines,
    refused, too_many,
};
use crate::{
    json::{Form, codes::BODY_MALFORMED, examine, explain},
    list::Columns,
    problem::{ApiError, Fault},
};

/// Reads a table. A fault of the whole is an error, one of a row is kept with the others.
pub(super) fn read<F, V>(bytes: &[u8]) -> Result<Table<F, V>, ApiError>
where
    F: Form,
    V: ToSchema + PartialSchema,
{
    let text = text(bytes)?;
    let mut lines = Lines::new(text);
    let mut reader = ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut next = move |record: &mut StringRecord| -> Result<Option<u64>, ApiError> {
        if !reader.read_record(record).map_err(|error| malformed(&error.to_string()))? {
            return Ok(None);
        }
        let byte = record.position().map_or(0, csv::Position::byte);
        Ok(Some(lines.of_row(usize::try_from(byte).unwrap_or(usize::MAX))))
    };
    let (written, shown) = (Columns::of::<F>(), Columns::of::<V>());
    let Some(line) = next(&mut record)? else {
        return Err(malformed("it is empty"));
    };
    let head = Head::read(&record, line, &written, &shown).map_err(refused)?;
    let (values, lines, faults) = (Vec::new(), Vec::new(), Vec::new());
    let mut table = Table { values, lines, faults, rows: 0, key: None, view: PhantomData };
    while let Some(line) = next(&mut record)? {
        if table.rows == MAX_ROWS {
            return Err(refused(vec![too_many(line)]));
        }
        table.rows += 1;
        match row::<F>(&head, &record, line) {
            Ok(value) => {
                table.values.push(value);
                table.lines.push(line);
            }
            Err(faults) => table.faults.extend(faults),
        }
    }
    if table.rows == 0 {
        return Err(refused(vec![Fault::in_line(line, LIST_EMPTY, "at least one row")]));
    }
    Ok(table)
}

/// The table without a byte order mark.
fn text(bytes: &[u8]) -> Result<&str, ApiError> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = str::from_utf8(valid).unwrap_or_default().matches('\n').count() + 1;
        malformed(&format!("line {line} is not UTF-8"))
    })?;
    // In a table that RFC 4180 allows, each quotation mark that opens is closed, and each within is
    // doubled. One that stays open would take all rows behind it into its cell.
    if !text.matches('"').count().is_multiple_of(2) {
        return Err(malformed("a quotation mark is not closed"));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn malformed(why: &str) -> ApiError {
    ApiError::bad_request(BODY_MALFORMED, format!("the body is no CSV: {why}"))
}

/// The value of a row, or all of its faults.
fn row<F: Form>(head: &Head<'_>, record: &StringRecord, line: u64) -> Result<F::Value, Vec<Fault>> {
    if record.len() != head.0.len() {
        let detail = format!("{} cells, and the first line has {}", record.len(), head.0.len());
        return Err(vec![Fault::in_line(line, CSV_CELL_COUNT, detail)]);
    }
    let mut item = Map::new();
    for (column, cell) in head.0.iter().zip(record) {
        if let Some(column) = column {
            column.put(cell, &mut item);
        }
    }
    let examined = examine::<F>(Value::Object(item))
        .map_err(|error| vec![Fault::in_line(line, CSV_CELL_COUNT, explain(&error, "the row"))])?;
    examined.map_err(|faults| {
        let place = |fault: Fault| {
            let pointer = fault.pointer.clone().unwrap_or_default();
            placed(line, pointer.trim_start_matches('/'), fault)
        };
        faults.into_iter().map(place).collect()
    })
}

/// The fault in a line, of the field at this pointer without the slash at its beginning.
pub(super) fn placed(line: u64, field: &str, fault: Fault) -> Fault {
    let column = Some(field.replace('/', ".")).filter(|column| !column.is_empty());
    Fault { pointer: None, line: Some(line), column, ..fault }
}
