use crate::{Invalid, UnitCode, codes, invoice::values::at_most};

/// The most units that a party replaces.
pub const MAX_UNIT_CODES: usize = 20;

/// The units that a receiver of e-invoices wants instead of others: `H87` (piece) for `C62` (one). The
/// invoice itself keeps its units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitCodes(Vec<(UnitCode, UnitCode)>);

impl UnitCodes {
    /// Checks that no unit is replaced twice. An error has the index of the pair, where one is wrong.
    pub fn new(pairs: Vec<(UnitCode, UnitCode)>) -> Result<Self, (Option<usize>, Invalid)> {
        at_most(&pairs, MAX_UNIT_CODES).map_err(|invalid| (None, invalid))?;
        let is_known =
            |index: usize| pairs[..index].iter().any(|(unit, _)| *unit == pairs[index].0);
        match (0..pairs.len()).find(|index| is_known(*index)) {
            Some(index) => {
                let detail = "the unit is replaced by an earlier pair";
                Err((Some(index), Invalid::new(codes::VALUE_REPEATED, detail)))
            }
            None => Ok(Self(pairs)),
        }
    }

    /// Each unit with the one that replaces it.
    #[must_use]
    pub fn pairs(&self) -> &[(UnitCode, UnitCode)] {
        &self.0
    }

    /// The unit as the receiver wants it.
    #[must_use]
    pub fn of(&self, unit: UnitCode) -> UnitCode {
        self.0.iter().find(|(known, _)| *known == unit).map_or(unit, |(_, wanted)| *wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str) -> UnitCode {
        UnitCode::parse(code).unwrap()
    }

    #[test]
    fn a_unit_is_replaced_once_and_the_others_stay() {
        let units = UnitCodes::new(vec![(unit("C62"), unit("H87")), (unit("HUR"), unit("LH"))]);
        let units = units.unwrap();
        assert_eq!([units.of(unit("C62")), units.of(unit("MTQ"))], [unit("H87"), unit("MTQ")]);
        let twice = vec![(unit("C62"), unit("H87")), (unit("C62"), unit("EA"))];
        let (index, invalid) = UnitCodes::new(twice).unwrap_err();
        assert_eq!((index, invalid.code.name()), (Some(1), "value.repeated"));
        let many: Vec<_> = (10..31).map(|n| (unit(&format!("X{n}")), unit("C62"))).collect();
        let (index, invalid) = UnitCodes::new(many).unwrap_err();
        assert_eq!((index, invalid.code.name()), (None, "list.too_long"));
    }
}
