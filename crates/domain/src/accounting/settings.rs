use super::{AccountNumber, AccountUse, Region, TaxKey};
use crate::{Invalid, Patch, Vat, codes, named};

crate::codes! {
    ACCOUNT_RULE_UNTAXED = "account_rule.untaxed",
        "Only the accounts of revenue, expense, discounts and lost debts depend on VAT and region, and \
         have a tax key.";
}

named! {
    /// A chart of accounts, whose well-known accounts need no rule.
    #[derive(Default)]
    Chart {
        /// The one of the organization: it has only its own rules.
        #[default]
        Custom = "custom",
        /// SKR03 of DATEV, in the order of processes.
        Skr03 = "skr03",
        /// SKR04 of DATEV, in the order of the balance sheet.
        Skr04 = "skr04",
    }
}

/// A number within a range.
macro_rules! number {
    ($(#[$meta:meta])* $name:ident($type:ty) = $least:literal to $most:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name($type);

        impl $name {
            /// Checks the range.
            pub fn new(number: $type) -> Result<Self, Invalid> {
                if ($least..=$most).contains(&number) {
                    return Ok(Self(number));
                }
                let detail = format!("{} to {}", $least, $most);
                Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> $type {
                self.0
            }
        }
    };
}

number! {
    /// The number of the tax adviser at DATEV (`Beraternummer`): 1001 to 9,999,999.
    ConsultantNumber(u32) = 1001 to 9_999_999
}
number! {
    /// The number of the organization at its tax adviser (`Mandantennummer`): 1 to 99,999.
    ClientNumber(u32) = 1 to 99_999
}
number! {
    /// The digits of an account in DATEV (`Sachkontenlänge`): 4 to 8. Those of customers and suppliers
    /// have one more.
    AccountLength(u8) = 4 to 8
}

impl Default for AccountLength {
    fn default() -> Self {
        Self(4)
    }
}

/// Which account is taken for a use. A rule without VAT or region holds for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRule {
    /// What the account is for.
    pub purpose: AccountUse,
    /// Only for this tax.
    pub vat: Option<Vat>,
    /// Only where the other side is there.
    pub region: Option<Region>,
    /// The account.
    pub account: AccountNumber,
    /// The key by which the tax is taken out; none, where the account does that by itself.
    pub tax_key: Option<TaxKey>,
}

impl AccountRule {
    /// Checks that only a taxed use depends on a tax.
    pub fn check(self) -> Result<Self, Invalid> {
        let depends = self.vat.is_some() || self.region.is_some() || self.tax_key.is_some();
        if depends && !self.purpose.is_taxed() {
            let detail = format!("{} has no VAT, region or tax key", self.purpose.name());
            return Err(Invalid::new(ACCOUNT_RULE_UNTAXED, detail));
        }
        Ok(self)
    }

    /// What the rule is for.
    pub(super) const fn key(&self) -> (AccountUse, Option<Vat>, Option<Region>) {
        (self.purpose, self.vat, self.region)
    }
}

/// The organization's own rules: at most 60, each for something else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountRules(Vec<AccountRule>);

impl AccountRules {
    /// The most rules.
    pub const MAX: usize = 60;

    /// Checks the number of rules, and that each is for something else.
    pub fn new(rules: Vec<AccountRule>) -> Result<Self, Invalid> {
        if rules.len() > Self::MAX {
            let detail = format!("at most {} rules", Self::MAX);
            return Err(Invalid::new(codes::LIST_TOO_LONG, detail));
        }
        let repeated = |(n, rule): (usize, &AccountRule)| {
            rules.iter().take(n).any(|earlier| earlier.key() == rule.key())
        };
        if rules.iter().enumerate().any(repeated) {
            let detail = "each use, VAT and region at most once";
            return Err(Invalid::new(codes::VALUE_REPEATED, detail));
        }
        Ok(Self(rules))
    }

    /// The rules.
    pub fn iter(&self) -> impl Iterator<Item = &AccountRule> {
        self.0.iter()
    }
}

/// What the export for accountants needs to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountingSettings {
    /// The chart whose well-known accounts are taken.
    pub chart: Chart,
    /// The number of the tax adviser at DATEV.
    pub consultant_number: Option<ConsultantNumber>,
    /// The number of the organization at its tax adviser.
    pub client_number: Option<ClientNumber>,
    /// The digits of an account in DATEV.
    pub account_length: AccountLength,
    /// The organization's own rules, which come before those of the chart.
    pub rules: AccountRules,
}

/// A change of the settings; `None` keeps the value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of AccountingSettings")]
pub struct AccountingChanges {
    pub chart: Option<Chart>,
    pub consultant_number: Patch<ConsultantNumber>,
    pub client_number: Patch<ClientNumber>,
    pub account_length: Option<AccountLength>,
    pub rules: Option<AccountRules>,
}

impl AccountingSettings {
    /// The settings after a change.
    #[must_use]
    pub fn change(mut self, changes: AccountingChanges) -> Self {
        changes.consultant_number.apply(&mut self.consultant_number);
        changes.client_number.apply(&mut self.client_number);
        Self {
            chart: changes.chart.unwrap_or(self.chart),
            account_length: changes.account_length.unwrap_or(self.account_length),
            rules: changes.rules.unwrap_or(self.rules),
            ..self
        }
    }
}
