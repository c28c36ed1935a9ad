//! How long a project takes to read and to plan: layers of tasks, each task waiting for two or three of the layer before.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use linkstar::{Directory, PlanOptions, Project, schedule};

const LAYER: usize = 20;

const DIRECTORY: &str = r#"{ "linkstar": 1, "calendars": [{ "id": "shenzhen", "zone": "Asia/Shanghai", "week": {
    "monday": ["09:00-12:00", "13:00-18:00"], "tuesday": ["09:00-12:00", "13:00-18:00"], "wednesday": ["09:00-12:00", "13:00-18:00"],
    "thursday": ["09:00-12:00", "13:00-18:00"], "friday": ["09:00-12:00", "13:00-18:00"] } }] }"#;

/// A project of this many tasks as JSON, always the same.
fn layered(tasks: usize) -> String {
    let (mut all, mut links) = (String::new(), String::new());
    for task in 0..tasks {
        let comma = if task == 0 { "" } else { "," };
        let _ = write!(all, r#"{comma}{{ "id": "t{task}", "name": "Task {task}", "duration": "{}h" }}"#, 1 + task * 7 % 24);
        let before = task.checked_sub(LAYER + task % LAYER);
        let predecessors = before.map(|layer| [task % LAYER, (task * 3 + 1) % LAYER, (task * 5 + 2) % LAYER].map(|place| layer + place));
        let mut predecessors = predecessors.map_or(Vec::new(), |all| all[..2 + task % 2].to_vec());
        predecessors.sort_unstable();
        predecessors.dedup();
        for predecessor in predecessors {
            let comma = if links.is_empty() { "" } else { "," };
            let _ = write!(links, r#"{comma}{{ "predecessor": "t{predecessor}", "successor": "t{task}" }}"#);
        }
    }
    format!(
        r#"{{ "linkstar": 1, "id": "layered", "name": "Layered", "calendar": "shenzhen",
            "anchor": {{ "kind": "start", "at": "2027-01-04T01:00:00Z" }}, "tasks": [{all}], "links": [{links}] }}"#
    )
}

fn benches(criterion: &mut Criterion) {
    let directory = Directory::from_json(DIRECTORY).unwrap();
    let options = PlanOptions::default();
    for tasks in [1_000, 10_000] {
        let json = layered(tasks);
        let project = Project::from_json(&json).unwrap();

        let mut group = criterion.benchmark_group("project");
        group.throughput(Throughput::Elements(tasks as u64));
        let [read, plan] = ["read", "schedule"].map(|name| BenchmarkId::new(name, tasks));
        group.bench_function(read, |bencher| bencher.iter(|| Project::from_json(black_box(&json))));
        group.bench_function(plan, |bencher| bencher.iter(|| schedule(black_box(&project), &directory, &options)));
        group.finish();
    }
}

criterion_group!(all, benches);
criterion_main!(all);
