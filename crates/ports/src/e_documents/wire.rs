//! How the domain's values are written between processes: the domain has no `serde`.

use plinth_domain::{Currency, Money};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

pub(super) mod currency {
    use super::{Currency, Deserialize, Deserializer, Error, Serialize, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    pub(in super::super) fn serialize<S: Serializer>(
        value: &Currency,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_str().serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Currency, D::Error> {
        Currency::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

pub(super) mod money {
    use super::{Currency, Deserialize, Deserializer, Error, Money, Serialize, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(
        value: &Money,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        (value.amount_minor, value.currency.as_str()).serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Money, D::Error> {
        let (amount_minor, currency) = <(i64, String)>::deserialize(from)?;
        let currency = Currency::parse(&currency).map_err(D::Error::custom)?;
        Ok(Money { amount_minor, currency })
    }
}
