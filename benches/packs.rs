//! Two hundred SKUs of the largest template, from the packs to the plan, step by step: how long each takes, and its share of all.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use linkstar::{
    Command, Context, Directory, Event, Grant, Instance, InstantiateRequest, Member, Outcome, Pack, PlanOptions, Project, RepeatNames,
    State, Wanted, decide_first, ops, schedule,
};

const SKUS: usize = 200;
/// So many times all steps are taken for their shares.
const ROUNDS: usize = 11;

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

/// The first event of the project's log.
fn begun(project: &Project, directory: &Directory, context: &Context) -> Event {
    match decide_first(directory, &Command::begin(project), context) {
        Ok(Outcome::Accepted { event, .. }) => event,
        other => panic!("{other:?}"),
    }
}

/// Prints the median of each step and its share of their sum.
fn print_shares(mut steps: [(&str, Vec<Duration>); 4]) {
    let medians = steps.each_mut().map(|(name, times)| {
        times.sort();
        (*name, times[times.len() / 2].as_secs_f64() * 1000.0)
    });
    let all: f64 = medians.iter().map(|(_, millis)| millis).sum();
    for (name, millis) in medians {
        println!("{name:<40} {millis:>6.1} ms {:>4.0} %", 100.0 * millis / all);
    }
    println!("{:<40} {all:>6.1} ms", "all");
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
    let mut steps = ["packs cloned, checked, instantiated", "begun", "applied", "planned"].map(|name| (name, Vec::new()));
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let project = make().project;
        let made = Instant::now();
        let event = begun(&project, &directory, &context);
        let begun = Instant::now();
        let state = State::first(&event).unwrap();
        let applied = Instant::now();
        let plan = schedule(state.project(), &directory, &PlanOptions::default()).unwrap();
        let ends = [made, begun, applied, Instant::now()];
        black_box(plan);
        for (place, ((_, times), end)) in steps.iter_mut().zip(ends).enumerate() {
            times.push(end - if place == 0 { start } else { ends[place - 1] });
        }
    }
    print_shares(steps);
    let mut group = criterion.benchmark_group(format!("{SKUS} SKUs"));
    group.sample_size(10);
    group.bench_function("packs read", |bencher| {
        bencher.iter(|| texts.iter().map(|text| Pack::from_json(black_box(text)).unwrap()).collect::<Vec<_>>());
    });
    group.bench_function("packs cloned", |bencher| bencher.iter(|| black_box(packs.clone())));
    group.bench_function("packs cloned, checked, instantiated", |bencher| bencher.iter(make));
    group.bench_function("begun", |bencher| {
        bencher.iter(|| begun(black_box(&project), &directory, &context));
    });
    let event = begun(&project, &directory, &context);
    group.bench_function("applied", |bencher| bencher.iter(|| State::first(black_box(&event)).unwrap()));
    group.bench_function("planned", |bencher| bencher.iter(|| schedule(black_box(&project), &directory, &PlanOptions::default()).unwrap()));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
