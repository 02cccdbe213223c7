use super::Invoice;

impl Invoice {
    /// What is paid now of the amount due: all but what is retained, in minor units.
    #[must_use]
    pub const fn payable_now(&self) -> i64 {
        self.totals.due - self.totals.retained
    }

    /// The amount of which each cash discount is a part, in minor units, from 0: what is paid now, without
    /// what credit notes have taken back. As it is issued, nothing is `credited`.
    #[must_use]
    pub fn discount_base(&self, credited: i64) -> i64 {
        (self.payable_now() - credited).max(0)
    }
}
