//! Issued invoices in the memory adapters.

use plinth_application::{
    Expected,
    crud::Create,
    invoices::{CreateInvoice, IssueInvoice},
    organizations::UpdateOrganization,
};
use plinth_domain::{
    Address, AddressChanges, BankAccount, BankAccountChanges, BasisPoints, CashUnit, Contact,
    ContactChanges, Country, Currency, Email, Iban, InvoiceContent, InvoiceDirection, InvoiceDraft,
    InvoiceId, InvoiceKind, InvoicePdf, JobId, JsonObject, LineDraft, Lines, Name,
    OrganizationChanges, Party, PartyDraft, PartyRole, Patch, Quantity, Schedule, SellerChanges,
    SettingsChanges, Taxation, Text, UnitCode, UnitPrice, Vat, VatCategory, VatId,
    pricing::PriceMode,
};
use plinth_ports::{Direction, JobFilter, JobSort, PageRequest, Sort, SortKey, Store};

use super::Fixture;

fn set<const MAX: usize>(text: &str) -> Patch<Text<MAX>> {
    Patch::Set(Text::parse(text).unwrap())
}

fn seller() -> SellerChanges {
    SellerChanges {
        legal_name: Patch::Set(Name::parse("Hochbau Nord GmbH").unwrap()),
        vat_id: Patch::Set(VatId::parse("DE136695976").unwrap()),
        address: AddressChanges {
            street: set("Kai 7"),
            postal_code: set("20457"),
            city: set("Hamburg"),
            country: Patch::Set(Country::parse("DE").unwrap()),
            ..AddressChanges::default()
        },
        contact: ContactChanges {
            name: Patch::Set(Name::parse("Ada").unwrap()),
            email: Patch::Set(Email::parse("ada@example.com").unwrap()),
            phone: set("+49 40 1"),
        },
        bank_account: BankAccountChanges {
            iban: Patch::Set(Iban::parse("DE89370400440532013000").unwrap()),
            ..BankAccountChanges::default()
        },
        ..SellerChanges::default()
    }
}

fn party() -> PartyDraft {
    PartyDraft {
        name: Name::parse("Hafenamt").unwrap(),
        number: None,
        role: PartyRole::Customer,
        vat_id: None,
        tax_number: None,
        registration: None,
        contact: Contact::default(),
        address: Address {
            postal_code: Text::parse("20457").ok(),
            city: Text::parse("Hamburg").ok(),
            country: Country::parse("DE").ok(),
            ..Address::default()
        },
        bank_account: BankAccount::default(),
        debtor_account: None,
        creditor_account: None,
        payment_terms: None,
        buyer_reference: None,
        leitweg_id: None,
        e_invoice_address: None,
        unit_codes: plinth_domain::UnitCodes::default(),
        language: None,
        note: None,
        consumer: false,
        dunning_blocked: false,
        archived: false,
        metadata: JsonObject::default(),
    }
}

impl Fixture {
    /// Issues an invoice. Returns it and the job that makes its PDF.
    pub async fn issue(&self) -> (InvoiceId, JobId) {
        let (application, caller) = (&self.application, self.caller());
        let settings = SettingsChanges { seller: seller(), ..SettingsChanges::default() };
        let changes = OrganizationChanges { name: None, settings };
        let update = UpdateOrganization { expected: Expected::ANY, changes };
        application.execute(&caller, update).await.unwrap();
        let create = Create::<Party> { draft: party() };
        let party = application.execute(&caller, create).await.unwrap();
        let vat = Vat::new(VatCategory::Standard, BasisPoints::new(1_900).unwrap()).unwrap();
        let line = LineDraft {
            text: Lines::parse("Concrete").unwrap(),
            quantity: Quantity::parse("12.5").unwrap(),
            unit: UnitCode::parse("MTQ").unwrap(),
            price: UnitPrice::parse("98.4").unwrap(),
            discount: None,
            tax: Taxation::new(vat, None).unwrap(),
            contract_position: None,
        };
        let today = application.now().date_naive();
        let content = InvoiceContent {
            direction: InvoiceDirection::Receivable,
            kind: InvoiceKind::Standard,
            party: party.id,
            contract: None,
            allow_over_billing: false,
            project: None,
            supplier_number: None,
            currency: Currency::EUR,
            price_mode: PriceMode::Net,
            issued_on: None,
            booked_on: None,
            due_on: None,
            service: Schedule::new(Some(today), None).unwrap(),
            payment_terms: None,
            discounts: Vec::new(),
            buyer_reference: None,
            purchase_order: None,
            note: None,
            language: None,
            retention: BasisPoints::default(),
            cash_unit: CashUnit::NONE,
            adjustments: Vec::new(),
            metadata: JsonObject::default(),
        };
        let draft = InvoiceDraft { content, lines: vec![line], stated_in: None };
        let invoice = application
            .execute(
                &caller,
                CreateInvoice { draft, inherits_retention: false, attachments: Vec::new() },
            )
            .await
            .unwrap()
            .invoice;
        let issue = IssueInvoice { id: invoice.id, expected: Expected::ANY };
        application.execute(&caller, issue).await.unwrap();
        let filter = JobFilter { kind: "invoice.render".to_owned().into(), ..JobFilter::default() };
        let sort = Sort { by: JobSort::ALL[0], direction: Direction::Ascending };
        let mut view = self.store.read(self.scope).await.unwrap();
        let jobs = view.jobs().list(&filter, &PageRequest::first(2, sort)).await.unwrap().items;
        let [job] = &jobs[..] else { panic!("{jobs:?}") };
        (invoice.id, job.id)
    }

    pub async fn pdf(&self, invoice: InvoiceId) -> Option<InvoicePdf> {
        let mut view = self.store.read(self.scope).await.unwrap();
        view.invoice_pdfs().of(invoice).await.unwrap()
    }
}
