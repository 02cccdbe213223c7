//! What the API says of itself, read off its OpenAPI document.

use std::sync::LazyLock;

use crate::{docs::Problems, methods::Methods, openapi::Document, routes};

pub(crate) struct Description {
    /// `None` when the document cannot be encoded.
    pub(crate) document: Option<Document>,
    pub(crate) methods: Methods,
    pub(crate) problems: Problems,
}

/// Made for the first request that needs it: to complete the document takes longer than all else of a
/// start.
pub(crate) fn description() -> &'static Description {
    static DESCRIPTION: LazyLock<Description> = LazyLock::new(|| {
        let document = routes::document();
        Description {
            document: document.to_json().ok().map(Document::new),
            methods: Methods::of(&document),
            problems: Problems::of(&document),
        }
    });
    &DESCRIPTION
}
