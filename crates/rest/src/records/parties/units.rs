use plinth_domain::{UnitCode, UnitCodes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::Faults;

/// A unit that a receiver of electronic invoices wants instead of another one (UN/ECE Recommendation 20
/// and 21).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UnitReplacement)]
pub(super) struct UnitCodeBody {
    #[schema(pattern = "^[A-Z0-9]{2,3}$", example = "C62")]
    unit: String,
    #[schema(pattern = "^[A-Z0-9]{2,3}$", example = "H87")]
    replaced_by: String,
}

impl From<&(UnitCode, UnitCode)> for UnitCodeBody {
    fn from((unit, replaced_by): &(UnitCode, UnitCode)) -> Self {
        Self { unit: unit.as_str().to_owned(), replaced_by: replaced_by.as_str().to_owned() }
    }
}

pub(super) fn unit_codes(f: &mut Faults, bodies: Vec<UnitCodeBody>) -> Option<UnitCodes> {
    let checked = bodies.into_iter().enumerate().map(|(index, body)| {
        let at = format!("/unit_codes/{index}");
        let unit = f.check(&format!("{at}/unit"), UnitCode::parse(&body.unit));
        let wanted = f.check(&format!("{at}/replaced_by"), UnitCode::parse(&body.replaced_by));
        Some((unit?, wanted?))
    });
    let checked: Vec<Option<_>> = checked.collect();
    let pairs = checked.into_iter().collect::<Option<Vec<_>>>()?;
    match UnitCodes::new(pairs) {
        Ok(units) => Some(units),
        Err((index, invalid)) => {
            let at = index.map(|index| format!("/{index}")).unwrap_or_default();
            f.check(&format!("/unit_codes{at}"), Err(invalid))
        }
    }
}
