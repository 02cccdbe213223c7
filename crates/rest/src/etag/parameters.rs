//! The preconditions in the OpenAPI document.

use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterIn},
    },
};

use super::{IfMatch, MaybeIfMatch};
use crate::parameter::{header, text};

/// `*`, or entity tags with commas between them (RFC 9110, 8.8.3 and 13.1). A list may have empty
/// elements (5.6.1).
const TAGS: &str = r#"^[\t ]*(\*|[\t ,]*((W/)?"[!#-~\u0080-\u00ff]*"([\t ]*,[\t ,]*(W/)?"[!#-~\u0080-\u00ff]*")*[\t ,]*)?)[\t ]*$"#;

/// The preconditions of a GET that answers 304: `If-Match` and `If-None-Match`.
pub(crate) struct Conditional;

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        change(Required::True)
    }
}

impl IntoParams for MaybeIfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        change(Required::False)
    }
}

impl IntoParams for Conditional {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            tags(
                "If-Match",
                Required::False,
                "The answer is 412 unless the `ETag` is one of these",
            ),
            tags(
                "If-None-Match",
                Required::False,
                "The `ETag` of the client's copy, or several: the answer is 304 while it is current",
            ),
        ]
    }
}

fn change(required: Required) -> Vec<Parameter> {
    vec![
        tags(
            "If-Match",
            required,
            "The record's `ETag`, several, or `*`: the answer is 412 when it has another one",
        ),
        tags(
            "If-None-Match",
            Required::False,
            "The answer is 412 when the record has one of these",
        ),
    ]
}

fn tags(name: &str, required: Required, about: &str) -> Parameter {
    header(name, required, about, text(TAGS).examples(["\"3\""]))
}
