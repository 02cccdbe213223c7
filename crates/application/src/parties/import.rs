//! Many parties at once.

use std::collections::BTreeSet;

use plinth_domain::{
    Code, Invalid, Party, PartyDraft, PartyId, Permission, Text, VatId, accounting::AccountNumber,
};
use plinth_ports::records::parties::{PARTY_ACCOUNT_TAKEN, PARTY_NUMBER_TAKEN, PartyKeys};

use crate::{
    AuditRecord, Command, Context, Error, FieldFault, Query, Recorded, View, resource::Action,
};

plinth_domain::codes! {
    PARTY_VAT_ID_TAKEN = "party.vat_id_taken", "Another party has this VAT id already.";
}

/// Finds what would be refused of an import. The faults are those of `/items/{index}`.
#[derive(Debug)]
pub struct CheckParties {
    /// The values of the new parties.
    pub drafts: Vec<PartyDraft>,
}

impl Query for CheckParties {
    const NAME: &'static str = "party.check";
    const PERMISSION: Permission = Permission::PartyCreate;
    type Output = Vec<FieldFault>;

    async fn run(self, view: &mut View<'_>) -> Result<Vec<FieldFault>, Error> {
        let taken = view.unit.party_keys().taken(&keys(&self.drafts)).await?;
        Ok(faults(taken, &self.drafts))
    }
}

/// Creates parties, all or none. A fault is one of `/items/{index}`.
#[derive(Debug)]
pub struct ImportParties {
    /// The values of the new parties.
    pub drafts: Vec<PartyDraft>,
}

impl Command for ImportParties {
    const NAME: &'static str = "party.import";
    const PERMISSION: Permission = Permission::PartyCreate;
    type Output = Vec<PartyId>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Vec<PartyId>>, Error> {
        let taken = ctx.unit.party_keys().taken(&keys(&self.drafts)).await?;
        let faults = faults(taken, &self.drafts);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        ctx.make_room_of::<Party>(self.drafts.len()).await?;
        let (mut output, mut audits) = (Vec::new(), Vec::new());
        for (index, draft) in self.drafts.into_iter().enumerate() {
            let party = Party::create(ctx.id(), ctx.organization(), draft, ctx.now);
            let stored = ctx.unit.parties().insert(&party).await.map_err(Error::write::<Party>);
            stored.map_err(|error| rival(error).within(&item(index)))?;
            audits.push(AuditRecord::created(Action::<Party>::CREATED, &party)?);
            output.push(party.id);
        }
        Ok(Recorded { output, audits })
    }
}

/// What must not be taken.
fn keys(drafts: &[PartyDraft]) -> PartyKeys {
    PartyKeys {
        numbers: drafts.iter().filter_map(number).collect(),
        vat_ids: drafts.iter().filter_map(vat_id).collect(),
        debtor_accounts: drafts.iter().filter_map(|d| account(d.debtor_account.as_ref())).collect(),
        creditor_accounts: drafts
            .iter()
            .filter_map(|d| account(d.creditor_account.as_ref()))
            .collect(),
    }
}

/// Drafts whose number, VAT id or account a party has, or a draft before them.
fn faults(taken: PartyKeys, drafts: &[PartyDraft]) -> Vec<FieldFault> {
    let PartyKeys { mut numbers, mut vat_ids, mut debtor_accounts, mut creditor_accounts } = taken;
    let mut faults = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let mut check = |taken: &mut BTreeSet<String>, value, field, code: Code, detail: &str| {
            let Some(value) = value else { return };
            if !taken.insert(value) {
                let invalid = Invalid::new(code, detail.to_owned());
                faults.push(FieldFault::new(item(index) + field, invalid));
            }
        };
        let detail = "another party has this number";
        check(&mut numbers, number(draft), "/number", PARTY_NUMBER_TAKEN, detail);
        let detail = "another party has this VAT id";
        check(&mut vat_ids, vat_id(draft), "/vat_id", PARTY_VAT_ID_TAKEN, detail);
        let (detail, code) = ("another party has this account", PARTY_ACCOUNT_TAKEN);
        let debtor = account(draft.debtor_account.as_ref());
        check(&mut debtor_accounts, debtor, "/debtor_account", code, detail);
        let creditor = account(draft.creditor_account.as_ref());
        check(&mut creditor_accounts, creditor, "/creditor_account", code, detail);
    }
    faults
}

/// A party that another request has created since the check.
fn rival(error: Error) -> Error {
    match error {
        Error::Conflict { code, detail } if code == PARTY_NUMBER_TAKEN => {
            Error::field("/number", Invalid::new(code, detail))
        }
        other => other,
    }
}

fn number(draft: &PartyDraft) -> Option<String> {
    draft.number.as_ref().map(Text::as_str).map(str::to_owned)
}

fn account(account: Option<&AccountNumber>) -> Option<String> {
    account.map(AccountNumber::as_str).map(str::to_owned)
}

fn vat_id(draft: &PartyDraft) -> Option<String> {
    draft.vat_id.as_ref().map(VatId::as_str).map(str::to_owned)
}

/// The place of a draft in the request.
fn item(index: usize) -> String {
    format!("/items/{index}")
}
