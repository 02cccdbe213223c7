use plinth_domain::{
    BasisPoints, Vat, VatCategory,
    accounting::{
        AccountLength, AccountNumber, AccountRule, AccountRules, AccountUse, AccountingSettings,
        Chart, ClientNumber, ConsultantNumber, Region, TaxKey,
    },
};
use serde::{Deserialize, Serialize};

/// What the export for accountants needs to know.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredAccounting {
    chart: Option<String>,
    consultant_number: Option<u32>,
    client_number: Option<u32>,
    account_length: Option<u8>,
    rules: Vec<StoredRule>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredRule {
    purpose: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    account: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tax_key: Option<String>,
}

impl From<&AccountRule> for StoredRule {
    fn from(rule: &AccountRule) -> Self {
        Self {
            purpose: rule.purpose.name().to_owned(),
            category: rule.vat.map(|vat| vat.category().name().to_owned()),
            rate: rule.vat.map(|vat| vat.rate().points()),
            region: rule.region.map(|region| region.name().to_owned()),
            account: rule.account.as_str().to_owned(),
            tax_key: rule.tax_key.as_ref().map(|key| key.as_str().to_owned()),
        }
    }
}

impl StoredRule {
    fn read(self) -> Option<AccountRule> {
        let vat = match (self.category, self.rate) {
            (Some(category), Some(rate)) => {
                let category = VatCategory::from_name(&category)?;
                Some(Vat::new(category, BasisPoints::new(rate).ok()?).ok()?)
            }
            _ => None,
        };
        Some(AccountRule {
            purpose: AccountUse::from_name(&self.purpose)?,
            vat,
            region: match self.region {
                Some(name) => Some(Region::from_name(&name)?),
                None => None,
            },
            account: AccountNumber::parse(&self.account).ok()?,
            tax_key: match self.tax_key {
                Some(key) => Some(TaxKey::parse(&key).ok()?),
                None => None,
            },
        })
    }
}

impl From<&AccountingSettings> for StoredAccounting {
    fn from(settings: &AccountingSettings) -> Self {
        Self {
            chart: Some(settings.chart.name().to_owned()),
            consultant_number: settings.consultant_number.map(ConsultantNumber::get),
            client_number: settings.client_number.map(ClientNumber::get),
            account_length: Some(settings.account_length.get()),
            rules: settings.rules.iter().map(StoredRule::from).collect(),
        }
    }
}

impl StoredAccounting {
    /// The settings; `None` where a value is invalid.
    pub(super) fn read(self) -> Option<AccountingSettings> {
        let rules = self.rules.into_iter().map(StoredRule::read).collect::<Option<_>>()?;
        Some(AccountingSettings {
            chart: match self.chart {
                Some(name) => Chart::from_name(&name)?,
                None => Chart::default(),
            },
            consultant_number: match self.consultant_number {
                Some(number) => Some(ConsultantNumber::new(number).ok()?),
                None => None,
            },
            client_number: match self.client_number {
                Some(number) => Some(ClientNumber::new(number).ok()?),
                None => None,
            },
            account_length: match self.account_length {
                Some(length) => AccountLength::new(length).ok()?,
                None => AccountLength::default(),
            },
            rules: AccountRules::new(rules).ok()?,
        })
    }
}
