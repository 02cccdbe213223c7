//! The built-in template.

/// The file that is compiled.
pub(crate) const MAIN: &str = "invoice.typ";

/// The files. A template's folder can replace each of them.
pub(crate) const FILES: &[(&str, &str)] = &[
    (MAIN, include_str!("../templates/invoice/invoice.typ")),
    ("letter.typ", include_str!("../templates/invoice/letter.typ")),
    ("positions.typ", include_str!("../templates/invoice/positions.typ")),
    ("totals.typ", include_str!("../templates/invoice/totals.typ")),
    ("text.typ", include_str!("../templates/invoice/text.typ")),
    ("de.json", include_str!("../templates/invoice/de.json")),
    ("en.json", include_str!("../templates/invoice/en.json")),
];
