plinth_domain::codes! {
    CSV_COLUMN_UNKNOWN = "csv.column_unknown", "The table has a column that the records do not have.";
    CSV_COLUMN_REPEATED = "csv.column_repeated", "The table has a column twice.";
    CSV_CELL_COUNT = "csv.cell_count", "A row has more or fewer cells than the first line.";
}
