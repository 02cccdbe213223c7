use std::fmt;

use super::{AccountRule, AccountUse, AccountingSettings, Region};
use crate::{Vat, VatCategory};

/// The accounts that an organization posts to: its own rules, and those of its chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPlan {
    own: Vec<AccountRule>,
    chart: Vec<AccountRule>,
}

/// An account that neither the chart nor a rule states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MissingAccount {
    /// What it is for.
    pub purpose: AccountUse,
    /// The tax.
    pub vat: Option<Vat>,
    /// Where the other side is.
    pub region: Option<Region>,
}

impl fmt::Display for MissingAccount {
    /// `revenue S 1600`, `expense AE 0 abroad`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.purpose.name())?;
        if let Some(vat) = self.vat {
            write!(f, " {} {}", vat.category().name(), vat.rate().points())?;
        }
        match self.region {
            Some(region) if region != Region::Domestic => write!(f, " {}", region.name()),
            _ => Ok(()),
        }
    }
}

impl AccountingSettings {
    /// The accounts that are posted to.
    #[must_use]
    pub fn plan(&self) -> AccountPlan {
        let own = self.rules.iter().cloned().collect();
        AccountPlan { own, chart: self.chart.rules(self.account_length) }
    }
}

impl AccountPlan {
    /// Every rule that counts: those of the organization, then those of the chart that it does not
    /// replace.
    pub fn rules(&self) -> impl Iterator<Item = &AccountRule> {
        let replaced = |rule: &&AccountRule| self.own.iter().any(|own| own.key() == rule.key());
        self.own.iter().chain(self.chart.iter().filter(move |rule| !replaced(rule)))
    }

    /// The rule for a use. Any rule of the organization comes before those of the chart; of several,
    /// the one that names both the tax and the region, then the tax, then the region.
    pub fn find(
        &self,
        purpose: AccountUse,
        vat: Option<Vat>,
        region: Region,
    ) -> Result<&AccountRule, MissingAccount> {
        let region = Some(region).filter(|_| purpose.is_taxed());
        let keys = [(vat, region), (vat, None), (None, region), (None, None)];
        let exact = |rules: &[AccountRule]| {
            let named = |key| rules.iter().position(|rule| rule.key() == key);
            keys.iter().find_map(|(vat, region)| named((purpose, *vat, *region)))
        };
        if let Some(own) = exact(&self.own).and_then(|index| self.own.get(index)) {
            return Ok(own);
        }
        // A chart knows its own rates alone: an account for any tax would lose that of another rate.
        let is_standard = vat.is_some_and(|vat| vat.category() == VatCategory::Standard);
        let known = exact(&self.chart).and_then(|index| self.chart.get(index));
        let known = known.filter(|rule| !is_standard || rule.vat.is_some());
        known.ok_or(MissingAccount { purpose, vat, region })
    }
}
