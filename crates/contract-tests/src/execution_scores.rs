//! What people and programs think of executions, and what a store keeps of it.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Execution, ExecutionId, ExecutionScore, Id, Lines, Prompt, PromptId, Revision, ScoreKind,
    ScoreName, ScoreNumber, ScoreSource, ScoreValue, Text,
};
use plinth_ports::{
    Direction, ExecutionScoreSort, ExecutionScores, Result, ScoreQuery, ScoreSummary, UnitOfWork,
    records::execution_scores::EXECUTION,
};
use uuid::Uuid;

use crate::{
    Stores,
    fixture::{at, id, id_of},
    harness::Tenant,
    outcome::assert_conflict,
    records::World,
    walk::{first, walk},
};

/// Stores an execution of the first version of a prompt, of this second.
async fn execution(stores: &Stores, world: &World, second: i64) -> Execution {
    let made: Execution = world.make(0);
    let mut execution = Execution {
        id: Id::from_uuid(id_of(at(second))),
        organization: world.tenant().id(),
        revision: Revision::first(at(second)),
        ..made
    };
    execution.draft.prompt = Some((world.id::<Prompt>(0), 1));
    let insert = async |unit: &mut dyn UnitOfWork| unit.executions().insert(&execution, None).await;
    stores.write(world.tenant(), insert).await.unwrap();
    execution
}

fn name(text: &str) -> ScoreName {
    ScoreName::parse(text).unwrap()
}

fn number(number: f64) -> ScoreValue {
    ScoreValue::Number(ScoreNumber::new(number).unwrap())
}

fn category(text: &str) -> ScoreValue {
    ScoreValue::Category(Text::parse(text).unwrap())
}

fn score(execution: &Execution, title: &str, value: ScoreValue, author: u128) -> ExecutionScore {
    ExecutionScore {
        id: id(),
        execution: execution.id,
        prompt: execution.draft.prompt,
        name: name(title),
        value,
        comment: Lines::parse("Why,\nand what for").ok(),
        source: ScoreSource::Person,
        author: Uuid::from_u128(author),
        created_at: at(7),
        updated_at: at(7),
    }
}

async fn give(stores: &Stores, tenant: &Tenant, score: &ExecutionScore) -> Result<()> {
    let give = async |unit: &mut dyn UnitOfWork| unit.execution_scores().give(score).await;
    stores.write(tenant, give).await
}

async fn listed(stores: &Stores, tenant: &Tenant, execution: ExecutionId) -> Vec<ExecutionScore> {
    let page = first(ExecutionScoreSort::CreatedAt, Direction::Ascending, 2);
    walk(page, async |page: &_| {
        let mut view = stores.read_together(tenant).await;
        view.execution_scores().scores(execution, page).await.unwrap()
    })
    .await
}

pub async fn an_author_has_one_score_of_each_name(stores: &Stores) {
    let world = World::new(stores).await;
    let (tenant, execution) = (world.tenant(), execution(stores, &world, 1).await);
    let mut given = vec![
        score(&execution, "helpful", number(-0.25), 1),
        score(&execution, "helpful", ScoreValue::Boolean(true), 2),
        score(&execution, "tone", category("größer"), 1),
        ExecutionScore {
            comment: None,
            source: ScoreSource::Key,
            ..score(&execution, "length", ScoreValue::Boolean(false), 3)
        },
    ];
    given.sort_by_key(|score| score.id.uuid());
    for score in &given {
        give(stores, tenant, score).await.unwrap();
    }
    assert_eq!(listed(stores, tenant, execution.id).await, given);
    let place = given.iter().position(|score| score.value == number(-0.25)).unwrap();
    let again = ExecutionScore {
        comment: None,
        created_at: at(9),
        updated_at: at(9),
        ..score(&execution, "helpful", category("no"), 1)
    };
    give(stores, tenant, &again).await.unwrap();
    given[place] = ExecutionScore { id: given[place].id, created_at: at(7), ..again };
    assert_eq!(listed(stores, tenant, execution.id).await, given);

    let mut unit = stores.begin(tenant).await;
    let scores: &mut dyn ExecutionScores = unit.execution_scores();
    let own = scores.own(execution.id, &name("helpful"), Uuid::from_u128(1)).await.unwrap();
    assert_eq!(own.as_ref(), Some(&given[place]));
    let none = scores.own(execution.id, &name("helpful"), Uuid::from_u128(4)).await.unwrap();
    assert_eq!((none, scores.count(execution.id).await.unwrap()), (None, 4));
    scores.take_back(given[place].id).await.unwrap();
    assert_eq!(scores.count(execution.id).await.unwrap(), 3);
    unit.commit().await.unwrap();
    given.remove(place);
    assert_eq!(listed(stores, tenant, execution.id).await, given);
}

pub async fn scores_are_added_up_by_version_name_and_category(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let [before, one, two, after] = [
        execution(stores, &world, 99).await,
        execution(stores, &world, 100).await,
        execution(stores, &world, 199).await,
        execution(stores, &world, 200).await,
    ];
    for outside in [&before, &after] {
        give(stores, tenant, &score(outside, "helpful", number(1.0), 1)).await.unwrap();
    }
    for (execution, title, value, author) in [
        (&one, "helpful", number(1.0), 1),
        (&one, "helpful", number(0.5), 2),
        (&two, "helpful", number(-0.75), 1),
        (&two, "helpful", ScoreValue::Boolean(true), 2),
        (&two, "helpful", ScoreValue::Boolean(false), 3),
        (&one, "tone", category("b"), 1),
        (&two, "tone", category("a"), 1),
        (&two, "tone", category("b"), 2),
    ] {
        give(stores, tenant, &score(execution, title, value, author)).await.unwrap();
    }
    let row = |title: &str, kind, category: Option<&str>, count, mean| ScoreSummary {
        version: 1,
        name: name(title),
        kind,
        category: category.map(str::to_owned),
        count,
        mean,
    };
    let expected = [
        row("helpful", ScoreKind::Boolean, None, 2, Some(0.5)),
        row("helpful", ScoreKind::Number, None, 3, Some(0.25)),
        row("tone", ScoreKind::Category, Some("a"), 1, None),
        row("tone", ScoreKind::Category, Some("b"), 2, None),
    ];
    let prompt = world.id::<Prompt>(0);
    assert_eq!(summary(stores, tenant, prompt, 10).await, expected);
    assert_eq!(summary(stores, tenant, prompt, 2).await, expected[..2]);
    assert_eq!(summary(stores, tenant, world.id::<Prompt>(1), 10).await, []);
    assert_eq!(summary(stores, &stores.tenant().await, prompt, 10).await, []);
}

async fn summary(
    stores: &Stores,
    tenant: &Tenant,
    prompt: PromptId,
    limit: u32,
) -> Vec<ScoreSummary> {
    let asked = ScoreQuery { prompt, from: at(100), until: at(200), limit };
    let mut view = stores.read_together(tenant).await;
    view.execution_scores().summary(&asked).await.unwrap()
}

pub async fn another_organization_neither_reads_nor_gives_scores(stores: &Stores) {
    let (world, theirs) = (World::new(stores).await, World::new(stores).await);
    let execution = execution(stores, &world, 1).await;
    let own = score(&execution, "helpful", number(1.0), 1);
    assert_conflict(give(stores, theirs.tenant(), &own).await, EXECUTION.0);
    give(stores, world.tenant(), &own).await.unwrap();
    assert_eq!(listed(stores, theirs.tenant(), execution.id).await, []);
    let take = async |unit: &mut dyn UnitOfWork| unit.execution_scores().take_back(own.id).await;
    stores.write(theirs.tenant(), take).await.unwrap();
    assert_eq!(listed(stores, world.tenant(), execution.id).await, [own]);
}
