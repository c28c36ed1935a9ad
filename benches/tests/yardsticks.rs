//! The yardsticks do the same work as the engine: task by task, they find the same.

use linkstar::measure::Compiled;
use linkstar::{Directory, LinkKind, Plan, PlanOptions, PlannedTask, schedule};
use linkstar_benches::bare::{EightCalendars, OneCalendar};
use linkstar_benches::documents::{CALENDARS, Calendars, OFFICE, START, directory, task_id};
use linkstar_benches::graph::Graph;
use linkstar_benches::working_time::{Table, minutes};
use linkstar_benches::{Network, Shape, plain};

const TASKS: usize = 1_000;

fn plan(network: &Network, directory: &Directory, calendars: Calendars) -> Plan {
    schedule(&network.project(calendars).unwrap(), directory, &PlanOptions::default()).unwrap()
}

/// The planned tasks without summaries, by their place in the network.
fn by_place(plan: &Plan) -> Vec<PlannedTask> {
    let mut tasks: Vec<PlannedTask> = plan.tasks().filter(|task| !task.summary).collect();
    tasks.sort_by(|a, b| a.task.cmp(&b.task));
    tasks
}

#[test]
fn networks_have_the_mix_that_they_promise() {
    for shape in Shape::ALL {
        let network = Network::generate(shape, 100_000);
        assert_eq!(network, Network::generate(shape, 100_000));
        let (links, tasks) = (network.links.len() as f64, network.tasks.len() as f64);
        let share = |kind| network.links.iter().filter(|link| link.kind == kind).count() as f64 / links;
        let shares = [LinkKind::StartToStart, LinkKind::FinishToFinish, LinkKind::StartToFinish].map(share);
        let lags = network.links.iter().filter(|link| link.lag != 0).count() as f64 / links;
        let abroad = network.tasks.iter().filter(|task| task.calendar > 0).count() as f64 / tasks;
        println!("{shape}: {:.3} links per task, SS FF SF {shares:.3?}, lags {lags:.3}, other calendars {abroad:.3}", links / tasks);
        assert!((2.4..2.5).contains(&(links / tasks)), "{shape}");
        assert!((0.19..0.21).contains(&abroad), "{shape}");
        if shape != Shape::Chain {
            // The lanes of a chain hang together by finish-to-start without a lag.
            let near = |share: f64, wanted: f64| (share - wanted).abs() < 0.01;
            assert!(near(shares[0], 0.14) && near(shares[1], 0.12) && near(shares[2], 0.04) && near(lags, 0.25), "{shape}");
        }
    }
}

#[test]
fn the_bare_pass_finds_the_dates_of_the_engine() {
    let directory = directory().unwrap();
    let table = Table::new(&directory, OFFICE).unwrap();
    // Evening and next morning are one position, and which of the two a task shows is not the question here.
    let position = |at| table.position(minutes(at).unwrap());
    for shape in Shape::ALL {
        let network = Network::generate(shape, TASKS);
        let plan = plan(&network, &directory, Calendars::One);
        let tasks = by_place(&plan);
        let mut bare = OneCalendar::new(&network, &directory).unwrap();
        let dates = bare.run().clone();
        assert_eq!(dates.finish_seconds().unwrap(), plan.finish.unix_seconds(), "{shape}");
        for (rank, place) in bare.tasks().iter().enumerate() {
            let task = &tasks[*place as usize];
            assert_eq!(task.task.as_str(), task_id(*place));
            let ends = |[start, finish]: [i32; 2]| (table.position(start), table.position(finish));
            let found = (
                (position(task.early_start), position(task.early_finish)),
                (position(task.late_start), position(task.late_finish)),
                (task.total_slack, task.free_slack, task.critical),
            );
            let (total, free) = (i64::from(dates.total_slack[rank]) * 60, i64::from(dates.free_slack[rank]) * 60);
            assert_eq!((ends(dates.early[rank]), ends(dates.late[rank]), (total, free, dates.critical[rank])), found, "{shape} {place}");
        }
    }
}

#[test]
fn the_pass_on_a_graph_finds_the_finish() {
    let directory = directory().unwrap();
    for shape in Shape::ALL {
        let network = Network::generate(shape, TASKS);
        let mut bare = OneCalendar::new(&network, &directory).unwrap();
        bare.run();
        assert_eq!(Graph::new(&network).run().finish, bare.working_minutes(), "{shape}");
    }
}

#[test]
fn the_pass_on_eight_calendars_finds_nearly_all_dates_of_the_engine() {
    let directory = directory().unwrap();
    for shape in Shape::ALL {
        let network = Network::generate(shape, TASKS);
        let plan = plan(&network, &directory, Calendars::Eight);
        let tasks = by_place(&plan);
        let mut bare = EightCalendars::new(&network, &directory).unwrap();
        let dates = bare.run().clone();
        let mut same = [0; 4];
        for (rank, place) in bare.tasks().iter().enumerate() {
            let task = &tasks[*place as usize];
            let (early, late) = (dates.early[rank], dates.late[rank]);
            let pairs =
                [(early[0], task.early_start), (early[1], task.early_finish), (late[0], task.late_start), (late[1], task.late_finish)];
            for (same, (bare, engine)) in same.iter_mut().zip(pairs) {
                *same += usize::from(bare == minutes(engine).unwrap());
            }
        }
        println!("{shape}: of {TASKS} tasks the same early start, early finish, late start, late finish: {same:?}");
        // The engine lets a finish that waits for somebody abroad stand in the night, which the bare pass knows nothing about.
        assert!(same.iter().all(|same| *same > TASKS * 9 / 10), "{shape} {same:?}");
    }
}

#[test]
fn the_table_adds_as_the_engine_does() {
    let directory = directory().unwrap();
    for (id, ..) in CALENDARS {
        let table = Table::new(&directory, id).unwrap();
        let mut timeline = directory.timeline(id).unwrap();
        let start: linkstar::Timestamp = START.parse().unwrap();
        for step in 0..20_000 {
            let at = start.plus_seconds(step * 777 * 60).unwrap();
            let work = 1 + step % 4_800;
            let expected = minutes(timeline.add(at, work * 60).unwrap()).unwrap();
            assert_eq!(table.finish(table.position(minutes(at).unwrap()) + work as i32), expected, "{id} {at} {work}");
        }
    }
}

#[test]
fn compiled_projects_and_plain_structs_hold_what_documents_do() {
    let directory = directory().unwrap();
    let network = Network::generate(Shape::Layered, TASKS);
    let project = network.project(Calendars::Eight).unwrap();
    let plan = plan(&network, &directory, Calendars::Eight);
    let mut compiled = Compiled::new(&project, &directory).unwrap();
    let finish = compiled.full_pass().unwrap();
    let critical = by_place(&plan).iter().filter(|task| task.critical).count();
    assert_eq!((finish, compiled.critical()), (plan.finish.unix_seconds(), critical));

    let read = plain::read(&project.to_json()).unwrap();
    assert_eq!((read.tasks.len(), read.links.len()), (project.tasks.len(), project.links.len()));
}

#[test]
fn files_hold_the_whole_network() {
    let folder = std::env::temp_dir().join(format!("linkstar-network-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let network = Network::generate(Shape::Chain, TASKS);
    network.write_csv(&folder.join("chain")).unwrap();
    assert_eq!(Network::read_csv(&folder.join("chain")).unwrap(), network);
    std::fs::remove_dir_all(&folder).unwrap();
}
