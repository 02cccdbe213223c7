//! The fields of a body, as they are written: parameters go to the provider unchanged.

use std::{borrow::Cow, collections::BTreeMap};

use actix_web::{HttpRequest, dev::Payload, web::BytesMut};
use plinth_domain::{Invalid, JsonObject, codes};
use serde::de::DeserializeOwned;
use serde_json::{Value, value::RawValue};

use super::PARAMETER_UNSUPPORTED;
use crate::{
    json::{self, Faults, Format, codes::FIELD_TYPE},
    problem::{ApiError, Fault},
};

const JSON: Format = Format { kinds: &["application/json"] };

/// The most bytes of a body; more than are executed, so that a longer input is told.
const BYTES: usize = 512 * 1024;

/// The fields of a body that are not read yet, and the faults of those that are.
pub(super) struct Fields<'a> {
    fields: BTreeMap<Cow<'a, str>, &'a RawValue>,
    pub(super) faults: Faults,
}

/// Receives a body that is one JSON object.
pub(super) async fn receive(request: HttpRequest, payload: Payload) -> Result<BytesMut, ApiError> {
    let (bytes, _) = json::read(&request, payload, &JSON, BYTES).await?;
    match json::value(&bytes)? {
        Value::Object(_) => Ok(bytes),
        _ => Err(ApiError::invalid_body(vec![Fault::at("", FIELD_TYPE, "must be an object")])),
    }
}

impl<'a> Fields<'a> {
    /// The fields of a body that [`receive`] has returned.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, ApiError> {
        let fields = serde_json::from_slice(bytes).map_err(|_| ApiError::internal())?;
        Ok(Self { fields, faults: Faults::default() })
    }

    /// A field as it is written; `None` where it is absent or null.
    pub(super) fn raw(&mut self, name: &str) -> Option<&'a str> {
        self.fields.remove(name).map(RawValue::get).filter(|text| *text != "null")
    }

    /// A field of a type, which is `kind` in words; `None` where it is absent, null or faulty.
    pub(super) fn take<T: DeserializeOwned>(&mut self, name: &str, kind: &str) -> Option<T> {
        let raw = self.raw(name)?;
        let value = serde_json::from_str(raw);
        let value = value.map_err(|_| Invalid::new(FIELD_TYPE, format!("must be {kind}")));
        self.faults.check(&format!("/{name}"), value)
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        if let Some(text) = self.take(name, "a string") {
            return Some(text);
        }
        let missing = Invalid::new(codes::FIELD_REQUIRED, "must be given");
        self.fault(name, missing)
    }

    /// Notes a fault.
    pub(super) fn fault<T>(&mut self, name: &str, invalid: Invalid) -> Option<T> {
        self.faults.check(&format!("/{name}"), Err(invalid))
    }

    /// Refuses a parameter that this API does not know, unless it has one of these values.
    pub(super) fn refuse(&mut self, name: &str, but: &[&str], why: &str) {
        if self.raw(name).is_some_and(|text| !but.contains(&text)) {
            let _: Option<()> = self.fault(name, Invalid::new(PARAMETER_UNSUPPORTED, why));
        }
    }

    /// All other fields, as parameters of the call.
    pub(super) fn parameters(&mut self) -> JsonObject {
        let mut text = String::from("{");
        for (name, value) in std::mem::take(&mut self.fields) {
            if value.get() == "null" {
                continue;
            }
            if text.len() > 1 {
                text.push(',');
            }
            // A text is always JSON.
            text.push_str(&serde_json::to_string(&name).unwrap_or_default());
            text.push(':');
            text.push_str(value.get());
        }
        text.push('}');
        JsonObject::from_parsed(text)
    }
}
