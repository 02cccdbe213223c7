use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::{
    Allocation, AllocationKind, Contract, ContractRole, ContractStatus, Currency, Invoice,
    InvoiceDirection, InvoiceId, InvoiceKind, Party, Project, ProjectId, pricing::VatRow,
};
use plinth_ports::{
    Result,
    records::reports::{
        Aged, Finance, Finances, Named, ReportRow, Reports, Revenue, RevenueBy, RevenueKey, VatKey,
        VatSum,
    },
};

use super::unit::Unit;

/// The sums of each key and currency.
struct Sums<K, const N: usize>(BTreeMap<(K, &'static str), ReportRow<K, N>>);

impl<K: Ord + Clone, const N: usize> Sums<K, N> {
    const fn new() -> Self {
        Self(BTreeMap::new())
    }

    fn add(&mut self, key: K, currency: Currency, documents: u64, sums: [i64; N]) {
        let place = (key.clone(), currency.as_str());
        let empty = ReportRow { key, currency, sums: [0; N], documents: 0 };
        let row = self.0.entry(place).or_insert(empty);
        row.documents += documents;
        row.sums.iter_mut().zip(sums).for_each(|(sum, more)| *sum += i128::from(more));
    }

    fn rows(self, limit: u32) -> Vec<ReportRow<K, N>> {
        self.0.into_values().take(limit as usize).collect()
    }
}

impl Unit {
    /// Issued documents, without the withdrawn ones.
    fn booked(&self) -> impl Iterator<Item = &Invoice> {
        self.records::<Invoice>().filter(|invoice| invoice.status.is_booked())
    }

    fn settlements(&self) -> impl Iterator<Item = &Allocation> {
        self.tables().records.allocations.of(self.organization_id())
    }

    fn named_party(&self, invoice: &Invoice) -> Option<Named> {
        let party: &Party = self.record(invoice.content.party)?;
        let code = party.number.as_ref().map(|number| number.as_str().to_owned());
        Some(Named { name: party.name.as_str().to_owned(), code, id: party.id.uuid() })
    }

    fn named_project(&self, invoice: &Invoice) -> Option<Named> {
        let project: &Project = self.record(invoice.content.project?)?;
        let code = Some(project.code.as_str().to_owned());
        Some(Named { name: project.name.as_str().to_owned(), code, id: project.id.uuid() })
    }
}

#[async_trait]
impl Reports for Unit {
    async fn open(
        &mut self,
        direction: InvoiceDirection,
        on: NaiveDate,
        limit: u32,
    ) -> Result<Vec<Aged>> {
        let mut later: HashMap<InvoiceId, i64> = HashMap::new();
        for one in self.settlements().filter(|one| one.on > on) {
            for id in [Some(one.invoice), one.credit_note].into_iter().flatten() {
                *later.entry(id).or_default() += one.amount;
            }
        }
        let mut sums = Sums::new();
        let is_meant = |i: &&Invoice| {
            i.content.direction == direction && i.content.booked_on.is_some_and(|day| day <= on)
        };
        for invoice in self.booked().filter(is_meant) {
            let open = still_due(invoice) + later.get(&invoice.id).copied().unwrap_or_default();
            let Some(party) = self.named_party(invoice).filter(|_| open != 0) else { continue };
            let late = invoice.content.due_on.map_or(0, |due| (on - due).num_days());
            let place = match late {
                ..=0 => 1,
                1..=30 => 2,
                31..=60 => 3,
                61..=90 => 4,
                _ => 5,
            };
            let retained = open.min(invoice.totals.retained);
            let mut by_age = [0; 6];
            for (place, part) in [(0, retained), (place, open - retained)] {
                if let Some(sum) = by_age.get_mut(place) {
                    *sum = sign(invoice) * part;
                }
            }
            sums.add(party, invoice.content.currency, 1, by_age);
        }
        Ok(sums.rows(limit))
    }

    async fn revenue(
        &mut self,
        (from, until): (NaiveDate, NaiveDate),
        by: RevenueBy,
        limit: u32,
    ) -> Result<Vec<Revenue>> {
        let mut sums = Sums::new();
        for invoice in self.booked() {
            let Some(day) = invoice.content.booked_on.filter(|day| (from..=until).contains(day))
            else {
                continue;
            };
            if invoice.content.direction != InvoiceDirection::Receivable {
                continue;
            }
            let none = RevenueKey { month: None, record: None };
            let key = match by {
                RevenueBy::Month => {
                    RevenueKey { month: Some(day.format("%Y-%m").to_string()), ..none }
                }
                RevenueBy::Party => RevenueKey { record: self.named_party(invoice), ..none },
                RevenueBy::Project => RevenueKey { record: self.named_project(invoice), ..none },
            };
            let (totals, [net, tax]) = (&invoice.totals, deducted(invoice));
            let own = [totals.net - net, totals.tax - tax, totals.gross - net - tax];
            let signed = own.map(|sum| sign(invoice) * sum);
            sums.add(key, invoice.content.currency, 1, signed);
        }
        Ok(sums.rows(limit))
    }

    async fn vat(
        &mut self,
        (from, until): (NaiveDate, NaiveDate),
        limit: u32,
    ) -> Result<Vec<VatSum>> {
        let mut sums = Sums::new();
        let is_meant = |invoice: &&Invoice| {
            invoice.content.booked_on.is_some_and(|day| (from..=until).contains(&day))
        };
        for invoice in self.booked().filter(is_meant) {
            let own = invoice.totals.vat.iter().map(|row| (1, row));
            let deducted = rows_deducted(invoice).map(|row| (0, row));
            for (documents, row) in own.chain(deducted) {
                let key = VatKey {
                    direction: invoice.content.direction,
                    category: row.vat.category(),
                    rate: row.vat.rate(),
                };
                let sign = if documents == 0 { -1 } else { sign(invoice) };
                let signed = [row.net, row.tax].map(|sum| sign * sum);
                sums.add(key, invoice.content.currency, documents, signed);
            }
        }
        Ok(sums.rows(limit))
    }

    async fn finances(&mut self, project: ProjectId) -> Result<Vec<Finances>> {
        let mut sums = Sums::new();
        let mut add = |currency, documents, parts: &[(Finance, i64)]| {
            let mut all = [0; 9];
            for (finance, amount) in parts {
                if let Some(sum) = all.get_mut(*finance as usize) {
                    *sum = *amount;
                }
            }
            sums.add((), currency, documents, all);
        };
        for contract in self.records::<Contract>().filter(|c| c.project == Some(project)) {
            let finance = match contract.role {
                ContractRole::Sale => Finance::Agreed,
                ContractRole::Purchase => Finance::Ordered,
            };
            if contract.status != ContractStatus::Draft {
                add(contract.currency, 0, &[(finance, contract.value)]);
            }
        }
        for invoice in self.booked().filter(|i| i.content.project == Some(project)) {
            let (sign, net) = (sign(invoice), invoice.totals.net - deducted(invoice)[0]);
            let open = sign * still_due(invoice);
            if invoice.content.direction == InvoiceDirection::Payable {
                let parts = [(Finance::Costs, sign * net), (Finance::CostsOpen, open)];
                add(invoice.content.currency, 1, &parts);
                continue;
            }
            let is_credit = invoice.content.kind == InvoiceKind::CreditNote;
            let kind = if is_credit { Finance::Credited } else { Finance::Invoiced };
            let due = sign * invoice.totals.due;
            let paid = self.settlements().filter(|one| one.invoice == invoice.id);
            let paid = paid.filter(|one| one.kind == AllocationKind::Payment);
            let paid = sign * paid.map(|one| one.amount).sum::<i64>();
            let parts =
                [(kind, net), (Finance::Due, due), (Finance::Paid, paid), (Finance::Open, open)];
            add(invoice.content.currency, 1, &parts);
        }
        Ok(sums.rows(u32::MAX))
    }
}

fn rows_deducted(invoice: &Invoice) -> impl Iterator<Item = &VatRow> {
    let is_final = invoice.content.kind == InvoiceKind::Final;
    invoice.deductions.iter().filter(move |_| is_final).flat_map(|one| &one.vat)
}

/// What a final invoice deducts, without VAT and as VAT.
fn deducted(invoice: &Invoice) -> [i64; 2] {
    rows_deducted(invoice).fold([0, 0], |[net, tax], row| [net + row.net, tax + row.tax])
}

fn sign(invoice: &Invoice) -> i64 {
    if invoice.content.kind == InvoiceKind::CreditNote { -1 } else { 1 }
}

/// What is open of an issued document.
fn still_due(invoice: &Invoice) -> i64 {
    invoice.totals.due - invoice.settlement.settled - invoice.settlement.written_off
}
