//! The items of data sets, and what a store keeps of them.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Dataset, DatasetId, DatasetItem, DatasetItemContent, DatasetItemId, JsonObject, JsonText,
    Timestamp,
};
use plinth_ports::{
    DatasetItemReader, DatasetItemSort, DatasetItems, Direction, RecordReader, Result, UnitOfWork,
    records::dataset_items::DATASET,
};

use crate::{
    Stores,
    fixture::{at, id},
    harness::Tenant,
    outcome::assert_conflict,
    records::{Fixture, World},
    walk::{first, walk},
};

async fn dataset(stores: &Stores, world: &World) -> Dataset {
    let dataset: Dataset = world.make(1);
    let insert = async |unit: &mut dyn UnitOfWork| Dataset::insert(unit, &dataset).await;
    stores.write(world.tenant(), insert).await.unwrap();
    dataset
}

fn item(dataset: DatasetId, n: usize) -> DatasetItem {
    let expected = [None, Some("null"), Some("\"\""), Some(r#"{"a": [1, 2.5]}"#)];
    let text = |text: &str| text.to_owned();
    DatasetItem {
        id: id(),
        dataset,
        content: DatasetItemContent {
            input: JsonObject::from_parsed(format!(r#"{{"n": {n}}}"#)),
            expected: expected[n % 4].map(text).map(JsonText::from_parsed),
            metadata: JsonObject::from_parsed(r#"{"of": "us"}"#.to_owned()),
        },
        valid_from: at(1),
        valid_to: None,
    }
}

async fn add(stores: &Stores, tenant: &Tenant, id: DatasetId, items: &[DatasetItem]) -> Result<()> {
    stores
        .write(tenant, async |unit: &mut dyn UnitOfWork| {
            DatasetItems::add(unit.dataset_items(), id, items).await
        })
        .await
}

async fn listed(
    stores: &Stores,
    tenant: &Tenant,
    dataset: DatasetId,
    moment: Option<Timestamp>,
    direction: Direction,
) -> Vec<DatasetItem> {
    walk(first(DatasetItemSort::Added, direction, 2), async |page: &_| {
        let mut view = stores.read_together(tenant).await;
        let items: &mut dyn DatasetItemReader = view.dataset_items();
        items.items(dataset, moment, page).await.unwrap()
    })
    .await
}

async fn found(stores: &Stores, tenant: &Tenant, id: DatasetItemId) -> Option<DatasetItem> {
    let mut view = stores.read(tenant).await;
    let items: &mut dyn DatasetItemReader = view.dataset_items();
    items.item(id).await.unwrap()
}

async fn end(
    stores: &Stores,
    tenant: &Tenant,
    item: &DatasetItem,
    moment: Timestamp,
) -> Result<bool> {
    let mut unit = stores.begin(tenant).await;
    let locked = unit.dataset_items().lock(item.dataset).await?;
    let own = RecordReader::<Dataset>::find(unit.datasets(), item.dataset).await?;
    assert_eq!(locked, own);
    let ended = unit.dataset_items().end(item.dataset, item.id, moment).await?;
    unit.commit().await?;
    Ok(ended)
}

pub async fn items_are_read_in_their_order_as_they_were_stored(stores: &Stores) {
    let world = World::new(stores).await;
    let dataset = dataset(stores, &world).await;
    let mut items: Vec<_> = (0..5).map(|n| item(dataset.id, n)).collect();
    items.sort_by_key(|item| item.id.uuid());
    add(stores, world.tenant(), dataset.id, &items).await.unwrap();
    let shown = listed(stores, world.tenant(), dataset.id, None, Direction::Ascending).await;
    assert_eq!(shown, items);
    assert_eq!(found(stores, world.tenant(), items[3].id).await.as_ref(), Some(&items[3]));
    items.reverse();
    let shown = listed(stores, world.tenant(), dataset.id, None, Direction::Descending).await;
    assert_eq!(shown, items);
    let refused = add(stores, world.tenant(), id(), &[item(id(), 1)]).await;
    assert_conflict(refused, DATASET.0);
}

pub async fn an_item_that_ended_is_shown_for_the_time_that_it_was_valid(stores: &Stores) {
    let world = World::new(stores).await;
    let dataset = dataset(stores, &world).await;
    let kept = item(dataset.id, 1);
    let other = item(dataset.id, 2);
    add(stores, world.tenant(), dataset.id, &[kept.clone(), other.clone()]).await.unwrap();
    assert!(end(stores, world.tenant(), &other, at(5)).await.unwrap());
    assert!(!end(stores, world.tenant(), &other, at(6)).await.unwrap());
    let ended = DatasetItem { valid_to: Some(at(5)), ..other };
    assert_eq!(found(stores, world.tenant(), ended.id).await.as_ref(), Some(&ended));
    let mut both = vec![kept.clone(), ended];
    both.sort_by_key(|item| item.id.uuid());
    for (moment, expected) in [
        (None, vec![kept.clone()]),
        (Some(at(0)), vec![]),
        (Some(at(1)), both.clone()),
        (Some(at(4)), both),
        (Some(at(5)), vec![kept]),
    ] {
        let shown = listed(stores, world.tenant(), dataset.id, moment, Direction::Ascending).await;
        assert_eq!(shown, expected, "{moment:?}");
    }
}

pub async fn items_go_with_their_data_set(stores: &Stores) {
    let world = World::new(stores).await;
    let dataset = dataset(stores, &world).await;
    let one = item(dataset.id, 1);
    add(stores, world.tenant(), dataset.id, std::slice::from_ref(&one)).await.unwrap();
    let remove = async |unit: &mut dyn UnitOfWork| unit.datasets().remove(&dataset).await;
    stores.write(world.tenant(), remove).await.unwrap();
    assert_eq!(found(stores, world.tenant(), one.id).await, None);
}

pub async fn another_organization_neither_reads_nor_changes_items(stores: &Stores) {
    let (world, theirs) = (World::new(stores).await, World::new(stores).await);
    let dataset = dataset(stores, &world).await;
    let one = item(dataset.id, 1);
    add(stores, world.tenant(), dataset.id, std::slice::from_ref(&one)).await.unwrap();
    assert_eq!(found(stores, theirs.tenant(), one.id).await, None);
    let shown = listed(stores, theirs.tenant(), dataset.id, None, Direction::Ascending).await;
    assert_eq!(shown, []);
    assert!(!end(stores, theirs.tenant(), &one, at(5)).await.unwrap());
    let refused = add(stores, theirs.tenant(), dataset.id, &[item(dataset.id, 2)]).await;
    assert_conflict(refused, DATASET.0);
    assert_eq!(found(stores, world.tenant(), one.id).await, Some(one));
}
