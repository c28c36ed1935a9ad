//! How long a project takes to read, to plan, and to run through once it is compiled.
//!
//! Networks of a million tasks are measured when `LINKSTAR_BENCH_LARGE=1` asks for them. For figures that can be compared from one
//! machine to another, see `cargo xtask limit`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use linkstar::measure::{Compiled, Loaded};
use linkstar::{LoadPeriod, PlanOptions, Project, schedule};
use linkstar_benches::documents::{Calendars, directory, give_owners};
use linkstar_benches::{Network, Shape};

fn benches(criterion: &mut Criterion) {
    let directory = directory().unwrap();
    let options = PlanOptions::default();
    let large = std::env::var("LINKSTAR_BENCH_LARGE").is_ok_and(|value| value == "1");
    let sizes = [1_000, 10_000, 100_000, 1_000_000];
    for shape in Shape::ALL {
        let mut group = criterion.benchmark_group(shape.to_string());
        group.sample_size(10);
        for tasks in sizes.into_iter().filter(|tasks| large || *tasks < 1_000_000) {
            let project = Network::generate(shape, tasks).project(Calendars::One).unwrap();
            let json = project.to_json();
            let mut compiled = Compiled::new(&project, &directory).unwrap();

            group.throughput(Throughput::Elements(tasks as u64));
            let [read, plan, pass] = ["read", "schedule", "full pass"].map(|name| BenchmarkId::new(name, tasks));
            group.bench_function(read, |bencher| bencher.iter(|| Project::from_json(black_box(&json))));
            group.bench_function(plan, |bencher| bencher.iter(|| schedule(black_box(&project), &directory, &options)));
            group.bench_function(pass, |bencher| bencher.iter(|| compiled.full_pass()));
        }
        group.finish();
    }
}

/// The load of a thousand people, week by week.
fn workload(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("workload");
    group.sample_size(10);
    for tasks in [1_000, 10_000, 100_000] {
        let (mut project, mut directory) =
            (Network::generate(Shape::Layered, tasks).project(Calendars::One).unwrap(), directory().unwrap());
        give_owners(&mut project, &mut directory, 1_000, Calendars::One);
        let projects = [project];
        let mut loaded = Loaded::new(&projects, &directory).unwrap();
        group.throughput(Throughput::Elements(tasks as u64));
        group.bench_function(BenchmarkId::new("pass", tasks), |bencher| bencher.iter(|| loaded.pass(LoadPeriod::Week, None)));
    }
    group.finish();
}

criterion_group!(all, benches, workload);
criterion_main!(all);
