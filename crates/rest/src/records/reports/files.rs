use bytes::Bytes;
use plinth_ports::{ReportFormat, ReportRows, ReportWriter, Result};
use serde::Serialize;
use utoipa::{PartialSchema, ToSchema};

use super::view::{FinancesView, OpenView, RevenueView, VatSumView};
use crate::list::whole;

/// Writes reports as files: what the operations that read them answer.
#[derive(Debug, Clone, Copy)]
pub struct ReportFiles;

impl ReportWriter for ReportFiles {
    fn write(&self, rows: ReportRows, format: ReportFormat, most: usize) -> Result<Option<Bytes>> {
        let file = File { format, most };
        match rows {
            ReportRows::OpenItems(day, rows) => {
                file.of(rows.into_iter().map(|row| OpenView::new(day, row)))
            }
            ReportRows::Revenue(by, rows) => {
                file.of(rows.into_iter().map(|row| RevenueView::new(by, row)))
            }
            ReportRows::Vat(rows) => file.of(rows.into_iter().map(VatSumView::from)),
            ReportRows::Finances(rows) => file.of(rows.into_iter().map(FinancesView::from)),
        }
    }
}

struct File {
    format: ReportFormat,
    most: usize,
}

impl File {
    fn of<V: Serialize + ToSchema + PartialSchema>(
        &self,
        views: impl Iterator<Item = V>,
    ) -> Result<Option<Bytes>> {
        match self.format {
            ReportFormat::Csv => whole::table(views, self.most),
            ReportFormat::Json => whole::page(views.collect(), self.most),
        }
    }
}
