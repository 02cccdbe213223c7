//! The organization and its settings.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Address, BankAccount, BaseRate, BasisPoints, Bic, BillingReference, Contact, Country, Currency,
    Document, DocumentKind, DunningLevel, DunningSettings, EInvoiceAddress, EInvoiceScheme, Email,
    FiscalYearStart, Iban, Lines, Locale, MAX_AMOUNT, MAX_BASE_RATES, MAX_FEE, ManagingDirectors,
    Money, NumberPatterns, OrganizationSettings, OrganizationStatus, PayableApproval, PaymentTerms,
    PlanName, RetentionDays, Seller, SeriesPattern, StatedRate, Text, Timezone, UploadLimit, Vat,
    VatCategory, VatId,
    accounting::{
        AccountLength, AccountNumber, AccountRule, AccountRules, AccountUse, AccountingSettings,
        Chart, ClientNumber, ConsultantNumber, Region, TaxKey,
    },
};
use plinth_ports::records::organizations::SLUG_TAKEN;

use crate::{
    Stores,
    fixture::{at, id, name},
    outcome::{assert_conflict, assert_stale},
};

pub async fn an_organization_and_its_settings_are_read_as_they_were_stored(stores: &Stores) {
    let tenant = stores.tenant().await;
    let found = stores.read(&tenant).await.organization().find().await.unwrap();
    assert_eq!(found, Some(tenant.organization.clone()));

    let mut changed = tenant.organization.clone();
    changed.name = name("Ωmega & Söhne");
    changed.status = OrganizationStatus::Suspended;
    changed.erase_at = Some(at(7));
    changed.suspended_by_operator_at = Some(at(6));
    changed.legal_hold = true;
    changed.plan = PlanName::parse(&"z".repeat(50)).ok();
    changed.billing_reference = BillingReference::parse(&"𝔘".repeat(200)).ok();
    changed.settings = OrganizationSettings {
        locale: Locale::parse("de-CH").unwrap(),
        timezone: Timezone::parse("Europe/Zurich").unwrap(),
        default_currency: Currency::parse("CHF").unwrap(),
        document_kinds: vec![DocumentKind::Ifc, DocumentKind::Pdf],
        max_upload: UploadLimit::from_bytes(UploadLimit::MAX).unwrap(),
        retention: RetentionDays::from_days(3650).unwrap(),
        seller: largest_seller(),
        payable_approval: PayableApproval::SecondPerson,
        default_payment_terms: PaymentTerms::from_days(365).unwrap(),
        fiscal_year_start: FiscalYearStart::from_month(12).unwrap(),
        books_closed_until: Some(at(0).date_naive()),
        number_patterns: NumberPatterns {
            invoice: pattern('A'),
            credit_note: pattern('B'),
            payable: pattern('C'),
            contract: pattern('D'),
        },
        dunning: largest_dunning(),
        accounting: largest_accounting(),
        embedding_model: Some(crate::fixture::id()),
        execution_content: RetentionDays::from_days(1).unwrap(),
        executions: RetentionDays::from_days(3650).unwrap(),
        requires_second_factor: true,
    };
    changed.revision = changed.revision.next(at(5));
    stores.write(&tenant, async |unit| unit.organization().update(&changed).await).await.unwrap();
    let found = stores.read(&tenant).await.organization().find().await.unwrap();
    assert_eq!(found.as_ref(), Some(&changed));
    let held = stores.begin(&tenant).await.organization().hold().await.unwrap();
    assert_eq!(held, Some(changed));
}

/// The longest pattern.
fn pattern(letter: char) -> SeriesPattern {
    let text = letter.to_string().repeat(26);
    SeriesPattern::parse(&format!("{text}{{year}}{{number:010}}")).unwrap()
}

/// Dunning with the most bytes in every text.
fn largest_dunning() -> DunningSettings {
    let most = |amount_minor| Money { amount_minor, currency: Currency::EUR };
    let text = || Lines::parse(&"𝔘".repeat(1_000)).ok();
    let level = |n: u16| DunningLevel {
        after_days: 100 + n,
        pay_within_days: 90,
        fee: Some(most(MAX_FEE)),
        interest: n.is_multiple_of(2),
        lump_sum: !n.is_multiple_of(2),
        text_de: text(),
        text_en: text(),
    };
    let first_days = (2_027..).flat_map(|year| {
        [1, 7].map(|month| chrono::NaiveDate::from_ymd_opt(year, month, 1).unwrap())
    });
    let rates = first_days.take(MAX_BASE_RATES);
    let rate = |from| StatedRate::new(BaseRate::Bundesbank, from, StatedRate::MIN).unwrap();
    DunningSettings {
        levels: (0..5).map(level).collect(),
        minimum: Some(most(MAX_AMOUNT)),
        business_rate: BasisPoints::new(10_000).ok(),
        consumer_rate: BasisPoints::new(10_000).ok(),
        base_rates: rates.map(rate).collect(),
    }
}

/// The most rules, each with everything that one may have.
fn largest_accounting() -> AccountingSettings {
    let rule = |n: u16| AccountRule {
        purpose: AccountUse::CashDiscountReceived,
        vat: Vat::new(VatCategory::Standard, BasisPoints::new(1_000 + n).unwrap()).ok(),
        region: Some(Region::Domestic),
        account: AccountNumber::parse(&"9".repeat(20)).unwrap(),
        tax_key: TaxKey::parse("9999").ok(),
    };
    AccountingSettings {
        chart: Chart::Skr03,
        consultant_number: ConsultantNumber::new(9_999_999).ok(),
        client_number: ClientNumber::new(99_999).ok(),
        account_length: AccountLength::new(8).unwrap(),
        rules: AccountRules::new((0..60).map(rule).collect()).unwrap(),
    }
}

/// A seller with the most bytes in every text: the schema bounds the settings as a whole.
fn largest_seller() -> Seller {
    let long = |length: usize| "𝔘".repeat(length);
    Seller {
        legal_name: Some(name(&long(200))),
        address: Address {
            street: Text::parse(&long(200)).ok(),
            additional: Text::parse(&long(200)).ok(),
            postal_code: Text::parse(&long(20)).ok(),
            city: Text::parse(&long(100)).ok(),
            region: Text::parse(&long(100)).ok(),
            country: Country::parse("DE").ok(),
        },
        vat_id: VatId::parse("DE136695976").ok(),
        tax_number: Text::parse(&long(50)).ok(),
        registration_court: Text::parse(&long(100)).ok(),
        registration_number: Text::parse(&long(50)).ok(),
        managing_directors: ManagingDirectors::parse(&vec![long(100); 10]).unwrap(),
        contact: Contact {
            name: Some(name(&long(200))),
            email: Email::parse(&format!("{}@{}", "x".repeat(60), ["y"; 96].join("."))).ok(),
            phone: Text::parse(&long(50)).ok(),
        },
        e_invoice_address: Some(EInvoiceAddress {
            scheme: EInvoiceScheme::parse("9930").unwrap(),
            id: Text::parse(&long(100)).unwrap(),
        }),
        bank_account: BankAccount {
            iban: Iban::parse("MT84MALT011000012345MTLCAST001S").ok(),
            bic: Bic::parse("COBADEFFXXX").ok(),
            bank_name: Text::parse(&long(100)).ok(),
            holder: Some(name(&long(200))),
        },
        footer: Lines::parse(&long(500)).ok(),
        logo: Some(id::<Document>().uuid()),
        small_business: true,
    }
}

pub async fn of_two_updates_of_one_organization_the_second_is_stale(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut changed = tenant.organization.clone();
    changed.revision = changed.revision.next(at(1));
    stores.write(&tenant, async |unit| unit.organization().update(&changed).await).await.unwrap();
    let again = stores.write(&tenant, async |unit| unit.organization().update(&changed).await);
    assert_stale(again.await);
}

pub async fn a_slug_names_one_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let mut changed = ours.organization.clone();
    changed.slug = theirs.organization.slug.clone();
    changed.revision = changed.revision.next(at(1));
    let update = stores.write(&ours, async |unit| unit.organization().update(&changed).await);
    assert_conflict(update.await, SLUG_TAKEN.0);

    let mut third = crate::fixture::organization();
    third.slug = theirs.organization.slug.clone();
    let founded = stores.across().await.insert_organization(&third).await;
    assert_conflict(founded, SLUG_TAKEN.0);
}
