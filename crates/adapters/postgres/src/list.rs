//! Lists: what selects their rows, and keyset pages of them.

use plinth_domain::Id;
use plinth_ports::{
    Direction, OneOf, Page, PageRequest, Result, SortKey, SortValue, TimeRange, Times, Total,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, SimpleExpr, extension::postgres::PgFunc},
};
use uuid::Uuid;

use crate::{
    row::FromRow,
    scoped::{Scoped, ScopedTx, TenantOwned},
};

/// Joins other tables of the organization to the rows of `E`.
pub type Join<E> = for<'t> fn(Scoped<'t, E>) -> Scoped<'t, E>;

/// Rows whose column has one of the values, which are stored as `text` says.
pub fn one_of<T: PartialEq + Clone, V: Into<String>>(
    column: impl ColumnTrait,
    values: &OneOf<T>,
    text: impl Fn(T) -> V,
) -> Option<Expr> {
    let values = values.values()?.iter().cloned().map(|value| text(value).into());
    Some(match values.collect::<Vec<String>>() {
        // An index can answer this one in its order.
        values if values.len() == 1 => column.is_in(values),
        // One statement for every number of values.
        values => Expr::col(column.as_column_ref()).eq(PgFunc::any(values)),
    })
}

/// Rows whose column is one of these identities; none without any.
pub fn among<T>(column: impl ColumnTrait, ids: &[Id<T>]) -> Expr {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    Expr::col(column.as_column_ref()).eq(PgFunc::any(ids))
}

/// Rows that were created and last changed within these times.
pub fn times<E: TenantOwned>(times: Times) -> Condition {
    let within = |name, range: TimeRange| {
        let column = || Expr::col((E::default(), Alias::new(name)));
        Condition::all()
            .add_option(range.from.map(|from| column().gte(from)))
            .add_option(range.until.map(|until| column().lt(until)))
    };
    Condition::all()
        .add(within("created_at", times.created))
        .add(within("updated_at", times.updated))
}

/// One page of the organization's rows that are `selected`, ordered by `column` and then by `id`; by
/// `id` alone without a column. Each item is read from its row and those that `join` adds.
pub async fn page<E, K>(
    tx: &mut ScopedTx,
    join: Option<Join<E>>,
    selected: Condition,
    request: &PageRequest<K>,
    column: Option<E::Column>,
    id: E::Column,
) -> Result<Page<K::Item>>
where
    E: TenantOwned,
    K: SortKey<Item: FromRow<Entity = E> + Send>,
{
    let total = if request.counted {
        let rows = tx.select::<E>().filter(selected.clone());
        Some(Total::of(rows.count_up_to(Total::MOST + 1).await?))
    } else {
        None
    };
    let mut rows = tx.select::<E>();
    if let Some(join) = join {
        rows = join(rows);
    }
    let rows = placed(rows.filter(selected), request, column, id);
    let page = request.page(rows.of_page().await?);
    Ok(Page { total, ..page })
}

/// The rows of one page and one row more. The position is compared as one (column, id), which an
/// index on both columns supports without a sort.
fn placed<'t, E: EntityTrait, K: SortKey>(
    rows: Scoped<'t, E>,
    request: &PageRequest<K>,
    column: Option<E::Column>,
    id: E::Column,
) -> Scoped<'t, E> {
    let order = match request.sort.direction {
        Direction::Ascending => Order::Asc,
        Direction::Descending => Order::Desc,
    };
    let table = |column| Expr::col((E::default(), column));
    let mut rows = rows.limit(request.fetch() as u64);
    if let Some(position) = &request.after {
        let (place, bound): (SimpleExpr, SimpleExpr) = match (column, value(&position.value)) {
            (Some(column), Some(value)) => (
                Expr::tuple([table(column), table(id)]),
                Expr::tuple([value, Expr::val(position.id)]),
            ),
            _ => (table(id), Expr::val(position.id)),
        };
        rows = rows.filter(match request.sort.direction {
            Direction::Ascending => place.gt(bound),
            Direction::Descending => place.lt(bound),
        });
    }
    if let Some(column) = column {
        rows = rows.order_by(column, order.clone());
    }
    rows.order_by(id, order)
}

fn value(value: &SortValue) -> Option<SimpleExpr> {
    match value {
        SortValue::Identity => None,
        SortValue::Time(time) => Some(Expr::val(*time)),
        SortValue::Text(text) => Some(Expr::val(text.as_str())),
        SortValue::Number(number) => Some(Expr::val(*number)),
    }
}
