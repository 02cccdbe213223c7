use crate::{Invalid, codes};

crate::codes! {
    UNIT_MALFORMED = "unit.malformed", "A unit is no code of UN/ECE Recommendation 20, such as C62.";
    CASH_UNIT = "cash_unit.out_of_range", "An amount due can be rounded to 1, 5, 10, 20, 50 or 100 minor units.";
    BOOKED_ON_UNEXPECTED = "invoice.booked_on_unexpected",
        "Only an incoming invoice has a booking date of its own.";
    SUPPLIER_NUMBER_UNEXPECTED = "invoice.supplier_number_unexpected",
        "Only an incoming invoice has the number of its supplier.";
    CONTRACT_MISSING = "invoice.contract_missing",
        "A partial or a final invoice, and a line that names a position, need a contract.";
    DISCOUNT_TERMS = "discount_terms.malformed",
        "Terms of a cash discount have 0 to 365 days, and 0.01 to 99.99 percent.";
}

/// Declares an enum whose values have names in the API and in the database.
macro_rules! named {
    ($(
        $(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }
    )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];
            /// The name of every value.
            pub const NAMES: &[&str] = &[$($text,)+];

            /// The name in the API and in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Finds a value by its name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }
        }
    )*};
}
pub(crate) use named;

named! {
    /// Whose claim an invoice is.
    InvoiceDirection {
        /// The organization sells, and receives the money.
        Receivable = "receivable",
        /// The organization buys, and pays.
        Payable = "payable",
    }

    /// What an invoice is for.
    InvoiceKind {
        /// A supply.
        Standard = "standard",
        /// Progress on a contract.
        Partial = "partial",
        /// A whole contract; what was invoiced before is deducted.
        Final = "final",
        /// A correction of an issued invoice, which reduces it.
        CreditNote = "credit_note",
    }

    /// How far an invoice is.
    InvoiceStatus {
        /// It has no number and can be changed.
        Draft = "draft",
        /// It has its number and is open.
        Issued = "issued",
        /// A part of what is due is settled.
        PartiallyPaid = "partially_paid",
        /// Nothing is open.
        Paid = "paid",
        /// It was withdrawn before anything was settled; it keeps its number.
        Void = "void",
        /// The rest is not expected any more.
        WrittenOff = "written_off",
    }
}

impl InvoiceStatus {
    /// Whether the invoice counts in the books.
    #[must_use]
    pub const fn is_booked(self) -> bool {
        !matches!(self, Self::Draft | Self::Void)
    }

    /// Whether something may be due.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Issued | Self::PartiallyPaid)
    }
}

/// The unit of a quantity (UN/ECE Recommendation 20 and 21): `C62` for a piece, `MTQ` for a cubic
/// metre, `HUR` for an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitCode([u8; 3]);

impl UnitCode {
    /// A piece.
    pub(crate) const PIECE: Self = Self(*b"C62");

    /// Checks that the text is two or three capital letters and digits.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_code = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        if !(2..=3).contains(&text.len()) || !text.bytes().all(is_code) {
            return Err(Invalid::new(UNIT_MALFORMED, "a code such as C62, MTQ or HUR"));
        }
        let mut code = [b' '; 3];
        for (to, from) in code.iter_mut().zip(text.bytes()) {
            *to = from;
        }
        Ok(Self(code))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Letters and digits are always UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end()
    }
}

/// The smallest unit of cash, in minor units, to which an amount due is rounded: 1, which rounds
/// nothing, 5 for CHF, 10, 20, 50 or 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CashUnit(u16);

impl CashUnit {
    /// No rounding.
    pub const NONE: Self = Self(1);

    /// The units of cash.
    const ALL: [u16; 6] = [1, 5, 10, 20, 50, 100];

    /// Checks that the unit is one of those in use.
    pub fn new(minor: u16) -> Result<Self, Invalid> {
        if Self::ALL.contains(&minor) {
            Ok(Self(minor))
        } else {
            Err(Invalid::new(CASH_UNIT, "1, 5, 10, 20, 50 or 100 minor units"))
        }
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor(self) -> u16 {
        self.0
    }
}

/// Terms of a cash discount: a payment within `days` of the invoice's date may be less by `rate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CashDiscount {
    days: u16,
    rate: crate::BasisPoints,
}

impl CashDiscount {
    /// Checks the terms: 0 to 365 days, above 0 % and below 100 %.
    pub fn new(days: u16, rate: crate::BasisPoints) -> Result<Self, Invalid> {
        if days > 365 || !(1..10_000).contains(&rate.points()) {
            return Err(Invalid::new(DISCOUNT_TERMS, "0 to 365 days, 1 to 9999 basis points"));
        }
        Ok(Self { days, rate })
    }

    /// The days after the invoice's date.
    #[must_use]
    pub const fn days(self) -> u16 {
        self.days
    }

    /// The part of the amount that is not paid.
    #[must_use]
    pub const fn rate(self) -> crate::BasisPoints {
        self.rate
    }
}

/// Checks that a list has at most `max` items.
pub(crate) fn at_most<T>(items: &[T], max: usize) -> Result<(), Invalid> {
    if items.len() <= max {
        return Ok(());
    }
    Err(Invalid::new(codes::LIST_TOO_LONG, format!("at most {max} items")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BasisPoints;

    #[test]
    fn values_that_make_no_sense_are_refused() {
        for code in ["C62", "MTQ", "KGM", "XBX", "H87", "DD"] {
            assert_eq!(UnitCode::parse(code).unwrap().as_str(), code);
        }
        for code in ["", "C", "c62", "C6 ", "C621", "m³"] {
            assert!(UnitCode::parse(code).is_err(), "{code}");
        }
        assert!(CashUnit::new(0).is_err() && CashUnit::new(2).is_err());
        let rate = |points| BasisPoints::new(points).unwrap();
        assert!(CashDiscount::new(10, rate(200)).is_ok());
        for (days, points) in [(366, 200), (10, 0), (10, 10_000)] {
            assert!(CashDiscount::new(days, rate(points)).is_err());
        }
    }

    #[test]
    fn every_name_leads_back_to_its_value() {
        for (status, name) in InvoiceStatus::ALL.iter().zip(InvoiceStatus::NAMES) {
            assert_eq!(InvoiceStatus::from_name(name), Some(*status));
        }
    }
}
