use crate::{Invalid, codes};

/// The days after an invoice's date in which it is to be paid: 0 to 365.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PaymentTerms(u16);

impl PaymentTerms {
    /// The longest terms.
    pub const MAX: u16 = 365;

    /// Checks a number of days.
    pub fn from_days(days: u16) -> Result<Self, Invalid> {
        if days <= Self::MAX {
            Ok(Self(days))
        } else {
            let detail = format!("0 to {} days", Self::MAX);
            Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
        }
    }

    /// The number of days.
    #[must_use]
    pub const fn days(self) -> u16 {
        self.0
    }
}

impl Default for PaymentTerms {
    /// 30 days: § 286 (3) BGB.
    fn default() -> Self {
        Self(30)
    }
}

/// The language of the documents that a party receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// German.
    De,
    /// English.
    En,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::De, Self::En];

    /// The name in the API and in the database (ISO 639-1).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// Finds a language by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name() == name)
    }
}

/// What a party is to the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartyRole {
    /// It buys.
    Customer,
    /// It sells.
    Supplier,
    /// It buys and sells.
    Both,
}

impl PartyRole {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Customer, Self::Supplier, Self::Both];

    /// The name in the API and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Supplier => "supplier",
            Self::Both => "both",
        }
    }

    /// Finds a role by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether the organization may sell to the party.
    #[must_use]
    pub const fn is_customer(self) -> bool {
        matches!(self, Self::Customer | Self::Both)
    }

    /// Whether the organization may buy from the party.
    #[must_use]
    pub const fn is_supplier(self) -> bool {
        matches!(self, Self::Supplier | Self::Both)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payment_terms_are_at_most_a_year() {
        assert_eq!(PaymentTerms::from_days(0).unwrap().days(), 0);
        assert_eq!(PaymentTerms::from_days(365).unwrap().days(), 365);
        assert_eq!(PaymentTerms::from_days(366).unwrap_err().code, codes::NUMBER_OUT_OF_RANGE);
    }

    #[test]
    fn every_name_leads_back_to_its_value() {
        for role in PartyRole::ALL {
            assert_eq!(PartyRole::from_name(role.name()), Some(role));
        }
        for language in Language::ALL {
            assert_eq!(Language::from_name(language.name()), Some(language));
        }
    }
}
