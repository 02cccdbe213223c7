//! The mapping between values of the domain and columns.

use plinth_domain::{
    BasisPoints, CashUnit, Currency, Description, Email, Id, Invalid, JsonObject, Lines, Locale,
    MemberKind, Name, PaymentTerms, Quantity, Role, Text, Timezone, UnitCode, UnitPrice, UserAgent,
    VatCategory,
};
use sea_orm::{ActiveValue, Set};
use sqlx::{Decode, Postgres, ValueRef, error::BoxDynError, postgres::PgValueRef};
use uuid::Uuid;

/// A value of the domain that is stored in one column.
pub trait ColumnValue: Sized {
    /// The type of the column.
    type Stored: Into<sea_orm::Value>;
    /// The value of the column.
    fn stored(&self) -> Self::Stored;
    /// Reads the value from a column.
    fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError>;
}

/// A column's new value.
pub fn set<T: ColumnValue>(value: &T) -> ActiveValue<T::Stored> {
    Set(value.stored())
}

/// One value of each row, as an array: a statement walks through several of them with `unnest`.
pub fn each<R, T>(rows: &[R], value: impl Fn(&R) -> T) -> sea_orm::Value
where
    Vec<T>: Into<sea_orm::Value>,
{
    rows.iter().map(value).collect::<Vec<_>>().into()
}

impl<T: ColumnValue> ColumnValue for Option<T>
where
    Option<T::Stored>: Into<sea_orm::Value>,
{
    type Stored = Option<T::Stored>;
    fn stored(&self) -> Self::Stored {
        self.as_ref().map(T::stored)
    }
    fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        if raw.is_null() { Ok(None) } else { T::load(raw).map(Some) }
    }
}

impl<T> ColumnValue for Id<T> {
    type Stored = Uuid;
    fn stored(&self) -> Uuid {
        self.uuid()
    }
    fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self::from_uuid(<Uuid as Decode<Postgres>>::decode(raw)?))
    }
}

impl<const MAX: usize> ColumnValue for Text<MAX> {
    type Stored = String;
    fn stored(&self) -> String {
        self.as_str().to_owned()
    }
    fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self::parse(<&str as Decode<Postgres>>::decode(raw)?)?)
    }
}

impl<const MAX: usize> ColumnValue for Lines<MAX> {
    type Stored = String;
    fn stored(&self) -> String {
        self.as_str().to_owned()
    }
    fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self::parse(<&str as Decode<Postgres>>::decode(raw)?)?)
    }
}

/// A number that fits `smallint`: how it is read, and how it is checked.
macro_rules! small_number {
    ($($value:ty: $number:ident, $check:ident;)*) => {$(
        impl ColumnValue for $value {
            type Stored = i16;
            fn stored(&self) -> i16 {
                self.$number().cast_signed()
            }
            fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError> {
                Ok(Self::$check(<i16 as Decode<Postgres>>::decode(raw)?.try_into()?)?)
            }
        }
    )*};
}

small_number!(
    BasisPoints: points, new;
    CashUnit: minor, new;
    PaymentTerms: days, from_days;
);

/// Decimals, whose columns are read and written as text.
macro_rules! decimal {
    ($($value:ty),*) => {$(
        impl ColumnValue for $value {
            type Stored = String;
            fn stored(&self) -> String {
                self.to_string()
            }
            fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError> {
                Ok(Self::parse(<&str as Decode<Postgres>>::decode(raw)?)?)
            }
        }
    )*};
}
decimal!(Quantity, UnitPrice);

/// Text that the domain parses.
macro_rules! text {
    ($($value:ty: $parse:expr),* $(,)?) => {$(
        impl $crate::value::ColumnValue for $value {
            type Stored = String;
            fn stored(&self) -> String {
                self.as_str().to_owned()
            }
            fn load(raw: sqlx::postgres::PgValueRef<'_>) -> Result<Self, sqlx::error::BoxDynError> {
                Ok($parse(<&str as sqlx::Decode<sqlx::Postgres>>::decode(raw)?)?)
            }
        }
    )*};
}
pub(crate) use text;

/// One of a closed set of names.
macro_rules! name {
    ($($value:ty),* $(,)?) => {$(
        impl $crate::value::ColumnValue for $value {
            type Stored = String;
            fn stored(&self) -> String {
                self.name().to_owned()
            }
            fn load(raw: sqlx::postgres::PgValueRef<'_>) -> Result<Self, sqlx::error::BoxDynError> {
                let name = <&str as sqlx::Decode<sqlx::Postgres>>::decode(raw)?;
                Self::from_name(name).ok_or_else(|| "an unknown name".into())
            }
        }
    )*};
}
pub(crate) use name;

text!(
    Name: Name::stored,
    Currency: Currency::parse,
    Email: Email::stored,
    UnitCode: UnitCode::parse,
    Description: |text: &str| Description::stored(text.to_owned()),
    Locale: Locale::parse,
    Timezone: Timezone::parse,
    UserAgent: |text: &str| UserAgent::cleaned(text).ok_or("an empty name of a client"),
    JsonObject: |text: &str| Ok::<_, Invalid>(JsonObject::from_parsed(text.to_owned())),
);

name!(MemberKind, Role, VatCategory);
