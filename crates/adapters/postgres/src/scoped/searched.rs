use plinth_domain::Version;
use plinth_ports::{Record, Result, SEARCHED_BYTES};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, Iterable, QueryTrait, Value,
    sea_query::{Alias, Expr, IntoIden},
};
use uuid::Uuid;

use super::{ScopedTx, TenantOwned, inserting, one_row};
use crate::{search::FOLDED, sql::Sql};

/// The column [`FOLDED`] of a record. ASCII is left to PostgreSQL.
fn folded<R: Record>(record: &R) -> Value {
    let text = record.searched();
    let is_plain = text.is_ascii() && text.len() <= SEARCHED_BYTES;
    (!is_plain).then(|| record.folded()).into()
}

impl ScopedTx {
    /// Inserts the row of a record that is searched. All of its columns are set.
    pub async fn add_searched<A, R: Record>(&mut self, row: A, record: &R) -> Result<()>
    where
        A: ActiveModelTrait<Entity: TenantOwned> + Send,
    {
        let mut row = self.stamped(row);
        let columns = || <A::Entity as EntityTrait>::Column::iter();
        let values = columns().filter_map(|column| row.take(column).into_value());
        let values = values.chain([folded(record)]).collect();
        let sql = A::Entity::texts().insert.with(values, || {
            let blanks = columns().map(|column| column.save_as(Expr::val(0)));
            let names = columns().map(IntoIden::into_iden).chain([Alias::new(FOLDED).into_iden()]);
            inserting(A::Entity::default(), names, blanks.chain([Expr::val(0)]))
        });
        self.tx.add(sql).await
    }

    /// Updates the row of a record that is searched, as [`save`](Self::save) does.
    pub async fn save_searched<A, R: Record>(
        &mut self,
        mut row: A,
        record: &R,
        id: Uuid,
        previous: Version,
    ) -> Result<()>
    where
        A: ActiveModelTrait<Entity: TenantOwned> + Send,
    {
        row.not_set(A::Entity::tenant_column());
        row.not_set(A::Entity::id_column());
        let update = <A::Entity as EntityTrait>::update_many().set(row);
        let mut update = self.own::<A::Entity, _>(update, id, previous);
        QueryTrait::query(&mut update).value(Alias::new(FOLDED), folded(record));
        one_row(self.tx.execute(Sql::from(update.as_query())).await?)
    }
}
