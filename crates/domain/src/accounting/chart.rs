use super::{AccountLength, AccountNumber, AccountRule, AccountUse, Chart, Region, TaxKey};
use crate::{BasisPoints, Vat, VatCategory};

/// The use, its tax (category and rate), the region, the accounts in SKR03 and SKR04, the tax key.
type Known = (
    AccountUse,
    Option<(VatCategory, u16)>,
    Option<Region>,
    [&'static str; 2],
    Option<&'static str>,
);

const fn plain(purpose: AccountUse, accounts: [&'static str; 2]) -> Known {
    (purpose, None, None, accounts, None)
}

const fn taxed(purpose: AccountUse, vat: (VatCategory, u16), accounts: [&'static str; 2]) -> Known {
    (purpose, Some(vat), None, accounts, None)
}

const fn there(
    purpose: AccountUse,
    category: VatCategory,
    region: Region,
    accounts: [&'static str; 2],
) -> Known {
    (purpose, Some((category, 0)), Some(region), accounts, None)
}

const fn keyed(
    purpose: AccountUse,
    rate: u16,
    accounts: [&'static str; 2],
    key: &'static str,
) -> Known {
    (purpose, Some((VatCategory::Standard, rate)), None, accounts, Some(key))
}

/// The well-known accounts (DATEV, Kontenrahmen SKR03 and SKR04). Those of revenue, purchases,
/// discounts and bad debts take their tax out by themselves (`Automatikkonten`), so they need no key.
const KNOWN: &[Known] = {
    use AccountUse as U;
    use Region::{Abroad, Eu};
    use VatCategory as V;
    const S19: (VatCategory, u16) = (VatCategory::Standard, 1900);
    const S7: (VatCategory, u16) = (VatCategory::Standard, 700);
    &[
        plain(U::Receivables, ["1400", "1200"]),
        plain(U::Payables, ["1600", "3300"]),
        plain(U::Bank, ["1200", "1800"]),
        plain(U::Cash, ["1000", "1600"]),
        plain(U::DepositsReceived, ["1710", "3250"]),
        plain(U::DepositsPaid, ["1510", "1180"]),
        plain(U::Rounding, ["2700", "4830"]),
        taxed(U::Revenue, S19, ["8400", "4400"]),
        taxed(U::Revenue, S7, ["8300", "4300"]),
        taxed(U::Revenue, (V::Zero, 0), ["8290", "4290"]),
        taxed(U::Revenue, (V::Exempt, 0), ["8100", "4100"]),
        taxed(U::Revenue, (V::ReverseCharge, 0), ["8337", "4337"]),
        there(U::Revenue, V::ReverseCharge, Eu, ["8336", "4336"]),
        taxed(U::Revenue, (V::IntraCommunity, 0), ["8125", "4125"]),
        taxed(U::Revenue, (V::Export, 0), ["8120", "4120"]),
        taxed(U::Revenue, (V::OutOfScope, 0), ["8950", "4690"]),
        there(U::Revenue, V::OutOfScope, Eu, ["8339", "4339"]),
        there(U::Revenue, V::OutOfScope, Abroad, ["8338", "4338"]),
        taxed(U::Expense, S19, ["3400", "5400"]),
        taxed(U::Expense, S7, ["3300", "5300"]),
        taxed(U::Expense, (V::Zero, 0), ["3200", "5200"]),
        taxed(U::Expense, (V::Exempt, 0), ["3200", "5200"]),
        taxed(U::Expense, (V::ReverseCharge, 0), ["3120", "5920"]),
        there(U::Expense, V::ReverseCharge, Eu, ["3123", "5923"]),
        there(U::Expense, V::ReverseCharge, Abroad, ["3125", "5925"]),
        taxed(U::Expense, (V::IntraCommunity, 0), ["3425", "5425"]),
        taxed(U::Expense, (V::Export, 0), ["3200", "5200"]),
        taxed(U::Expense, (V::OutOfScope, 0), ["3200", "5200"]),
        plain(U::CashDiscountGranted, ["8730", "4730"]),
        taxed(U::CashDiscountGranted, S19, ["8736", "4736"]),
        taxed(U::CashDiscountGranted, S7, ["8731", "4731"]),
        plain(U::CashDiscountReceived, ["3730", "5730"]),
        taxed(U::CashDiscountReceived, S19, ["3736", "5736"]),
        taxed(U::CashDiscountReceived, S7, ["3731", "5731"]),
        plain(U::BadDebt, ["2400", "6930"]),
        taxed(U::BadDebt, S19, ["2406", "6936"]),
        taxed(U::BadDebt, S7, ["2401", "6931"]),
        plain(U::DebtWaived, ["2700", "4830"]),
        keyed(U::DebtWaived, 1900, ["2700", "4830"], "9"),
        keyed(U::DebtWaived, 700, ["2700", "4830"], "8"),
    ]
};

impl Chart {
    /// The rules of the chart, with so many digits: a longer account ends with zeros. A use without a
    /// tax takes the account for every tax that has no other, but not where the tax must be taken out.
    pub(super) fn rules(self, length: AccountLength) -> Vec<AccountRule> {
        let column = match self {
            Self::Custom => return Vec::new(),
            Self::Skr03 => 0,
            Self::Skr04 => 1,
        };
        let digits = usize::from(length.get());
        let rule = |(purpose, vat, region, accounts, key): &Known| {
            let account = format!("{:0<digits$}", accounts.get(column)?);
            let vat = match vat {
                Some((category, rate)) => {
                    Some(Vat::new(*category, BasisPoints::new(*rate).ok()?).ok()?)
                }
                None => None,
            };
            Some(AccountRule {
                purpose: *purpose,
                vat,
                region: *region,
                account: AccountNumber::parse(&account).ok()?,
                tax_key: key.and_then(|key| TaxKey::parse(key).ok()),
            })
        };
        KNOWN.iter().filter_map(rule).collect()
    }
}
