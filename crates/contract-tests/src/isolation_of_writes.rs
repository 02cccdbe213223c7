//! Writes of one organization do not affect another one.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{FlagKey, FlagOverride, Revision};

use crate::{
    Stores,
    fixture::{at, id},
};

pub async fn each_organization_has_its_own_setting_of_a_flag(stores: &Stores) {
    let flag = FlagKey::parse("projects.trigram_search").unwrap();
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    for (tenant, enabled) in [(&ours, true), (&theirs, false)] {
        let over = FlagOverride { id: id(), enabled, revision: Revision::first(at(0)) };
        let written =
            stores.write(tenant, async |unit| unit.feature_flags().insert(&flag, &over).await);
        written.await.unwrap();
    }
    for (tenant, enabled) in [(&ours, true), (&theirs, false)] {
        let found = stores.read(tenant).await.feature_flags().find(&flag).await.unwrap().unwrap();
        assert_eq!(found.over.unwrap().enabled, enabled);
    }
}
