//! What one organization stores takes nothing from another, and never lands there.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{FlagKey, FlagOverride, ProjectCode, Revision};

use crate::{
    Stores, api_keys,
    fixture::{at, id, project, token},
    invitations,
};

pub async fn a_code_is_free_in_every_other_organization(stores: &Stores) {
    for _ in 0..2 {
        let tenant = stores.tenant().await;
        let project = project("P-1");
        stores.write(&tenant, async |unit| unit.projects().insert(&project).await).await.unwrap();
    }
}

pub async fn an_identity_is_free_in_every_other_organization(stores: &Stores) {
    // Otherwise a conflict would tell one organization what another one has.
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let their_project = project("P-1");
    let mut our_project = their_project.clone();
    our_project.code = ProjectCode::parse("P-2").unwrap();
    for (tenant, project) in [(&theirs, &their_project), (&ours, &our_project)] {
        stores.write(tenant, async |unit| unit.projects().insert(project).await).await.unwrap();
    }
    stores.write(&ours, async |unit| unit.projects().remove(&our_project).await).await.unwrap();
    let kept = stores.read(&theirs).await.projects().find(their_project.id).await.unwrap();
    assert_eq!(kept.unwrap().code, their_project.code);
}

pub async fn an_address_can_be_invited_by_several_organizations(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let their_invitation = invitations::invitation(&theirs);
    let mut our_invitation = invitations::invitation(&ours);
    our_invitation.email = their_invitation.email.clone();
    for (tenant, invitation) in [(&theirs, their_invitation), (&ours, our_invitation)] {
        let written = stores
            .write(tenant, async |unit| unit.invitations().insert(&invitation, &token()).await);
        written.await.unwrap();
    }
}

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

pub async fn a_record_that_names_another_organization_never_lands_there(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let mut project = project("P-1");
    project.organization = theirs.id();
    let mut invitation = invitations::invitation(&ours);
    invitation.organization = theirs.id();
    let mut key = api_keys::key(&ours);
    key.organization = theirs.id();
    // Whether it is refused or becomes ours is the adapter's to say.
    let _ = stores.write(&ours, async |unit| unit.projects().insert(&project).await).await;
    let _ = stores
        .write(&ours, async |unit| unit.invitations().insert(&invitation, &token()).await)
        .await;
    let _ = stores.write(&ours, async |unit| unit.api_keys().insert(&key, &token()).await).await;

    let mut view = stores.read(&theirs).await;
    assert_eq!(view.projects().find(project.id).await.unwrap(), None);
    assert_eq!(view.invitations().find(invitation.id).await.unwrap(), None);
    assert_eq!(view.api_keys().find(key.id).await.unwrap(), None);
}
