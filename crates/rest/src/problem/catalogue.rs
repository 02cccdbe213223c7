use plinth_domain::Code;

use super::from_application;
use crate::{
    api_keys, documents, etag, events, gate, idempotency, json, list, path, problem, transfer,
    uploads,
};

/// The codes of HTTP itself, in groups.
const HTTP: &[&[Code]] = &[
    problem::CODES,
    from_application::CODES,
    gate::CODES,
    path::CODES,
    etag::CODES,
    idempotency::CODES,
    list::CODES,
    json::CODES,
    transfer::CODES,
    api_keys::CODES,
    documents::CODES,
    uploads::CODES,
    events::CODES,
];

/// Every code that a problem or one of its faults can carry. `/docs/problems`
/// shows them; a problem's `type` leads there.
pub fn codes() -> impl Iterator<Item = Code> {
    [HTTP, plinth_application::CODES, plinth_domain::codes::ALL]
        .into_iter()
        .flatten()
        .flat_map(|group| group.iter().copied())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::codes;

    #[test]
    fn a_code_is_declared_once() {
        let mut seen = HashSet::new();
        for code in codes() {
            assert!(seen.insert(code.name()), "{code} is declared twice");
        }
    }
}
