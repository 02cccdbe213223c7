use plinth_domain::{
    InvoiceDirection, Party, PartyChanges, Patch, Permission, accounting::AccountNumber,
};
use plinth_ports::{
    Direction, PageRequest, Sort,
    records::parties::{PartyFilter, PartySort},
};

use super::ACCOUNTS_USED_UP;
use crate::{AuditRecord, Command, Context, Error, Recorded};

/// How many customers, and how many suppliers, one request gives accounts to.
const MOST: u16 = 200;

/// Gives accounts to customers and suppliers without one, the oldest first: the number after the
/// highest of their range. A list of entries only reads, and a party is often created before anyone
/// knows whether it will ever be invoiced: so it is a request of its own.
#[derive(Debug, Clone, Copy)]
pub struct AssignAccounts;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    /// How many accounts of customers were given.
    pub debtors: usize,
    /// How many accounts of suppliers were given.
    pub creditors: usize,
    /// Whether there are more parties without an account.
    pub has_more: bool,
}

impl Command for AssignAccounts {
    const NAME: &'static str = "accounting.assign_accounts";
    const PERMISSION: Permission = Permission::PartyUpdate;
    type Output = Assigned;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Assigned>, Error> {
        // Of two requests at once, the constraint refuses the second.
        let organization = ctx.unit.organization().find().await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        let digits = u32::from(organization.settings.accounting.account_length.get()) + 1;
        let [debtor, creditor] = ctx.unit.accounting().last_accounts(digits).await?;
        let unit = 10_u32.pow(digits - 1);
        let (mut audits, mut has_more, mut is_used_up) = (Vec::new(), false, false);
        let mut given = [0; 2];
        let ranges = [
            (InvoiceDirection::Receivable, debtor, unit, 7 * unit),
            (InvoiceDirection::Payable, creditor, 7 * unit, 10 * unit),
        ];
        for ((direction, last, first, end), count) in ranges.into_iter().zip(&mut given) {
            let filter = PartyFilter { without_account: Some(direction), ..Default::default() };
            let sort = Sort { by: PartySort::CreatedAt, direction: Direction::Ascending };
            let page = PageRequest::first(MOST, sort);
            let page = ctx.unit.parties().list(&filter, &page).await?;
            has_more |= page.next.is_some();
            let mut next = last.map_or(first, |last| last + 1);
            for before in page.items {
                if next >= end {
                    (is_used_up, has_more) = (true, true);
                    break;
                }
                let after = with_account(before.clone(), direction, next, ctx.now)?;
                ctx.unit.parties().update(&after).await.map_err(Error::write::<Party>)?;
                audits.push(AuditRecord::changed("party.updated", &before, &after)?);
                (next, *count) = (next + 1, *count + 1);
            }
        }
        if is_used_up && given == [0, 0] {
            let detail = "the last account of a range is given";
            return Err(Error::conflict(ACCOUNTS_USED_UP, detail));
        }
        let [debtors, creditors] = given;
        Ok(Recorded { output: Assigned { debtors, creditors, has_more }, audits })
    }
}

fn with_account(
    party: Party,
    direction: InvoiceDirection,
    number: u32,
    at: plinth_domain::Timestamp,
) -> Result<Party, Error> {
    let account = AccountNumber::parse(&number.to_string());
    let account = Patch::Set(account.map_err(Error::internal)?);
    let changes = match direction {
        InvoiceDirection::Receivable => {
            PartyChanges { debtor_account: account, ..Default::default() }
        }
        InvoiceDirection::Payable => {
            PartyChanges { creditor_account: account, ..Default::default() }
        }
    };
    Ok(party.change(changes, at))
}
