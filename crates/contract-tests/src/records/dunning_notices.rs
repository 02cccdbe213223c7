use futures::future::BoxFuture;
use plinth_domain::{
    Base, Currency, DunningClaim, DunningLaw, DunningNotice, DunningStatus, Id, InterestPeriod,
    Language, Lines, Revision,
};
use plinth_ports::{
    DunningNotices, OneOf, Result, UnitOfWork, records::dunning_notices::DunningNoticeFilter,
};

use super::{Fixture, World};
use crate::fixture::{at, id};

impl Fixture for DunningNotice {
    /// What a notice claims never changes: four in a row have it in common. The second of them holds.
    fn make(notice: Id<Self>, revision: Revision, n: usize, world: &World) -> Self {
        let group = n / 4;
        Self {
            id: notice,
            organization: id(),
            invoice: world.id(group),
            party: world.id(group),
            status: DunningStatus::ALL[usize::from(n % 4 != 1)],
            claim: claim(group),
            revision,
        }
    }

    fn filters(world: &World) -> Vec<DunningNoticeFilter> {
        let any = DunningNoticeFilter::default;
        vec![
            DunningNoticeFilter { invoice: Some(world.id(0)), ..any() },
            DunningNoticeFilter { party: Some(world.id(1)), ..any() },
            DunningNoticeFilter { status: DunningStatus::Issued.into(), ..any() },
            DunningNoticeFilter {
                status: OneOf::new(vec![DunningStatus::Withdrawn]).unwrap(),
                ..any()
            },
            DunningNoticeFilter { level: Some(2), ..any() },
        ]
    }

    fn insert<'a>(unit: &'a mut dyn UnitOfWork, record: &'a Self) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { DunningNotices::insert(unit.dunning_notices(), record).await })
    }
}

fn claim(n: usize) -> DunningClaim {
    let amount = i64::try_from(n).unwrap();
    let day = |days: u64| at(0).date_naive() + chrono::Days::new(days);
    let is_consumer = n % 2 == 1;
    let lump_sum = if is_consumer { 0 } else { 4_000 };
    let base = |points| Base { points, since: day(0) };
    let period = |n: u64| InterestPeriod {
        from: day(10 * n),
        until: day(10 * n + 9),
        amount: plinth_domain::MAX_AMOUNT,
        base: (n == 0).then(|| base(-88)),
        rate: 812,
    };
    DunningClaim {
        level: u8::try_from(1 + n % 5).unwrap(),
        dated_on: day(n as u64),
        pay_by: day(n as u64 + 10),
        currency: Currency::parse(["EUR", "JPY", "KWD"][n % 3]).unwrap(),
        overdue: 100_000 + amount,
        interest: 10 * amount,
        fee: 500 * amount,
        fees: 700 * amount,
        lump_sum,
        total: 100_000 + 711 * amount + lump_sum,
        is_consumer,
        law: DunningLaw::ALL[n % 4],
        periods: (0..n as u64 % 3).map(period).collect(),
        language: Language::ALL[n % 2],
        text: is_consumer.then(|| Lines::parse(&format!("Please pay {n},\nnow")).unwrap()),
    }
}
