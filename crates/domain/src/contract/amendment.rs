use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    Contract, ContractError, ContractPosition, PositionDraft, error,
    position::{appended, in_position, sum, unknown},
};
use crate::{Invalid, Lines, Name, Timestamp, codes};

/// The most amendments of a contract.
pub const MAX_AMENDMENTS: usize = 100;

/// What a new amendment says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of ContractAmendment, and the positions")]
pub struct ContractAmendmentDraft {
    pub title: Name,
    pub signed_at: Option<NaiveDate>,
    pub note: Option<Lines<2000>>,
    pub positions: Vec<PositionDraft>,
}

/// An amendment of a contract: a change order. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractAmendment {
    /// The number within the contract, from 1.
    pub number: u16,
    /// What it is about, in a line.
    pub title: Name,
    /// The day on which it was signed.
    pub signed_at: Option<NaiveDate>,
    /// A note: 1 to 2000 characters.
    pub note: Option<Lines<2000>>,
    /// The sum of its positions without VAT, in minor units; negative, where less is agreed.
    pub value: i64,
    /// The time of its record.
    pub created_at: Timestamp,
}

/// A contract after an amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amended {
    /// The contract with its new value.
    pub contract: Contract,
    /// The amendment.
    pub amendment: ContractAmendment,
    /// The positions that it adds.
    pub positions: Vec<ContractPosition>,
}

impl Contract {
    /// Adds an amendment to an active contract. `agreed` are all positions before it, `made` is the
    /// number of the amendments before it.
    pub fn amend(
        self,
        draft: ContractAmendmentDraft,
        agreed: &[ContractPosition],
        made: usize,
        at: Timestamp,
    ) -> Result<Amended, ContractError> {
        self.expect_active("amend it")?;
        let number = u16::try_from(made + 1).ok().filter(|_| made < MAX_AMENDMENTS);
        let Some(number) = number else {
            let detail = "a contract has at most 100 amendments";
            return Err(ContractError::Refused(error::AMENDMENTS_EXHAUSTED, detail));
        };
        if draft.positions.is_empty() {
            let invalid = Invalid::new(codes::LIST_EMPTY, "at least one position");
            return Err(ContractError::at("/positions", invalid));
        }
        let positions = appended(draft.positions, agreed, Some(number), self.currency)?;
        check_changes(agreed, &positions)?;
        let (value, total) = (sum(&positions)?, sum(agreed.iter().chain(&positions))?);
        let amendment = ContractAmendment {
            number,
            title: draft.title,
            signed_at: draft.signed_at,
            note: draft.note,
            value,
            created_at: at,
        };
        let contract = Self { value: total, revision: self.revision.next(at), ..self };
        Ok(Amended { contract, amendment, positions })
    }
}

/// Checks that each change is of a position that was agreed before, keeps its VAT, and takes back no
/// more than was agreed. The changes of one position are taken together.
fn check_changes(
    agreed: &[ContractPosition],
    added: &[ContractPosition],
) -> Result<(), ContractError> {
    let mut last = BTreeMap::new();
    for (index, position) in added.iter().enumerate() {
        let Some(changed) = position.draft.changes else { continue };
        let is_changed = |p: &&ContractPosition| p.number == changed && p.draft.changes.is_none();
        let root = agreed.iter().find(is_changed).ok_or_else(|| unknown(index))?;
        if position.draft.tax.vat() != root.draft.tax.vat() {
            let detail = "must be the VAT of the changed position";
            return Err(in_position(index, "/vat", Invalid::new(error::POSITION_TAX, detail)));
        }
        last.insert(changed, (index, root));
    }
    for (changed, (index, root)) in last {
        let changes = |p: &&ContractPosition| p.draft.changes == Some(changed);
        let all = agreed.iter().chain(added).filter(changes).map(|p| i128::from(p.net));
        let left = i128::from(root.net) + all.sum::<i128>();
        if left.signum() == -i128::from(root.net).signum() && left != 0 {
            let detail = "takes back more than is agreed for the position";
            return Err(in_position(index, "", Invalid::new(error::POSITION_OVERDRAWN, detail)));
        }
    }
    Ok(())
}
