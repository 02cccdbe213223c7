//! The units that a receiver of e-invoices wants, as they are stored: pairs of codes.

use plinth_domain::{UnitCode, UnitCodes};

/// The pairs as texts.
pub fn pairs(units: &UnitCodes) -> Vec<(String, String)> {
    let owned = |unit: &UnitCode| unit.as_str().to_owned();
    units.pairs().iter().map(|(unit, wanted)| (owned(unit), owned(wanted))).collect()
}

/// The units of which these are the pairs; `None` if one is invalid.
pub fn loaded(pairs: &[(String, String)]) -> Option<UnitCodes> {
    let unit = |text: &str| UnitCode::parse(text).ok();
    let pairs = pairs.iter().map(|(from, to)| Some((unit(from)?, unit(to)?)));
    UnitCodes::new(pairs.collect::<Option<_>>()?).ok()
}

pub fn text(units: &UnitCodes) -> String {
    // Serializing strings cannot fail.
    serde_json::to_string(&pairs(units)).unwrap_or_default()
}

pub fn read(text: &str) -> Option<UnitCodes> {
    loaded(&serde_json::from_str::<Vec<_>>(text).ok()?)
}
