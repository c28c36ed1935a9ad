//! Two hundred SKUs of the largest template, from the text of the packs to the plan, step by step.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use linkstar::{
    Command, Context, Directory, Grant, Instance, InstantiateRequest, Member, Pack, PlanOptions, RepeatNames, Wanted, decide_first, ops,
    schedule,
};

const SKUS: usize = 200;

/// The largest template, with all that comes after the golden sample once for each SKU.
fn packs() -> Vec<Pack> {
    let mut packs = linkstar_packs::us_market().unwrap();
    for template in packs.iter_mut().flat_map(|pack| &mut pack.templates).filter(|template| template.id.as_str() == "amazon-new-product") {
        let first = template.stages.first().map(|stage| stage.id.clone());
        for task in template.tasks.iter_mut().filter(|task| Some(&task.stage) != first.as_ref() && Some(&task.id) != template.goal.as_ref())
        {
            task.per = Some("sku".into());
        }
    }
    packs
}

fn wanted() -> Wanted {
    Wanted {
        categories: vec!["toys".into(), "consumer-electronics".into()],
        target: Some("2028-03-01".parse().unwrap()),
        repeats: vec![RepeatNames { per: "sku".into(), names: (1..=SKUS).map(|number| format!("SKU {number}")).collect() }],
        ..Wanted::new("amazon-new-product", "two-hundred", "2027-01-04T01:00:00Z".parse().unwrap())
    }
}

fn benches(criterion: &mut Criterion) {
    let texts: Vec<String> = packs().iter().map(Pack::to_json).collect();
    let (packs, wanted) = (packs(), wanted());
    let make = || ops::instantiate(InstantiateRequest { packs: packs.clone(), wanted: wanted.clone() }).unwrap();
    let Instance { project, directory, .. } = make();
    println!(
        "{} tasks, {} links, {} gates, {} items",
        project.tasks.len(),
        project.links.len(),
        project.gates.len(),
        project.checklist.len()
    );
    let member = Member::new("lin.yue", "Lin Yue");
    let grant = Grant { member: Some("lin.yue".into()), ..Grant::new("lead", "owner") };
    let directory = Directory { members: vec![member], grants: vec![grant], ..directory };
    let context =
        Context { actor: "lin.yue".into(), now: "2027-01-04T01:00:00Z".parse().unwrap(), key: "k".into(), salt: "b7d1f0a94c35e682".into() };
    let mut group = criterion.benchmark_group(format!("{SKUS} SKUs"));
    group.sample_size(10);
    group.bench_function("packs read", |bencher| {
        bencher.iter(|| texts.iter().map(|text| Pack::from_json(black_box(text)).unwrap()).collect::<Vec<_>>());
    });
    group.bench_function("packs cloned", |bencher| bencher.iter(|| black_box(packs.clone())));
    group.bench_function("packs cloned, checked, instantiated", |bencher| bencher.iter(make));
    group.bench_function("begun", |bencher| {
        bencher.iter(|| decide_first(&directory, &Command::begin(black_box(&project)), &context).unwrap());
    });
    group.bench_function("planned", |bencher| bencher.iter(|| schedule(black_box(&project), &directory, &PlanOptions::default()).unwrap()));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
