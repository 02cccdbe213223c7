use plinth_ports::records::reports::ReportRow;

use super::{MAX_ROWS, REPORT_OVERFLOW, REPORT_TOO_LARGE};
use crate::Error;

/// The rows in their order, if they are at most `most` and each sum is an amount.
pub(super) fn checked<K: Ord, const N: usize>(
    rows: Vec<ReportRow<K, N>>,
    most: u32,
) -> Result<Vec<ReportRow<K, N, i64>>, Error> {
    if rows.len() > most as usize {
        let instead = if most == MAX_ROWS { ": POST /reports makes it as a document" } else { "" };
        let detail = format!("the report has more than {most} rows{instead}").into();
        return Err(Error::Conflict { code: REPORT_TOO_LARGE, detail });
    }
    let rows: Result<Vec<_>, _> = rows.into_iter().map(ReportRow::checked).collect();
    let mut rows = rows
        .map_err(|_| Error::conflict(REPORT_OVERFLOW, "a sum is beyond what an amount may be"))?;
    rows.sort_by(|a, b| (&a.key, a.currency.as_str()).cmp(&(&b.key, b.currency.as_str())));
    Ok(rows)
}
