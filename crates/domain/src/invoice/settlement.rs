use crate::{Invalid, money};

crate::codes! {
    OPEN_EXCEEDED = "invoice.open_exceeded", "The amount is more than what is open on the invoice.";
}

/// What became of the amount due, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settlement {
    /// What payments, cash discounts and credit notes have settled.
    pub settled: i64,
    /// What is not expected any more.
    pub written_off: i64,
}

impl Settlement {
    /// What is still open of `due`.
    #[must_use]
    pub const fn open(self, due: i64) -> i64 {
        due - self.settled - self.written_off
    }

    /// Settles a part of `due` by a credit note: first what is open, then what was written off.
    pub(super) fn credit(self, due: i64, amount: i64) -> Result<Self, Invalid> {
        let given_up = (amount - self.open(due)).clamp(0, self.written_off);
        Self { written_off: self.written_off - given_up, ..self }.settle(due, amount)
    }

    /// Settles a part of `due`, or takes one back, where `amount` is negative.
    pub(super) fn settle(self, due: i64, amount: i64) -> Result<Self, Invalid> {
        let settled = money::amount(i128::from(self.settled) + i128::from(amount))?;
        let after = Self { settled, ..self };
        if settled < 0 || after.open(due) < 0 {
            let detail = format!("at most {} minor units", self.open(due));
            return Err(Invalid::new(OPEN_EXCEEDED, detail));
        }
        Ok(after)
    }
}
