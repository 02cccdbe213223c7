use crate::named;

named! {
    /// Which way the money of a payment went.
    PaymentDirection {
        /// From the party to the organization.
        Received = "received",
        /// From the organization to the party.
        Sent = "sent",
    }

    /// How a payment was made.
    PaymentMethod {
        /// By a credit transfer.
        BankTransfer = "bank_transfer",
        /// By a direct debit.
        DirectDebit = "direct_debit",
        /// By a card.
        Card = "card",
        /// In cash.
        Cash = "cash",
        /// By a cheque.
        Cheque = "cheque",
        /// In another way.
        Other = "other",
    }

    /// Whether a payment counts.
    PaymentStatus {
        /// It counts.
        Recorded = "recorded",
        /// It was taken back by another payment, with all that it settled.
        Reversed = "reversed",
    }

    /// What settles a part of an invoice.
    AllocationKind {
        /// Money.
        Payment = "payment",
        /// A discount for early payment.
        CashDiscount = "cash_discount",
        /// A credit note.
        CreditNote = "credit_note",
        /// Nothing: the amount was given up.
        WriteOff = "write_off",
    }
}

impl PaymentDirection {
    /// The way of an amount that is below 0 when it leaves the organization's account.
    #[must_use]
    pub const fn of(minor: i64) -> Self {
        if minor < 0 { Self::Sent } else { Self::Received }
    }

    /// The other way.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Received => Self::Sent,
            Self::Sent => Self::Received,
        }
    }
}
