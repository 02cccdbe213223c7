use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{InvoiceDirection, ProjectId};
use plinth_ports::{
    Result, StoreError,
    records::reports::{
        Aged, Finances, Named, ReportRow, Reports, Revenue, RevenueBy, RevenueKey, VatKey, VatSum,
    },
};
use sea_orm::{Value, prelude::Uuid};
use sqlx::postgres::PgRow;

use crate::{
    row::{named, stored},
    scoped::ScopedTx,
};

/// What is open now, and what was settled since the day. The planner must know how many invoices were
/// settled since: it cannot tell for the groups of a union.
const OPEN: &str = "WITH later AS ( \
        SELECT coalesce(s.id, u.id) AS id, coalesce(s.amount, 0) + coalesce(u.amount, 0) AS amount \
        FROM ( \
            SELECT invoice_id AS id, sum(amount_minor)::bigint AS amount FROM allocations \
            WHERE organization_id = $1 AND allocated_on > $3 GROUP BY invoice_id \
        ) s FULL JOIN ( \
            SELECT credit_note_id AS id, sum(amount_minor)::bigint AS amount FROM allocations \
            WHERE organization_id = $1 AND allocated_on > $3 AND credit_note_id IS NOT NULL \
            GROUP BY credit_note_id \
        ) u ON u.id = s.id \
    ), opened AS ( \
        SELECT i.party_id, i.currency, i.kind, i.due_on, i.retained_minor, \
            i.due_minor - i.settled_minor - i.written_off_minor + coalesce(l.amount, 0) AS open \
        FROM invoices i LEFT JOIN later l ON l.id = i.id \
        WHERE i.organization_id = $1 AND i.direction = $2 AND i.booked_on <= $3 \
            AND i.status IN ('issued', 'partially_paid') \
        UNION ALL SELECT i.party_id, i.currency, i.kind, i.due_on, i.retained_minor, \
            i.due_minor - i.settled_minor - i.written_off_minor + l.amount \
        FROM later l JOIN invoices i ON i.id = l.id \
        WHERE i.organization_id = $1 AND i.direction = $2 AND i.booked_on <= $3 \
            AND i.status IN ('paid', 'written_off') \
    ), aged AS ( \
        SELECT party_id, currency, greatest($3 - due_on, 0) AS late, \
            CASE kind WHEN 'credit_note' THEN -1 ELSE 1 END AS sign, \
            least(open, retained_minor) AS retained, open - least(open, retained_minor) AS due \
        FROM opened WHERE open <> 0 \
    ), sums AS ( \
        SELECT party_id, currency, count(*) AS documents, ARRAY[ \
            sum(sign * retained), \
            coalesce(sum(sign * due) FILTER (WHERE late = 0), 0), \
            coalesce(sum(sign * due) FILTER (WHERE late BETWEEN 1 AND 30), 0), \
            coalesce(sum(sign * due) FILTER (WHERE late BETWEEN 31 AND 60), 0), \
            coalesce(sum(sign * due) FILTER (WHERE late BETWEEN 61 AND 90), 0), \
            coalesce(sum(sign * due) FILTER (WHERE late > 90), 0)]::text[] AS sums \
        FROM aged GROUP BY party_id, currency LIMIT $4 \
    ) SELECT p.id, p.number AS code, p.name, s.currency, s.documents, s.sums \
    FROM sums s JOIN parties p ON p.organization_id = $1 AND p.id = s.party_id";

/// A final invoice counts with what it does not deduct.
const REVENUE: &str = "WITH booked AS ( \
        SELECT booked_on, party_id, project_id, currency, 1 AS documents, \
            CASE kind WHEN 'credit_note' THEN -net_minor ELSE net_minor END AS net, \
            CASE kind WHEN 'credit_note' THEN -tax_minor ELSE tax_minor END AS tax, \
            CASE kind WHEN 'credit_note' THEN -gross_minor ELSE gross_minor END AS gross \
        FROM invoices WHERE organization_id = $1 AND direction = 'receivable' \
            AND status NOT IN ('draft', 'void') AND booked_on BETWEEN $2 AND $3 \
        UNION ALL SELECT i.booked_on, i.party_id, i.project_id, i.currency, 0, \
            -r.net, -r.tax, -r.net - r.tax FROM invoices i, \
            jsonb_array_elements(i.deductions) AS e (one), \
            jsonb_to_recordset(e.one -> 'vat') AS r (net bigint, tax bigint) \
        WHERE i.organization_id = $1 AND i.direction = 'receivable' AND i.kind = 'final' \
            AND i.status NOT IN ('draft', 'void') AND i.booked_on BETWEEN $2 AND $3 \
    ), sums AS ( \
        SELECT CASE $4 WHEN 'month' THEN to_char(booked_on, 'YYYY-MM') END AS month, \
            CASE $4 WHEN 'party' THEN party_id WHEN 'project' THEN project_id END AS id, currency, \
            sum(documents)::bigint AS documents, ARRAY[sum(net), sum(tax), sum(gross)]::text[] AS sums \
        FROM booked GROUP BY 1, 2, 3 LIMIT $5 \
    ) SELECT s.month, s.id, coalesce(p.number, j.code) AS code, coalesce(p.name, j.name) AS name, \
        s.currency, s.documents, s.sums FROM sums s \
    LEFT JOIN parties p ON p.organization_id = $1 AND p.id = s.id \
    LEFT JOIN projects j ON j.organization_id = $1 AND j.id = s.id";

const VAT: &str = "WITH rows AS ( \
        SELECT i.direction, i.currency, r.vat, 1 AS documents, \
            CASE i.kind WHEN 'credit_note' THEN -r.net ELSE r.net END AS net, \
            CASE i.kind WHEN 'credit_note' THEN -r.tax ELSE r.tax END AS tax \
        FROM invoices i, jsonb_to_recordset(i.vat) AS r (vat jsonb, net bigint, tax bigint) \
        WHERE i.organization_id = $1 AND i.status NOT IN ('draft', 'void') \
            AND i.booked_on BETWEEN $2 AND $3 \
        UNION ALL SELECT i.direction, i.currency, r.vat, 0, -r.net, -r.tax FROM invoices i, \
            jsonb_array_elements(i.deductions) AS e (one), \
            jsonb_to_recordset(e.one -> 'vat') AS r (vat jsonb, net bigint, tax bigint) \
        WHERE i.organization_id = $1 AND i.status NOT IN ('draft', 'void') AND i.kind = 'final' \
            AND i.booked_on BETWEEN $2 AND $3 \
    ) SELECT direction, vat ->> 'category' AS category, (vat ->> 'rate')::smallint AS rate, currency, \
        sum(documents)::bigint AS documents, ARRAY[sum(net), sum(tax)]::text[] AS sums \
    FROM rows GROUP BY direction, vat, currency LIMIT $4";

/// The columns of the parts are the sums of a row.
const FINANCES: &str = "WITH booked AS ( \
        SELECT currency, direction = 'receivable' AS is_own, kind = 'credit_note' AS is_credit, \
            CASE kind WHEN 'credit_note' THEN -1 ELSE 1 END AS sign, \
            net_minor - coalesce(d.net, 0) AS net_minor, due_minor, \
            due_minor - settled_minor - written_off_minor AS open_minor \
        FROM invoices i LEFT JOIN LATERAL ( \
            SELECT sum(r.net)::bigint AS net, sum(r.tax)::bigint AS tax \
            FROM jsonb_array_elements(i.deductions) AS e (one), \
                jsonb_to_recordset(e.one -> 'vat') AS r (net bigint, tax bigint) \
        ) d ON i.kind = 'final' \
        WHERE organization_id = $1 AND project_id = $2 \
            AND status NOT IN ('draft', 'void') \
    ), parts AS ( \
        SELECT currency, 0 AS documents, \
            CASE role WHEN 'sale' THEN value_minor ELSE 0 END AS a, \
            CASE role WHEN 'purchase' THEN value_minor ELSE 0 END AS b, \
            0 AS c, 0 AS d, 0 AS e, 0 AS f, 0 AS g, 0 AS h, 0 AS i \
        FROM contracts WHERE organization_id = $1 AND project_id = $2 AND status <> 'draft' \
        UNION ALL SELECT currency, 1, 0, 0, \
            CASE WHEN is_own AND NOT is_credit THEN net_minor ELSE 0 END, \
            CASE WHEN is_own AND is_credit THEN net_minor ELSE 0 END, \
            CASE WHEN is_own THEN sign * due_minor ELSE 0 END, 0, \
            CASE WHEN is_own THEN sign * open_minor ELSE 0 END, \
            CASE WHEN is_own THEN 0 ELSE sign * net_minor END, \
            CASE WHEN is_own THEN 0 ELSE sign * open_minor END FROM booked \
        UNION ALL SELECT v.currency, 0, 0, 0, 0, 0, 0, \
            CASE v.kind WHEN 'credit_note' THEN -a.amount_minor ELSE a.amount_minor END, 0, 0, 0 \
        FROM invoices v JOIN allocations a ON a.organization_id = $1 AND a.invoice_id = v.id \
        WHERE v.organization_id = $1 AND v.project_id = $2 AND v.direction = 'receivable' \
            AND v.status NOT IN ('draft', 'void') AND a.kind = 'payment' \
    ) SELECT currency, sum(documents)::bigint AS documents, ARRAY[sum(a), sum(b), sum(c), sum(d), \
        sum(e), sum(f), sum(g), sum(h), sum(i)]::text[] AS sums FROM parts GROUP BY currency";

#[async_trait]
impl Reports for ScopedTx {
    async fn open(
        &mut self,
        direction: InvoiceDirection,
        on: NaiveDate,
        limit: u32,
    ) -> Result<Vec<Aged>> {
        let values = vec![direction.name().into(), on.into(), i64::from(limit).into()];
        self.add_up(OPEN, values, |row| record(row)?.ok_or_else(lost)).await
    }

    async fn revenue(
        &mut self,
        (from, until): (NaiveDate, NaiveDate),
        by: RevenueBy,
        limit: u32,
    ) -> Result<Vec<Revenue>> {
        let values = vec![from.into(), until.into(), by.name().into(), i64::from(limit).into()];
        let key =
            |row: &PgRow| Ok(RevenueKey { month: named(row, "month")?, record: record(row)? });
        self.add_up(REVENUE, values, key).await
    }

    async fn vat(
        &mut self,
        (from, until): (NaiveDate, NaiveDate),
        limit: u32,
    ) -> Result<Vec<VatSum>> {
        let values = vec![from.into(), until.into(), i64::from(limit).into()];
        let key = |row: &PgRow| {
            Ok(VatKey {
                direction: stored(row, "direction")?,
                category: stored(row, "category")?,
                rate: stored(row, "rate")?,
            })
        };
        self.add_up(VAT, values, key).await
    }

    async fn finances(&mut self, project: ProjectId) -> Result<Vec<Finances>> {
        self.add_up(FINANCES, vec![project.uuid().into()], |_| Ok(())).await
    }
}

impl ScopedTx {
    async fn add_up<K: Send, const N: usize>(
        &mut self,
        sql: &'static str,
        rest: Vec<Value>,
        key: impl Fn(&PgRow) -> Result<K> + Send + Sync,
    ) -> Result<Vec<ReportRow<K, N>>> {
        let read = |row: &PgRow| {
            let texts: Vec<String> = named(row, "sums")?;
            let sums: Option<Vec<i128>> = texts.iter().map(|sum| sum.parse().ok()).collect();
            let sums = sums.and_then(|sums| sums.try_into().ok()).ok_or_else(lost)?;
            let documents = named::<i64>(row, "documents")?.unsigned_abs();
            Ok(ReportRow { key: key(row)?, currency: stored(row, "currency")?, sums, documents })
        };
        Ok(self.ask_within(sql, rest, usize::MAX, read).await?.items)
    }
}

/// The record of a row; `None` where the group has none.
fn record(row: &PgRow) -> Result<Option<Named>> {
    let Some(id) = named::<Option<Uuid>>(row, "id")? else { return Ok(None) };
    Ok(Some(Named { id, code: named(row, "code")?, name: named(row, "name")? }))
}

fn lost() -> StoreError {
    StoreError::Other("a report cannot be read".into())
}
