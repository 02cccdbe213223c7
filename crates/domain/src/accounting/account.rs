use crate::named;

named! {
    /// What an account is for.
    AccountUse {
        /// What customers owe: the account that collects those of the customers.
        Receivables = "receivables",
        /// What the organization owes to suppliers: the account that collects those of the suppliers.
        Payables = "payables",
        /// Money in the bank.
        Bank = "bank",
        /// Money in cash.
        Cash = "cash",
        /// Money of customers that settles no invoice yet.
        DepositsReceived = "deposits_received",
        /// Money at suppliers that settles no invoice yet.
        DepositsPaid = "deposits_paid",
        /// What the rounding to cash adds or takes.
        Rounding = "rounding",
        /// What is sold.
        Revenue = "revenue",
        /// What is bought.
        Expense = "expense",
        /// Discounts for early payment to customers.
        CashDiscountGranted = "cash_discount_granted",
        /// Discounts for early payment from suppliers.
        CashDiscountReceived = "cash_discount_received",
        /// What customers will not pay.
        BadDebt = "bad_debt",
        /// What the organization will not pay to suppliers.
        DebtWaived = "debt_waived",
    }

    /// Where the other side of an invoice is, seen from the organization.
    Region {
        /// In the same country, or in one that is not known.
        Domestic = "domestic",
        /// In another member state of the European Union.
        Eu = "eu",
        /// Elsewhere.
        Abroad = "abroad",
    }
}

impl AccountUse {
    /// Whether the account depends on how a supply is taxed.
    #[must_use]
    pub const fn is_taxed(self) -> bool {
        matches!(
            self,
            Self::Revenue
                | Self::Expense
                | Self::CashDiscountGranted
                | Self::CashDiscountReceived
                | Self::BadDebt
                | Self::DebtWaived
        )
    }
}
