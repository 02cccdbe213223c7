//! Rows, read by position. sea-orm reads them by name, which costs more than the
//! rest of a list. The n-th column of an entity is the n-th of the row, because
//! sea-orm selects them in that order.

use std::marker::PhantomData;

use plinth_domain::{Id, Invalid, Revision, Timestamp, Version};
use plinth_ports::{Result, StoreError, TokenHash};
use sea_orm::{EntityTrait, IdenStatic, Iterable, JoinType, QuerySelect, RelationDef};
use sqlx::{Decode, Postgres, Row as _, Type, ValueRef, postgres::PgRow};
use uuid::Uuid;

use crate::value::ColumnValue;

/// A table whose columns have a fixed order.
pub trait Table: EntityTrait {
    /// The index of the column.
    fn position(column: Self::Column) -> usize;
}

/// Declares that the entity of this module is a [`Table`]. With `related`, the
/// module declares its own `Relation`.
macro_rules! table {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        $crate::row::table!(related);
    };
    (related) => {
        impl ActiveModelBehavior for ActiveModel {}

        impl $crate::row::Table for Entity {
            fn position(column: Column) -> usize {
                column as usize
            }
        }
    };
}
pub(crate) use table;

/// A value that is read from a row of one table, and from the rows joined to it.
pub trait FromRow: Sized {
    /// The table.
    type Entity: Table;
    /// Reads the value; [`StoreError::Other`] for a row that the domain refuses.
    fn from_row(row: &Row<'_, Self::Entity>) -> Result<Self>;
}

/// A row of `E`, or its part of a joined row.
#[derive(Debug)]
pub struct Row<'r, E> {
    values: &'r PgRow,
    /// The index of its first column.
    first: usize,
    entity: PhantomData<E>,
}

/// Joins `F` and selects its columns, too: see [`Row::joined`].
pub fn join<F: Table, Q: QuerySelect>(query: Q, kind: JoinType, relation: RelationDef) -> Q {
    F::Column::iter().fold(query.join(kind, relation), Q::column)
}

/// The value of a named column, for hand-written statements.
pub fn named<'r, T: Decode<'r, Postgres> + Type<Postgres>>(
    row: &'r PgRow,
    column: &str,
) -> Result<T> {
    row.try_get(column).map_err(|error| StoreError::Other(error.into()))
}

/// A value of the domain in a named column, for hand-written statements.
pub fn stored<T: ColumnValue>(row: &PgRow, column: &str) -> Result<T> {
    let raw = row.try_get_raw(column).map_err(|error| StoreError::Other(error.into()))?;
    T::load(raw).map_err(StoreError::Other)
}

impl<'r, E: Table> Row<'r, E> {
    pub const fn new(row: &'r PgRow) -> Self {
        Self { values: row, first: 0, entity: PhantomData }
    }

    /// The columns of the joined table.
    pub fn joined<F: Table>(&self) -> Row<'r, F> {
        Row {
            values: self.values,
            first: self.first + E::Column::iter().count(),
            entity: PhantomData,
        }
    }

    /// Whether a column is null.
    pub fn is_null(&self, column: E::Column) -> Result<bool> {
        let value = self.values.try_get_raw(self.index(column));
        value.map(|value| value.is_null()).map_err(|error| StoreError::Other(error.into()))
    }

    /// The value of a column, as stored.
    pub fn get<T: Decode<'r, Postgres> + Type<Postgres>>(&self, column: E::Column) -> Result<T> {
        self.values.try_get(self.index(column)).map_err(|error| StoreError::Other(error.into()))
    }

    /// A value of the domain that is stored in one column.
    pub fn value<T: ColumnValue>(&self, column: E::Column) -> Result<T> {
        let raw = self.values.try_get_raw(self.index(column));
        let raw = raw.map_err(|error| StoreError::Other(error.into()))?;
        T::load(raw).map_err(|_| corrupt::<E>(column))
    }

    /// A computed value, which has a name of its own in the statement.
    pub fn computed<T: Decode<'r, Postgres> + Type<Postgres>>(&self, name: &str) -> Result<T> {
        named(self.values, name)
    }

    /// An identity.
    pub fn id<T>(&self, column: E::Column) -> Result<Id<T>> {
        self.get(column).map(Id::from_uuid)
    }

    /// An identity, or null.
    pub fn optional_id<T>(&self, column: E::Column) -> Result<Option<Id<T>>> {
        Ok(self.get::<Option<Uuid>>(column)?.map(Id::from_uuid))
    }

    /// The hash of a token.
    pub fn hash(&self, column: E::Column) -> Result<TokenHash> {
        let hash: &[u8] = self.get(column)?;
        hash.try_into().map_err(|_| corrupt::<E>(column))
    }

    /// A text that the domain parses.
    pub fn parse<T>(
        &self,
        column: E::Column,
        parse: impl FnOnce(&'r str) -> Result<T, Invalid>,
    ) -> Result<T> {
        parse(self.get(column)?).map_err(|_| corrupt::<E>(column))
    }

    /// A value of an enum, found by its name or number.
    pub fn known<T, S: Decode<'r, Postgres> + Type<Postgres>>(
        &self,
        column: E::Column,
        find: impl FnOnce(S) -> Option<T>,
    ) -> Result<T> {
        find(self.get(column)?).ok_or_else(|| corrupt::<E>(column))
    }

    /// The columns that every record has.
    pub fn revision(
        &self,
        version: E::Column,
        created_at: E::Column,
        updated_at: E::Column,
    ) -> Result<Revision> {
        Ok(Revision {
            version: Version::from_number(self.get(version)?),
            created_at: self.get::<Timestamp>(created_at)?,
            updated_at: self.get::<Timestamp>(updated_at)?,
        })
    }

    fn index(&self, column: E::Column) -> usize {
        self.first + E::position(column)
    }
}

/// A stored value that the domain refuses.
#[derive(Debug, thiserror::Error)]
#[error("{table}.{column} holds what it must not hold")]
struct Corrupt {
    table: &'static str,
    column: &'static str,
}

/// The error for a column whose value the domain refuses.
pub fn corrupt<E: EntityTrait>(column: E::Column) -> StoreError {
    let fault = Corrupt { table: E::default().table_name(), column: column.as_str() };
    StoreError::Other(fault.into())
}
