//! A file for DATEV: EXTF, header version 700, category 21 (`Buchungsstapel`), format version 13.
//!
//! The format is that of developer.datev.de (DATEV-Format, formats, `Buchungsstapel`): a line of 31
//! fields, a line of 125 headings, and a line for each entry; Windows-1252, lines end with CR LF,
//! semicolons between the fields, texts in quotation marks, a comma before the decimals.

mod columns;
mod encoding;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use plinth_application::accounting::{DatevBatch, ListedEntry};
use plinth_domain::{
    VatId,
    accounting::{AccountUse, Chart, Entry, EntryKind, Posted, Region, TaxKey},
};

use columns::{COLUMNS, Column};
pub(super) use encoding::encoded;

/// The most lines of entries in a file.
pub(super) const MAX_ROWS: usize = 99_999;

/// The name of a file begins with `EXTF_`.
pub(super) fn file_name(batch: &DatevBatch) -> String {
    let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
    format!("EXTF_Buchungsstapel_{}_{}.csv", day(batch.from), day(batch.until))
}

/// Writes the lines of one file.
pub(super) struct Writer {
    batch: DatevBatch,
}

impl Writer {
    pub(super) const fn new(batch: DatevBatch) -> Self {
        Self { batch }
    }

    /// The lines before the entries.
    pub(super) fn head(&self) -> String {
        let batch = &self.batch;
        let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
        let chart = match batch.chart {
            Chart::Custom => "",
            Chart::Skr03 => "03",
            Chart::Skr04 => "04",
        };
        let fields: [String; 31] = [
            quoted("EXTF"),
            "700".to_owned(),
            "21".to_owned(),
            quoted("Buchungsstapel"),
            "13".to_owned(),
            // Erzeugt am, to the millisecond.
            batch.timezone.local(batch.made_at).format("%Y%m%d%H%M%S%3f").to_string(),
            String::new(),
            // Herkunft: two letters of the program that has written the file.
            quoted("PL"),
            quoted("Plinth"),
            quoted(""),
            batch.consultant_number.get().to_string(),
            batch.client_number.get().to_string(),
            day(batch.year_start),
            batch.account_length.to_string(),
            day(batch.from),
            day(batch.until),
            // Bezeichnung: up to 30 characters.
            quoted(&format!("{} bis {}", batch.from, batch.until)),
            quoted(""),
            // Buchungstyp: financial accounting. Rechnungslegungszweck: none in particular.
            "1".to_owned(),
            "0".to_owned(),
            self.locked().to_owned(),
            quoted(batch.currency.as_str()),
            String::new(),
            quoted(""),
            String::new(),
            String::new(),
            quoted(chart),
            String::new(),
            String::new(),
            quoted(""),
            quoted(""),
        ];
        format!("{}\r\n{}\r\n", fields.join(";"), COLUMNS.join(";"))
    }

    /// The line of an entry.
    pub(super) fn row(&self, ListedEntry { entry, .. }: &ListedEntry) -> String {
        let mut cells = vec![String::new(); COLUMNS.len()];
        let mut put = |column: Column, value: String| {
            if let Some(cell) = cells.get_mut(column as usize) {
                *cell = value;
            }
        };
        put(Column::Amount, format!("{},{:02}", entry.amount / 100, entry.amount % 100));
        put(Column::Side, quoted(if entry.is_debit { "S" } else { "H" }));
        put(Column::Currency, quoted(entry.currency.as_str()));
        put(Column::Account, number(&entry.account));
        put(Column::Contra, number(&entry.contra));
        if let Some(key) = &entry.tax_key {
            put(Column::TaxKey, quoted(TaxKey::as_str(key)));
        }
        put(Column::On, entry.on.format("%d%m").to_string());
        // Belegfeld 1 is the key of an open item: that of a supplier's invoice is the supplier's number.
        let document = entry.supplier_number.as_ref().or(entry.document.as_ref());
        put(Column::Document, quoted(&reference(document.map_or("", String::as_str))));
        if let Some(due) = entry.due_on {
            put(Column::Due, quoted(&due.format("%d%m%y").to_string()));
        }
        put(Column::Text, quoted(&text(entry)));
        if let Some(id) = other_member_state(entry) {
            put(Column::VatId, quoted(id.as_str()));
        }
        put(Column::Locked, self.locked().to_owned());
        format!("{}\r\n", cells.join(";"))
    }

    /// Whether DATEV locks the entries when it imports them (`Festschreibung`).
    const fn locked(&self) -> &'static str {
        if self.batch.is_closed { "1" } else { "0" }
    }
}

/// The account of the party, where one collects those of the parties.
fn number(posted: &Posted) -> String {
    let account = posted.party_account.as_ref().filter(|_| posted.is_collective());
    account.unwrap_or(&posted.account).as_str().to_owned()
}

/// Whose VAT id the recapitulative statement names.
fn other_member_state(entry: &Entry) -> Option<&VatId> {
    let is_untaxed = entry.vat.is_some_and(|vat| vat.rate().points() == 0);
    let is_supply = matches!(
        entry.contra.purpose,
        AccountUse::Revenue | AccountUse::CashDiscountGranted | AccountUse::BadDebt
    );
    let is_other = entry.region == Some(Region::Eu) && is_untaxed && is_supply;
    entry.party.vat_id.as_ref().filter(|_| is_other)
}

/// `Buchungstext`: up to 60 characters.
fn text(entry: &Entry) -> String {
    let purpose = entry.contra.purpose;
    let what = match entry.kind {
        EntryKind::Invoice | EntryKind::CreditNote if purpose == AccountUse::Rounding => "Rundung ",
        EntryKind::Invoice => "",
        EntryKind::CreditNote => "Gutschrift ",
        EntryKind::Payment => "Zahlung ",
        EntryKind::Deposit => "Anzahlung ",
        EntryKind::Settlement => "Verrechnung Anzahlung ",
        EntryKind::CashDiscount => "Skonto ",
        EntryKind::WriteOff => "Ausbuchung ",
    };
    what.chars().chain(entry.party.name.as_str().chars()).take(60).collect()
}

/// `Belegfeld 1`: up to 36 letters, digits and `$&%*+-/_`; another character is a hyphen.
fn reference(number: &str) -> String {
    let is_known = |c: char| c.is_ascii_alphanumeric() || "$&%*+-/_".contains(c);
    number.chars().take(36).map(|c| if is_known(c) { c } else { '-' }).collect()
}

/// A text in quotation marks, of which those inside are doubled.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
