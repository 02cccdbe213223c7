//! The receipts of backends that manage parts themselves.

use std::fmt;

use plinth_ports::{PART_BYTES, PartReceipt, Result};
use uuid::Uuid;

use crate::error::{Fault, no_such_parts, other};

/// One part of an upload. Its receipt contains the upload, so that a receipt of another upload is
/// refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) upload: Uuid,
    pub(crate) number: u16,
    pub(crate) length: usize,
}

impl Part {
    /// Part `number` of an upload.
    ///
    /// # Errors
    /// When `length` exceeds `PART_BYTES`.
    pub(crate) fn new(upload: Uuid, number: u16, length: usize) -> Result<Self> {
        if length > PART_BYTES {
            return Err(other(Fault::LongPart(length)));
        }
        Ok(Self { upload, number, length })
    }

    /// The offset of its first byte within the upload.
    pub(crate) fn offset(&self) -> u64 {
        u64::from(self.number) * PART_BYTES as u64
    }

    /// The receipt of a stored part.
    pub(crate) fn receipt(&self) -> PartReceipt {
        PartReceipt(self.to_string())
    }

    /// Parses a receipt.
    fn parse(receipt: &PartReceipt) -> Option<Self> {
        let mut words = receipt.0.split(':');
        let part = Self {
            upload: Uuid::try_parse(words.next()?).ok()?,
            number: words.next()?.parse().ok()?,
            length: words.next()?.parse().ok()?,
        };
        // Only the form that `Display` writes is valid.
        (part.to_string() == receipt.0).then_some(part)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.upload, self.number, self.length)
    }
}

/// The parts of a complete upload: numbered from 0 without a gap, all but the last of full length.
/// Other parts are a conflict.
pub(crate) fn in_order(upload: Uuid, receipts: &[PartReceipt]) -> Result<Vec<Part>> {
    let parts: Option<Vec<Part>> = receipts.iter().map(Part::parse).collect();
    let parts = parts.ok_or_else(no_such_parts)?;
    let last = parts.len().saturating_sub(1);
    let fits = parts.iter().enumerate().all(|(place, part)| {
        part.upload == upload
            && usize::from(part.number) == place
            && (part.length == PART_BYTES || (place == last && part.length <= PART_BYTES))
    });
    if fits { Ok(parts) } else { Err(no_such_parts()) }
}

#[cfg(test)]
mod tests {
    use plinth_ports::StoreError;

    use super::*;

    const UPLOAD: Uuid = Uuid::from_u128(7);

    fn receipt(upload: Uuid, number: u16, length: usize) -> PartReceipt {
        Part::new(upload, number, length).unwrap().receipt()
    }

    #[test]
    fn a_receipt_is_read_back_as_it_was_given() {
        let part = Part::new(UPLOAD, 9_999, 5).unwrap();
        assert_eq!(Part::parse(&part.receipt()), Some(part));
        for other in ["", "7:1:2", "00000000-0000-0000-0000-000000000007:01:2"] {
            assert_eq!(Part::parse(&PartReceipt(other.to_owned())), None, "{other}");
        }
    }

    #[test]
    fn parts_are_complete_without_a_gap_and_full_but_for_the_last() {
        let full = |number| receipt(UPLOAD, number, PART_BYTES);
        let short = |number| receipt(UPLOAD, number, 3);
        for complete in [vec![], vec![short(0)], vec![full(0), full(1), short(2)]] {
            assert_eq!(in_order(UPLOAD, &complete).unwrap().len(), complete.len());
        }
        let foreign = receipt(Uuid::from_u128(8), 0, 3);
        for wrong in
            [vec![full(1)], vec![full(0), short(2)], vec![short(0), full(1)], vec![foreign]]
        {
            assert!(matches!(in_order(UPLOAD, &wrong), Err(StoreError::Conflict { .. })));
        }
    }

    #[test]
    fn a_part_is_never_longer_than_a_part() {
        assert!(Part::new(UPLOAD, 0, PART_BYTES + 1).is_err());
    }
}
