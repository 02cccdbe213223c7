//! Money in bodies and views: `{"amount_minor": 125000, "currency": "EUR"}`.

use plinth_domain::{Currency, Invalid, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::Faults;

/// An amount of money. A patch replaces it as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Money)]
pub(crate) struct MoneyBody {
    /// The amount in the currency's minor unit: cents of EUR, whole JPY.
    #[schema(minimum = -9_000_000_000_000_000_i64, maximum = 9_000_000_000_000_000_i64, example = 125_000)]
    amount_minor: i64,
    /// The currency (ISO 4217).
    #[schema(pattern = "^[A-Z]{3}$", example = "EUR")]
    currency: String,
}

impl MoneyBody {
    /// The amount, for one at the pointer `at`.
    pub(crate) fn check(self, f: &mut Faults, at: &str) -> Option<Money> {
        let currency = f.check(&format!("{at}/currency"), Currency::parse(&self.currency));
        let amount_at = format!("{at}/amount_minor");
        let amount = f.check(&amount_at, plinth_domain::amount(self.amount_minor.into()));
        Some(Money { amount_minor: amount?, currency: currency? })
    }
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self { amount_minor: money.amount_minor, currency: money.currency.as_str().to_owned() }
    }
}

impl TryFrom<MoneyBody> for Money {
    type Error = Invalid;

    fn try_from(body: MoneyBody) -> Result<Self, Invalid> {
        Self::new(body.amount_minor, Currency::parse(&body.currency)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Money, String> {
        let body: MoneyBody = serde_json::from_str(text).map_err(|error| error.to_string())?;
        body.try_into().map_err(|invalid: Invalid| invalid.code.name().to_owned())
    }

    #[test]
    fn money_comes_back_as_it_was_given() {
        let text = r#"{"amount_minor":-125000,"currency":"EUR"}"#;
        let money = parse(text).unwrap();
        assert_eq!(serde_json::to_string(&MoneyBody::from(money)).unwrap(), text);
    }

    #[test]
    fn an_amount_is_a_whole_number_that_json_keeps_exact() {
        for amount in ["1.5", "1e3", "1.0", "\"1\"", "9223372036854775808"] {
            let text = format!(r#"{{"amount_minor":{amount},"currency":"EUR"}}"#);
            assert!(parse(&text).is_err(), "{text}");
        }
        let far = r#"{"amount_minor":9000000000000001,"currency":"EUR"}"#;
        assert_eq!(parse(far), Err("amount.overflow".to_owned()));
    }

    #[test]
    fn a_currency_is_a_code() {
        for (currency, code) in [("eur", "currency.malformed"), ("ABC", "currency.unknown")] {
            let text = format!(r#"{{"amount_minor":1,"currency":"{currency}"}}"#);
            assert_eq!(parse(&text), Err(code.to_owned()));
        }
    }
}
