//! Records from a table: CSV (RFC 4180) in UTF-8, with the columns of an export.

pub(crate) mod codes;
mod head;
mod lines;
mod sheet;

use std::{future::Future, marker::PhantomData, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use plinth_domain::codes::LIST_TOO_LONG;
use plinth_ports::IdempotencyKey;
use utoipa::{PartialSchema, ToSchema};

use crate::{
    json::{Form, Format, read},
    problem::{ApiError, Fault},
};

const CSV: Format = Format { kinds: &["text/csv"] };
/// The most bytes of a table, unless the configured maximum is larger.
const BYTES: usize = 1024 * 1024;
/// The most rows of a table.
pub(crate) const MAX_ROWS: usize = 1_000;
/// The most faults of an answer.
const MAX_FAULTS: usize = 100;

/// The table in a request: each row becomes a value by the form `F`. The columns are those of `F`;
/// those of the view `V` beside them are read over.
pub(crate) struct Table<F: Form, V> {
    /// The values of the rows without a fault.
    pub(crate) values: Vec<F::Value>,
    /// The line at which each of these rows begins.
    pub(crate) lines: Vec<u64>,
    /// What is wrong with the others.
    pub(crate) faults: Vec<Fault>,
    /// The number of rows.
    pub(crate) rows: usize,
    /// `Idempotency-Key`, if the request has one.
    pub(crate) key: Option<IdempotencyKey>,
    view: PhantomData<V>,
}

impl<F: Form + 'static, V: ToSchema + PartialSchema + 'static> FromRequest for Table<F, V> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (bytes, key) = read(&request, payload, &CSV, BYTES).await?;
            let table = Self { key, ..sheet::read(&bytes)? };
            Ok(table)
        })
    }
}

/// The fault of a row at a pointer into the `items` that a use case was given: `/items/3/number`.
pub(crate) fn located(lines: &[u64], mut fault: Fault) -> Fault {
    let pointer = fault.pointer.take().unwrap_or_default();
    let place = pointer.strip_prefix("/items/").unwrap_or_default();
    let (index, field) = place.split_once('/').unwrap_or((place, ""));
    let line = index.parse().ok().and_then(|index: usize| lines.get(index));
    sheet::placed(line.copied().unwrap_or_default(), field, fault)
}

/// The faults in the order of their lines, as many as an answer has, and the number of all.
pub(crate) fn first(mut faults: Vec<Fault>) -> (Vec<Fault>, usize) {
    let count = faults.len();
    faults.sort_by_key(|fault| fault.line);
    faults.truncate(MAX_FAULTS);
    (faults, count)
}

/// Refuses a table with these faults.
pub(crate) fn refused(faults: Vec<Fault>) -> ApiError {
    let (faults, count) = first(faults);
    let shown = faults.len();
    let error = ApiError::invalid_body(faults);
    if count == shown {
        return error;
    }
    let detail = format!("{count} values of the body cannot be accepted; these are the first");
    ApiError { detail, ..error }
}

/// The fault of a table with too many rows, of which this line begins the first one too many.
fn too_many(line: u64) -> Fault {
    Fault::in_line(line, LIST_TOO_LONG, format!("at most {MAX_ROWS} rows"))
}
