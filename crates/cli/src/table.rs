//! Tables for people.

mod cell;
mod record;

use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

pub(crate) use cell::text;
pub(crate) use record::{lines, record};

/// Between two columns.
const GAP: usize = 2;

/// A column takes no more of a terminal than this, while further columns could be shown.
const WIDE: usize = 40;

/// Columns are not cut below this width.
const NARROW: usize = 6;

/// The first columns, which are shown on the narrowest terminal.
const FIRST: usize = 3;

/// The columns of a list, whose widths follow from its first records.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    /// Whether longer values are cut.
    is_cut: bool,
}

#[derive(Debug)]
struct Column {
    /// The path of a field: `address.city`.
    name: String,
    width: usize,
    /// Numbers stand to the right.
    is_right: bool,
}

impl Table {
    /// A table of these columns. On a terminal of `room` columns, values are cut.
    pub(crate) fn new(names: &[String], records: &[Value], room: Option<usize>) -> Self {
        let columns = names.iter().map(|name| Column::of(name, records)).collect();
        let mut table = Self { columns, is_cut: room.is_some() };
        if let Some(room) = room {
            table.shrink(room);
        }
        table
    }

    /// A table of those of these columns, from the first on, that a terminal has room for.
    pub(crate) fn fitting(names: &[String], records: &[Value], room: Option<usize>) -> Self {
        let mut table = Self::new(names, records, None);
        let Some(room) = room else { return table };
        let mut used = 0;
        let fits = |column: &&Column| {
            used += column.width.min(WIDE) + GAP;
            used <= room + GAP
        };
        let count = table.columns.iter().take_while(fits).count().max(FIRST);
        table.columns.truncate(count);
        table.is_cut = true;
        table.shrink(room);
        table
    }

    /// Cuts the widest columns until the table fits. The first one, which names the record, stays.
    fn shrink(&mut self, room: usize) {
        let used =
            |columns: &[Column]| columns.iter().map(|column| column.width + GAP).sum::<usize>();
        while used(&self.columns) > room + GAP {
            let others = self.columns.iter_mut().skip(1);
            match others.max_by_key(|column| column.width) {
                Some(column) if column.width > NARROW => column.width -= 1,
                _ => return,
            }
        }
    }

    /// The line of the names.
    pub(crate) fn head(&self) -> String {
        self.line(|column| column.name.clone())
    }

    /// The line of a record.
    pub(crate) fn row(&self, record: &Value) -> String {
        self.line(|column| text(field(record, &column.name)))
    }

    fn line(&self, cell: impl Fn(&Column) -> String) -> String {
        let cells = self.columns.iter().map(|column| column.place(&cell(column), self.is_cut));
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    }
}

impl Column {
    fn of(name: &str, records: &[Value]) -> Self {
        let values = || records.iter().map(move |record| field(record, name));
        let widest = values().map(|value| text(value).width()).max().unwrap_or_default();
        let is_right = values().any(cell::is_number)
            && values().all(|value| value.is_null() || cell::is_number(value));
        Self { name: name.to_owned(), width: widest.max(name.width()), is_right }
    }

    /// A cell of the width of this column.
    fn place(&self, cell: &str, is_cut: bool) -> String {
        let cell = if is_cut { cut(cell, self.width) } else { cell.to_owned() };
        let rest = " ".repeat(self.width.saturating_sub(cell.width()));
        if self.is_right { rest + &cell } else { cell + &rest }
    }
}

/// A field of a record, by its path: `address.city`.
fn field<'r>(record: &'r Value, path: &str) -> &'r Value {
    static NONE: Value = Value::Null;
    path.split('.').try_fold(record, |value, name| value.get(name)).unwrap_or(&NONE)
}

/// A text of at most so many columns of a terminal.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let kept = text.chars().take_while(|c| {
        used += c.width().unwrap_or_default();
        used <= columns
    });
    kept.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(names: &[&str], records: &[Value], room: Option<usize>) -> Vec<String> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let table = Table::fitting(&names, records, room);
        [table.head()].into_iter().chain(records.iter().map(|record| table.row(record))).collect()
    }

    #[test]
    fn a_table_has_aligned_columns_and_no_control_characters() {
        let records = [json!({"a": "x\u{1b}[2J", "b": "1"}), json!({"a": "ä", "b": null})];
        assert_eq!(lines(&["a", "b"], &records, None), ["a      b", "x [2J  1", "ä      -"]);
        assert_eq!(lines(&["a"], &[], None), ["a"]);
    }

    #[test]
    fn wide_characters_count_for_two_columns() {
        let records = [json!({"a": "東京", "b": "x"}), json!({"a": "Graz", "b": "y"})];
        assert_eq!(lines(&["a", "b"], &records, None), ["a     b", "東京  x", "Graz  y"]);
    }

    #[test]
    fn amounts_stand_to_the_right_as_decimals() {
        let money = |minor: i64| json!({"sum": {"amount_minor": minor, "currency": "EUR"}});
        let records = [money(125_000), money(-5), json!({"sum": null})];
        let expected = ["        sum", "1250.00 EUR", "  -0.05 EUR", "          -"];
        assert_eq!(lines(&["sum"], &records, None), expected);
    }

    #[test]
    fn a_terminal_gets_the_columns_that_fit_and_a_file_all_of_them() {
        let record = json!({"id": "0192f3a4", "name": "Harbour, quay 7", "status": "active",
            "due": "2026-11-20", "by": {"name": "Ada"}});
        let names = ["id", "name", "status", "due", "by.name"];
        let all = lines(&names, std::slice::from_ref(&record), None);
        assert_eq!(all[1], "0192f3a4  Harbour, quay 7  active  2026-11-20  Ada");
        let some = lines(&names, std::slice::from_ref(&record), Some(40));
        assert_eq!(
            some,
            ["id        name             status", "0192f3a4  Harbour, quay 7  active"]
        );
        let few = lines(&names, &[record], Some(26));
        assert_eq!(few, ["id        name      status", "0192f3a4  Harbour…  active"]);
    }

    #[test]
    fn a_cut_text_ends_in_an_ellipsis_and_is_never_too_wide() {
        assert_eq!(cut("Harbour", 7), "Harbour");
        assert_eq!(cut("Harbour", 6), "Harbo…");
        assert_eq!(cut("東京都", 5), "東京…");
        assert_eq!(cut("東京都", 4), "東…");
    }
}
