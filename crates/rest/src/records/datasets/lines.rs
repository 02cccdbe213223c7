//! JSON Lines: a JSON object in each line.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use plinth_domain::{
    Dataset, DatasetItemContent,
    codes::{JSON_MALFORMED, LIST_EMPTY, LIST_TOO_LONG},
};
use plinth_ports::IdempotencyKey;

use super::item::NewDatasetItem;
use crate::{
    import::refused,
    json::{Format, examine, explain, parse_strictly, read},
    problem::{ApiError, Fault},
};

const JSON_LINES: Format =
    Format { kinds: &["application/jsonl", "application/x-ndjson", "application/x-jsonlines"] };
/// The most bytes of a body, unless the configured maximum is larger.
const BYTES: usize = 16 * 1024 * 1024;

/// The items in a body of JSON Lines.
pub(crate) struct Lines {
    pub(crate) contents: Vec<DatasetItemContent>,
    /// `Idempotency-Key`, if the request has one.
    pub(crate) key: Option<IdempotencyKey>,
}

impl FromRequest for Lines {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (bytes, key) = read(&request, payload, &JSON_LINES, BYTES).await?;
            // Many lines take a part of a second.
            let contents = web::block(move || items(&bytes)).await;
            let contents = contents.map_err(|_| ApiError::internal())??;
            Ok(Self { contents, key })
        })
    }
}

/// The items, or what is wrong with the lines.
fn items(bytes: &[u8]) -> Result<Vec<DatasetItemContent>, ApiError> {
    let (mut contents, mut faults, mut count) = (Vec::new(), Vec::new(), 0);
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let number = index as u64 + 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        count += 1;
        if count > Dataset::MAX_ADDED {
            let detail = format!("at most {} items", Dataset::MAX_ADDED);
            faults.push(Fault::in_line(number, LIST_TOO_LONG, detail));
            break;
        }
        match item(line) {
            Ok(Ok(content)) => contents.push(content),
            Ok(Err(found)) => {
                faults.extend(found.into_iter().map(|f| Fault { line: Some(number), ..f }));
            }
            Err(error) => {
                let detail = explain(&error, "the line");
                faults.push(Fault::in_line(number, JSON_MALFORMED, detail));
            }
        }
    }
    if count == 0 {
        faults.push(Fault::in_line(1, LIST_EMPTY, "at least one item"));
    }
    if faults.is_empty() { Ok(contents) } else { Err(refused(faults)) }
}

fn item(line: &[u8]) -> Result<Result<DatasetItemContent, Vec<Fault>>, serde_json::Error> {
    examine::<NewDatasetItem>(parse_strictly(line)?)
}
