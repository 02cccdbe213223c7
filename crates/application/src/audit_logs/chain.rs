use data_encoding::HEXLOWER;
use plinth_domain::{EntryId, OrganizationId};
use plinth_ports::{ChainHash, Numbered};

use crate::events::hash;

/// The result of verifying a part of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The number after which it was verified.
    pub after: i64,
    /// The last number up to which every entry is unchanged.
    pub verified_to: i64,
    /// The hash of that number. A copy of it can later prove that no entry up to it was changed.
    pub head: ChainHash,
    /// Whether `verified_to` is the last number.
    pub is_complete: bool,
    /// The first entry that was changed.
    pub fault: Option<Fault>,
}

impl Verification {
    /// The hash in hexadecimal digits.
    #[must_use]
    pub fn head_hex(&self) -> String {
        HEXLOWER.encode(&self.head)
    }
}

/// The first entry that was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Its number; `None` for an entry that has none.
    pub number: Option<i64>,
    /// The entry that has or had the number.
    pub entry: Option<EntryId>,
    /// How the entry was changed.
    pub reason: Reason,
}

/// How an entry was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The entry or its hash was changed.
    Changed,
    /// The entry or its number was removed.
    Removed,
    /// Another entry belongs to its number.
    Reordered,
    /// The entry never got a number, and waits for none.
    Unnumbered,
}

impl Reason {
    /// Its name in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Reordered => "reordered",
            Self::Unnumbered => "unnumbered",
        }
    }
}

/// The number up to which the audit log is verified.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    pub(super) number: i64,
    pub(super) hash: ChainHash,
}

impl Anchor {
    /// Verifies the rows up to the first one that was changed.
    pub(super) fn follow(
        &mut self,
        organization: OrganizationId,
        rows: &[Numbered],
    ) -> Result<(), Fault> {
        for (at, row) in rows.iter().enumerate() {
            let number = self.number + 1;
            if row.number != number {
                let reason = Reason::Removed;
                return Err(Fault { number: Some(number), entry: None, reason });
            }
            let fits = |row: &Numbered, hashes: [ChainHash; 2]| {
                let record = row.record.as_ref()?;
                Some(hashes.contains(&hash(&self.hash, organization, number, record)))
            };
            let fault =
                |reason| Err(Fault { number: Some(number), entry: Some(row.entry), reason });
            match fits(row, [row.hash, row.hash]) {
                Some(true) => *self = Self { number, hash: row.hash },
                Some(false) => {
                    // Does a later row belong here, by its own hash or by this one's?
                    let mut behind = rows[at + 1..].iter();
                    let moved =
                        behind.any(|other| fits(other, [other.hash, row.hash]) == Some(true));
                    return fault(if moved { Reason::Reordered } else { Reason::Changed });
                }
                None => return fault(Reason::Removed),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
