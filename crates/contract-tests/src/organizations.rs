//! The organization and its settings.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Currency, DocumentKind, InvoiceNumbering, Locale, OrganizationSettings, OrganizationStatus,
    RetentionDays, Timezone, UploadLimit,
};
use plinth_ports::records::organizations::SLUG_TAKEN;

use crate::{
    Stores,
    fixture::{at, name},
    outcome::{assert_conflict, assert_stale},
};

pub async fn an_organization_and_its_settings_are_read_as_they_were_stored(stores: &Stores) {
    let tenant = stores.tenant().await;
    let found = stores.read(&tenant).await.organization().find().await.unwrap();
    assert_eq!(found, Some(tenant.organization.clone()));

    let mut changed = tenant.organization.clone();
    changed.name = name("Ωmega & Söhne");
    changed.status = OrganizationStatus::Suspended;
    changed.settings = OrganizationSettings {
        locale: Locale::parse("de-CH").unwrap(),
        timezone: Timezone::parse("Europe/Zurich").unwrap(),
        default_currency: Currency::parse("CHF").unwrap(),
        document_kinds: vec![DocumentKind::Ifc, DocumentKind::Pdf],
        max_upload: UploadLimit::from_bytes(UploadLimit::MAX).unwrap(),
        retention: RetentionDays::from_days(3650).unwrap(),
        invoice_numbering: InvoiceNumbering::new("R/2.".to_owned(), 10).unwrap(),
    };
    changed.revision = changed.revision.next(at(5));
    stores.write(&tenant, async |unit| unit.organization().update(&changed).await).await.unwrap();
    let found = stores.read(&tenant).await.organization().find().await.unwrap();
    assert_eq!(found, Some(changed));
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
