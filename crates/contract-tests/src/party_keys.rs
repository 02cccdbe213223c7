//! The keys of parties.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::collections::BTreeSet;

use plinth_domain::{Party, Text, VatId, accounting::AccountNumber};
use plinth_ports::records::parties::PartyKeys;

use crate::{Stores, records::World};

fn keys(numbers: &[&str], vat_ids: &[&str]) -> PartyKeys {
    let set = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
    PartyKeys { numbers: set(numbers), vat_ids: set(vat_ids), ..Default::default() }
}

async fn taken(stores: &Stores, world: &World, asked: &PartyKeys) -> PartyKeys {
    stores.read(world.tenant()).await.party_keys().taken(asked).await.unwrap()
}

pub async fn taken_keys_are_those_of_all_parties_of_one_organization(stores: &Stores) {
    let (ours, theirs) = (World::new(stores).await, World::new(stores).await);
    let mut unit = stores.begin(ours.tenant()).await;
    for (number, vat_id, archived) in [
        (Some("K-1"), Some("FR40303265045"), false),
        (Some("K-2"), Some("FR40303265045"), true),
        (None, None, false),
        (None, Some("ATU13585627"), true),
    ] {
        let party: Party = ours.make(0);
        let number = number.map(|text| Text::parse(text).unwrap());
        let vat_id = vat_id.map(|text| VatId::parse(text).unwrap());
        unit.parties().insert(&Party { number, vat_id, archived, ..party }).await.unwrap();
    }
    let asked = keys(&["K-1", "K-2", "k-1", "FR40303265045"], &["FR40303265045", "K-1", "DE1"]);
    let expected = keys(&["K-1", "K-2"], &["FR40303265045"]);
    assert_eq!(unit.party_keys().taken(&asked).await.unwrap(), expected);
    let number = |text| AccountNumber::parse(text).ok();
    let (debtor_account, creditor_account) = (number("10001"), number("70001"));
    let party = Party { debtor_account, creditor_account, ..ours.make(0) };
    unit.parties().insert(&party).await.unwrap();
    let set = |keys: [&str; 2]| BTreeSet::from(keys.map(str::to_owned));
    let both = set(["10001", "70001"]);
    let accounts =
        PartyKeys { debtor_accounts: both.clone(), creditor_accounts: both, ..Default::default() };
    let found = unit.party_keys().taken(&accounts).await.unwrap();
    assert_eq!(found.debtor_accounts, ["10001".to_owned()].into());
    assert_eq!(found.creditor_accounts, ["70001".to_owned()].into());
    unit.commit().await.unwrap();
    assert_eq!(taken(stores, &ours, &asked).await, expected);
    assert_eq!(
        taken(stores, &ours, &keys(&[], &["ATU13585627"])).await,
        keys(&[], &["ATU13585627"])
    );
    assert_eq!(taken(stores, &ours, &PartyKeys::default()).await, PartyKeys::default());
    assert_eq!(taken(stores, &theirs, &asked).await, PartyKeys::default());
}
