use futures::future::BoxFuture;
use plinth_domain::{
    ApiKey, ApiKeyId, Budget, BudgetPeriod, BudgetScope, Grant, Id, Project, Prompt, Revision,
    Role, UserId,
};
use plinth_ports::{BudgetFilter, OneOf, RecordReader, Records, Result, UnitOfWork};
use uuid::Uuid;

use super::{Fixture, World};
use crate::{
    fixture::{id, name, token},
    walk::all,
};

impl Fixture for Budget {
    /// Four are for projects, four for prompts, and the others for API keys, which are stored with them.
    fn make(budget: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let key = Id::from_uuid(Uuid::from_u128(0xa000 + n as u128));
        Self {
            id: budget,
            organization: id(),
            scope: match n {
                0..4 => BudgetScope::Project(world.id::<Project>(n)),
                4..8 => BudgetScope::Prompt(world.id::<Prompt>(n)),
                _ => BudgetScope::ApiKey(key),
            },
            period: BudgetPeriod::ALL[n / 2 % 2],
            hard_limit: 1_000_000_000_000_000_000 - i64::try_from(n).unwrap(),
            soft_percent: u8::try_from(1 + n % 100).unwrap(),
            revision,
        }
    }

    fn filters(_world: &World) -> Vec<BudgetFilter> {
        let two = OneOf::new(vec!["project", "organization"]).unwrap();
        vec![
            BudgetFilter { scope: "api_key".into(), ..Default::default() },
            BudgetFilter { scope: two, ..Default::default() },
            BudgetFilter { period: BudgetPeriod::Month.into(), ..Default::default() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            issue(unit, record.scope.api_key()).await?;
            Records::insert(unit.budgets(), record).await
        })
    }

    fn update<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            issue(unit, record.scope.api_key()).await?;
            unit.budgets().update(record).await
        })
    }
}

/// Stores the API key that a budget is for, unless it is stored.
async fn issue(unit: &mut dyn UnitOfWork, key: Option<ApiKeyId>) -> Result<()> {
    let Some(key) = key else { return Ok(()) };
    let known: Option<ApiKey> = RecordReader::find(unit.api_keys(), key).await?;
    if known.is_some() {
        return Ok(());
    }
    let members = unit.members().list(&OneOf::default(), &all()).await?;
    let owner: UserId = members.items[0].membership.user;
    let key = ApiKey {
        id: key,
        organization: id(),
        name: name("Gateway"),
        last_four: "abcd".to_owned(),
        grant: Grant::Role(Role::Viewer),
        prompts: None,
        created_by: owner,
        parent: None,
        expires_at: None,
        agent_run: None,
        last_used_at: None,
        revoked_at: None,
        revision: Revision::first(crate::fixture::at(0)),
    };
    unit.api_keys().insert(&key, &token()).await
}
