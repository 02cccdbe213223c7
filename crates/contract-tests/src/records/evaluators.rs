use futures::future::BoxFuture;
use plinth_domain::{
    Description, Evaluator, EvaluatorDefinition, EvaluatorDraft, EvaluatorKind, Id, JsonObject,
    Name, Pattern, Revision, Score,
};
use plinth_ports::{OneOf, Result, UnitOfWork, records::evaluators::EvaluatorFilter};

use super::{Fixture, World};
use crate::fixture::id;

pub(crate) fn definition(n: usize, world: &World) -> EvaluatorDefinition {
    let part = f64::from(u32::try_from(n).unwrap());
    let threshold = Score::new(1.0 / (1.0 + part)).unwrap();
    match n % 7 {
        0 => EvaluatorDefinition::Similarity { model: world.id(n), threshold },
        1 => EvaluatorDefinition::Judge { prompt: world.id(n), version: 1, threshold },
        2 => EvaluatorDefinition::Exact { ignore_case: n.is_multiple_of(2) },
        3 => EvaluatorDefinition::Contains { ignore_case: n.is_multiple_of(2) },
        4 => {
            EvaluatorDefinition::Regex { pattern: Pattern::parse(format!("^\\d{{{n}}} ")).unwrap() }
        }
        5 => EvaluatorDefinition::JsonSchema {
            schema: JsonObject::from_parsed(format!(r#"{{"b": {n}, "a": [1.50, "\u0001"]}}"#)),
        },
        _ => EvaluatorDefinition::Numeric { tolerance: 0.1 * part },
    }
}

impl Fixture for Evaluator {
    fn make(evaluator: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let draft = EvaluatorDraft {
            name: Name::parse(&format!("Name {n}")).unwrap(),
            description: n
                .is_multiple_of(2)
                .then(|| Description::parse(format!("Line {n},\nand one more")).unwrap()),
            definition: definition(n, world),
        };
        let number = u32::MAX - u32::try_from(n).unwrap();
        Self { number, revision, ..Self::create(evaluator, id(), draft, revision.created_at) }
    }

    fn filters(_world: &World) -> Vec<EvaluatorFilter> {
        let two = OneOf::new(vec![EvaluatorKind::Exact, EvaluatorKind::Judge]).unwrap();
        vec![
            EvaluatorFilter { name: Some(Name::parse("Name 2").unwrap()), ..Default::default() },
            EvaluatorFilter { kind: EvaluatorKind::Numeric.into(), ..Default::default() },
            EvaluatorFilter { kind: two, ..Default::default() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        unit.evaluators().insert(record)
    }
}
