use super::{InvoiceError, Place, UnitCode};
use crate::{
    Currency, Invalid, Lines, Quantity, Text, UnitPrice, Vat, VatCategory,
    pricing::{self, Discount, Entry, Priced},
};

crate::codes! {
    EXEMPTION_REASON = "vat.exemption_reason",
        "The category E needs a reason, the same on each line; S and Z have none (EN 16931, BR-E-10).";
}

/// The reason of an exemption from VAT (BT-120).
pub type ExemptionReason = Text<300>;

/// The tax on an amount, and why it is exempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxation {
    vat: Vat,
    reason: Option<ExemptionReason>,
}

impl Taxation {
    /// Checks that there is a reason where one is needed, and none where nothing is exempt.
    pub fn new(vat: Vat, reason: Option<ExemptionReason>) -> Result<Self, Invalid> {
        let (needed, allowed) = match vat.category() {
            VatCategory::Standard | VatCategory::Zero => (false, false),
            VatCategory::Exempt => (true, true),
            _ => (false, true),
        };
        match &reason {
            None if needed => Err(Invalid::new(EXEMPTION_REASON, "category E needs a reason")),
            Some(_) if !allowed => Err(Invalid::new(EXEMPTION_REASON, "nothing is exempt here")),
            _ => Ok(Self { vat, reason }),
        }
    }

    /// The category and the rate.
    #[must_use]
    pub const fn vat(&self) -> Vat {
        self.vat
    }

    /// The reason of the exemption.
    #[must_use]
    pub const fn reason(&self) -> Option<&ExemptionReason> {
        self.reason.as_ref()
    }
}

/// What a line says, without its amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDraft {
    /// What was supplied: 1 to 2000 characters.
    pub text: Lines<2000>,
    /// The quantity.
    pub quantity: Quantity,
    /// The unit of the quantity.
    pub unit: UnitCode,
    /// The price of one unit, in the invoice's price mode.
    pub price: UnitPrice,
    /// The discount on the line.
    pub discount: Option<Discount>,
    /// The tax.
    pub tax: Taxation,
    /// The position of the contract that the line is about.
    pub contract_position: Option<u16>,
}

/// A line of an invoice. Its position is its place in the list, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// What the line says.
    pub draft: LineDraft,
    /// Its amount in the invoice's price mode, less the discount, in minor units.
    pub amount: i64,
    /// The discount in minor units.
    pub discount: i64,
    /// Its amount without VAT, in minor units (BT-131).
    pub net: i64,
}

impl LineDraft {
    /// The line with its amount. Its net amount depends on the other lines, where prices are gross.
    pub(super) fn priced(self, currency: Currency) -> Result<InvoiceLine, Invalid> {
        let priced = pricing::line(self.quantity, self.price, self.discount, currency)?;
        let (amount, discount) = (priced.amount, priced.discount);
        Ok(InvoiceLine { draft: self, amount, discount, net: amount })
    }
}

impl InvoiceLine {
    pub(super) fn entry(&self) -> Entry {
        Entry { kind: Priced::Line, amount: self.amount, vat: self.draft.tax.vat() }
    }
}

/// An allowance or a charge on a whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Whether it is a charge; otherwise it is an allowance.
    pub is_charge: bool,
    /// The amount in the invoice's price mode, in minor units, from 0.
    pub amount: i64,
    /// Its reason.
    pub reason: Text<200>,
    /// The tax.
    pub tax: Taxation,
}

impl Adjustment {
    pub(super) fn entry(&self) -> Entry {
        let kind = if self.is_charge { Priced::Charge } else { Priced::Allowance };
        Entry { kind, amount: self.amount, vat: self.tax.vat() }
    }
}

/// Checks that all amounts of one category give the same reason, which the breakdown states once.
pub(super) fn agree<'a>(
    taxes: impl Iterator<Item = (Place, &'a Taxation)>,
) -> Result<(), InvoiceError> {
    let mut given: Vec<&Taxation> = Vec::new();
    for (place, tax) in taxes {
        match given.iter().find(|known| known.vat.category() == tax.vat.category()) {
            Some(known) if known.reason != tax.reason => {
                let detail = "must be the same wherever this category stands";
                return Err(place.error(Invalid::new(EXEMPTION_REASON, detail)));
            }
            Some(_) => {}
            None => given.push(tax),
        }
    }
    Ok(())
}
