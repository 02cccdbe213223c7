use std::collections::BTreeMap;

use super::{ContractError, error};
use crate::{
    Currency, Invalid, Lines, Quantity, Taxation, UnitCode, UnitPrice, codes, money, pricing,
};

/// The most positions of a contract, with those of its amendments.
pub const MAX_POSITIONS: usize = 500;

/// What a position says, without its amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionDraft {
    /// What is supplied: 1 to 2000 characters.
    pub text: Lines<2000>,
    /// The quantity; the difference, where an amendment changes a position.
    pub quantity: Quantity,
    /// The unit of the quantity.
    pub unit: UnitCode,
    /// The price of one unit without VAT.
    pub price: UnitPrice,
    /// The tax.
    pub tax: Taxation,
    /// The number of the position that an amendment changes.
    pub changes: Option<u16>,
}

/// A position of a contract. It never changes once the contract is active: an amendment adds another
/// one with the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractPosition {
    /// The number within the contract, from 1.
    pub number: u16,
    /// The number of the amendment that added it; nothing for what was agreed at first.
    pub amendment: Option<u16>,
    /// What it says.
    pub draft: PositionDraft,
    /// Its amount without VAT, in minor units.
    pub net: i64,
}

/// The amount that is agreed for each position, in minor units: that of the position and of all its
/// changes, by the number of the position.
#[must_use]
pub fn agreed_by_position(positions: &[ContractPosition]) -> BTreeMap<u16, i64> {
    let mut agreed = BTreeMap::new();
    for position in positions {
        let root = position.draft.changes.unwrap_or(position.number);
        *agreed.entry(root).or_default() += position.net;
    }
    agreed
}

/// The positions of a draft with their numbers and amounts, and their sum.
pub(super) fn priced(
    drafts: Vec<PositionDraft>,
    currency: Currency,
) -> Result<(Vec<ContractPosition>, i64), ContractError> {
    if let Some(index) = drafts.iter().position(|draft| draft.changes.is_some()) {
        return Err(unknown(index));
    }
    let positions = appended(drafts, &[], None, currency)?;
    let value = sum(&positions)?;
    Ok((positions, value))
}

/// Positions that come after `agreed`, with their numbers and amounts.
pub(super) fn appended(
    drafts: Vec<PositionDraft>,
    agreed: &[ContractPosition],
    amendment: Option<u16>,
    currency: Currency,
) -> Result<Vec<ContractPosition>, ContractError> {
    if agreed.len() + drafts.len() > MAX_POSITIONS {
        let detail = format!("at most {MAX_POSITIONS} positions in all");
        let invalid = Invalid::new(codes::LIST_TOO_LONG, detail);
        return Err(ContractError::at("/positions", invalid));
    }
    let numbers = (1_u16..).skip(agreed.len());
    drafts
        .into_iter()
        .zip(numbers)
        .enumerate()
        .map(|(index, (draft, number))| {
            let priced = pricing::line(draft.quantity, draft.price, None, currency);
            let priced = priced.map_err(|invalid| in_position(index, "", invalid))?;
            Ok(ContractPosition { number, amendment, draft, net: priced.amount })
        })
        .collect()
}

/// The sum of positions in minor units.
pub(super) fn sum<'a>(
    positions: impl IntoIterator<Item = &'a ContractPosition>,
) -> Result<i64, ContractError> {
    let sum = positions.into_iter().map(|position| i128::from(position.net)).sum();
    money::amount(sum).map_err(|invalid| ContractError::at("/positions", invalid))
}

/// The changed position is not one of those that were agreed before.
pub(super) fn unknown(index: usize) -> ContractError {
    let detail = "must be the number of a position that was agreed before, and that is no change";
    in_position(index, "/changes_position", Invalid::new(error::POSITION_UNKNOWN, detail))
}

/// A fault in the position with this index of the request.
pub(super) fn in_position(index: usize, field: &str, invalid: Invalid) -> ContractError {
    ContractError::at(format!("/positions/{index}{field}"), invalid)
}
