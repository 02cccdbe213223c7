use plinth_domain::{
    BasisPoints, Invalid, Vat, VatCategory,
    accounting::{
        AccountLength, AccountNumber, AccountRule, AccountRules, AccountUse, AccountingChanges,
        AccountingSettings, Chart, ClientNumber, ConsultantNumber, Region, TaxKey,
    },
    codes,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    json::{Faults, Merge},
    priced::VatCategoryName,
    values::{known, names},
};

names! {
    /// The chart whose well-known accounts are taken: those of DATEV, or none.
    ChartName = Custom, Skr03, Skr04
}

names! {
    /// What an account is for. `receivables` and `payables` collect the accounts of customers and
    /// suppliers.
    AccountPurposeName =
        Receivables, Payables, Bank, Cash, DepositsReceived, DepositsPaid, Rounding, Revenue, Expense,
        CashDiscountGranted, CashDiscountReceived, BadDebt, DebtWaived
}

names! {
    /// Where the other side is, seen from the organization: in its country, in another member state
    /// of the European Union, or elsewhere.
    RegionName = Domestic, Eu, Abroad
}

/// An account for a purpose. Without VAT or region it is for all of them that have no other. Only
/// revenue, expense, discounts and lost debts depend on VAT and region, and have a tax key.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountRule)]
pub(super) struct AccountRuleBody {
    #[schema(value_type = AccountPurposeName, example = "revenue")]
    purpose: String,
    #[schema(value_type = Option<VatCategoryName>, example = "S")]
    vat_category: Option<String>,
    /// In hundredths of a percent; 0 for every category but `S`.
    #[schema(minimum = 0, maximum = 10_000, example = 1900)]
    rate_basis_points: Option<u16>,
    #[schema(value_type = Option<RegionName>, example = "domestic")]
    region: Option<String>,
    #[schema(pattern = "^[A-Za-z0-9.-]{1,20}$", example = "8400")]
    account: String,
    /// The key by which the VAT is taken out (`BU-Schlüssel`); none, where the account does that.
    #[schema(pattern = "^[0-9]{1,4}$", example = "3")]
    tax_key: Option<String>,
}

impl From<&AccountRule> for AccountRuleBody {
    fn from(rule: &AccountRule) -> Self {
        Self {
            purpose: rule.purpose.name().to_owned(),
            vat_category: rule.vat.map(|vat| vat.category().name().to_owned()),
            rate_basis_points: rule.vat.map(|vat| vat.rate().points()),
            region: rule.region.map(|region| region.name().to_owned()),
            account: rule.account.as_str().to_owned(),
            tax_key: rule.tax_key.as_ref().map(|key| key.as_str().to_owned()),
        }
    }
}

impl AccountRuleBody {
    fn check(self, f: &mut Faults, at: &str) -> Option<AccountRule> {
        let place = |field: &str| format!("{at}/{field}");
        let purpose = known(&self.purpose, AccountUse::from_name, AccountUse::NAMES);
        let purpose = f.check(&place("purpose"), purpose);
        let vat = vat(f, &place, self.vat_category, self.rate_basis_points);
        let region = f.check_some(&place("region"), self.region, |name| {
            known(&name, Region::from_name, Region::NAMES)
        });
        let account = f.check(&place("account"), AccountNumber::parse(&self.account));
        let tax_key = f.check_some(&place("tax_key"), self.tax_key, |key| TaxKey::parse(&key));
        let rule = AccountRule {
            purpose: purpose?,
            vat: vat?,
            region: region?,
            account: account?,
            tax_key: tax_key?,
        };
        f.check(&place("purpose"), rule.check())
    }
}

#[expect(clippy::option_option, reason = "a faulty value, and an absent one, are two things")]
fn vat(
    f: &mut Faults,
    place: &dyn Fn(&str) -> String,
    category: Option<String>,
    rate: Option<u16>,
) -> Option<Option<Vat>> {
    let Some(category) = category else {
        if rate.is_none() {
            return Some(None);
        }
        let invalid = Invalid::new(codes::FIELD_REQUIRED, "a rate needs its category");
        return f.check(&place("vat_category"), Err(invalid));
    };
    let names = VatCategory::ALL.map(VatCategory::name);
    let category =
        f.check(&place("vat_category"), known(&category, VatCategory::from_name, &names));
    let rate = BasisPoints::new(rate.unwrap_or_default());
    let rate = f.check(&place("rate_basis_points"), rate);
    f.check(&place("rate_basis_points"), Vat::new(category?, rate?)).map(Some)
}

/// What the export for accountants needs to know.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountingSettings)]
pub(super) struct AccountingView {
    #[schema(value_type = ChartName)]
    chart: &'static str,
    /// The number of the tax adviser at DATEV (`Beraternummer`).
    #[schema(minimum = 1001, maximum = 9_999_999)]
    consultant_number: Option<u32>,
    /// The number of the organization at its tax adviser (`Mandantennummer`).
    #[schema(minimum = 1, maximum = 99_999)]
    client_number: Option<u32>,
    /// The digits of an account in DATEV (`Sachkontenlänge`); those of customers and suppliers have
    /// one more.
    #[schema(minimum = 4, maximum = 8)]
    account_length: u8,
    /// The organization's own accounts, which come before those of the chart.
    accounts: Vec<AccountRuleBody>,
}

impl From<&AccountingSettings> for AccountingView {
    fn from(settings: &AccountingSettings) -> Self {
        Self {
            chart: settings.chart.name(),
            consultant_number: settings.consultant_number.map(ConsultantNumber::get),
            client_number: settings.client_number.map(ClientNumber::get),
            account_length: settings.account_length.get(),
            accounts: settings.rules.iter().map(AccountRuleBody::from).collect(),
        }
    }
}

/// A change to what the export for accountants needs to know.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountingPatch {
    #[serde(default)]
    #[schema(value_type = ChartName, example = "skr04")]
    chart: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1001, maximum = 9_999_999, example = 29_098)]
    consultant_number: Merge<u32>,
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 99_999, example = 55_003)]
    client_number: Merge<u32>,
    #[serde(default)]
    #[schema(value_type = u8, minimum = 4, maximum = 8, example = 4)]
    account_length: Merge<u8>,
    /// All of the organization's own accounts, each for another purpose, VAT or region.
    #[serde(default)]
    #[schema(value_type = Vec<AccountRuleBody>, max_items = 60)]
    accounts: Merge<Vec<AccountRuleBody>>,
}

impl AccountingPatch {
    pub(super) fn check(self, f: &mut Faults) -> Option<AccountingChanges> {
        let place = |field: &str| format!("/settings/accounting/{field}");
        let chart = self
            .chart
            .required(f, &place("chart"), |name| known(&name, Chart::from_name, Chart::NAMES));
        let consultant = &place("consultant_number");
        let consultant_number =
            self.consultant_number.optional(f, consultant, ConsultantNumber::new);
        let client_number =
            self.client_number.optional(f, &place("client_number"), ClientNumber::new);
        let account_length =
            self.account_length.required(f, &place("account_length"), AccountLength::new);
        let rules = match self.accounts.required(f, &place("accounts"), Ok)? {
            None => Some(None),
            Some(bodies) => rules(bodies, f, &place("accounts")).map(Some),
        };
        Some(AccountingChanges {
            chart: chart?,
            consultant_number: consultant_number?,
            client_number: client_number?,
            account_length: account_length?,
            rules: rules?,
        })
    }
}

fn rules(bodies: Vec<AccountRuleBody>, f: &mut Faults, at: &str) -> Option<AccountRules> {
    if bodies.len() > AccountRules::MAX {
        let detail = format!("at most {} accounts", AccountRules::MAX);
        return f.check(at, Err(Invalid::new(codes::LIST_TOO_LONG, detail)));
    }
    let mut rules = Vec::with_capacity(bodies.len());
    let count = bodies.len();
    for (index, body) in bodies.into_iter().enumerate() {
        rules.extend(body.check(f, &format!("{at}/{index}")));
    }
    if rules.len() < count {
        return None;
    }
    f.check(at, AccountRules::new(rules))
}
