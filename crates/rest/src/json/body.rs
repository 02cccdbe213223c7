use std::{future::Future, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
    web::{BytesMut, Data},
};
use futures::StreamExt;
use plinth_ports::IdempotencyKey;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Faults, Form, explain, named::Named, shape, strict};
use crate::{
    config::Config,
    idempotency,
    json::codes::{BODY_MALFORMED, BODY_MEDIA_TYPE, BODY_TOO_LARGE},
    middleware::receiving,
    problem::{ApiError, Fault},
    shutdown::BodyDeadlines,
    transfer::{self, BODY_INCOMPLETE},
};

/// How many bytes of an oversized body are read and discarded. Otherwise the
/// client sees a reset connection instead of the response.
const DRAIN_BYTES: usize = 32 * 1024 * 1024;

/// A JSON body and the request's idempotency key.
pub(crate) struct Body<F: Form> {
    /// The domain value that the body describes.
    pub(crate) value: F::Value,
    /// `Idempotency-Key`, if the request has one.
    pub(crate) key: Option<IdempotencyKey>,
}

impl<F: Form> FromRequest for Body<F> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let (bytes, key) = read(&request, payload, &JSON, F::BYTES).await?;
            Ok(Self { value: parse::<F>(&bytes)?, key })
        })
    }
}

/// Parses a body into its domain value, or returns every fault of its shape and
/// values.
fn parse<F: Form>(bytes: &[u8]) -> Result<F::Value, ApiError> {
    match examine::<F>(value(bytes)?).map_err(|error| malformed(&error))? {
        Ok(value) => Ok(value),
        Err(faults) => Err(ApiError::invalid_body(faults)),
    }
}

/// The JSON value of a body.
pub(crate) fn value(bytes: &[u8]) -> Result<Value, ApiError> {
    strict::parse(bytes).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> ApiError {
    ApiError::bad_request(BODY_MALFORMED, explain(error, "the body"))
}

/// The domain value of a JSON value, or every fault of its shape and values. The outer error is for
/// what has no place in the schema.
pub(crate) fn examine<F: Form>(
    mut body: Value,
) -> Result<Result<F::Value, Vec<Fault>>, serde_json::Error> {
    let (form, known) = match F::deserialize(Named(&body)) {
        Ok(form) => (Some(form), Vec::new()),
        Err(error) => {
            let known = shape::mend::<F>(&mut body);
            if known.is_empty() {
                return Err(error);
            }
            (F::deserialize(Named(&body)).ok(), known)
        }
    };
    let mut faults = Faults::default();
    let value = form.and_then(|form| form.check(&mut faults));
    let faults = faults.after(known);
    Ok(value.filter(|_| faults.is_empty()).ok_or(faults))
}

/// A format of bodies.
pub(crate) struct Format {
    /// The accepted media types; the first is named in errors.
    pub(crate) kinds: &'static [&'static str],
}

const JSON: Format = Format { kinds: &["application/json", "application/merge-patch+json"] };

/// Reads a body within the limits of size and time, and the request's idempotency key. It may have
/// the configured number of bytes, or `at_least` so many.
pub(crate) async fn read(
    request: &HttpRequest,
    payload: Payload,
    format: &Format,
    at_least: usize,
) -> Result<(BytesMut, Option<IdempotencyKey>), ApiError> {
    let bytes = receive(request, payload, format, at_least).await?;
    let key = idempotency::name(request)?.map(|key| {
        let mut digest = Sha256::new();
        digest.update(request.path());
        digest.update([0]);
        digest.update(&bytes);
        IdempotencyKey { key, fingerprint: digest.finalize().into() }
    });
    Ok((bytes, key))
}

async fn receive(
    request: &HttpRequest,
    payload: Payload,
    format: &Format,
    at_least: usize,
) -> Result<BytesMut, ApiError> {
    let config = request.app_data::<Data<Config>>().ok_or_else(ApiError::internal)?;
    let refusal = check_headers(request, format).err();
    let limit = if refusal.is_some() { 0 } else { config.max_body_bytes.max(at_least) };
    let stopping = request.app_data::<Data<BodyDeadlines>>().ok_or_else(ApiError::internal)?;
    let reading = receiving(request, collect(payload, limit));
    let read = tokio::select! {
        read = tokio::time::timeout(config.body_timeout, reading) => read.unwrap_or_else(|_| {
            let detail = format!("the body did not arrive within {:?}", config.body_timeout);
            Err(transfer::too_slow(detail))
        }),
        () = stopping.any.cancelled() => Err(transfer::stopping()),
    };
    refusal.map_or(read, Err)
}

fn check_headers(request: &HttpRequest, format: &Format) -> Result<(), ApiError> {
    let text = |name| request.headers().get(name).map(|v| v.to_str().unwrap_or_default());
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let unsupported = |detail: &str| {
        Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, BODY_MEDIA_TYPE, detail))
    };
    if !format.kinds.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        let expected = format.kinds.first().copied().unwrap_or_default();
        return unsupported(&format!("the body must be {expected}"));
    }
    // A compressed body can inflate beyond every limit.
    if text(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"))
    {
        return unsupported("the body must not be compressed");
    }
    Ok(())
}

async fn collect(mut payload: Payload, limit: usize) -> Result<BytesMut, ApiError> {
    let mut bytes = BytesMut::new();
    let mut drained = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk
            .map_err(|_| ApiError::bad_request(BODY_INCOMPLETE, "the body ended too early"))?;
        if drained == 0 && bytes.len() + chunk.len() <= limit {
            bytes.extend_from_slice(&chunk);
        } else {
            drained += chunk.len();
            if drained > DRAIN_BYTES {
                break;
            }
            // Yields, so that a large body does not keep the worker thread from
            // other requests.
            tokio::time::sleep(Duration::ZERO).await;
        }
    }
    if drained > 0 {
        let detail = format!("the body may have at most {limit} bytes");
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, BODY_TOO_LARGE, detail));
    }
    Ok(bytes)
}
