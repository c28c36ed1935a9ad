#![forbid(unsafe_code)]
//! How far the engine is from what the machine allows: `cargo xtask limit`.
//!
//! Every row is a ratio of two figures from one run, the engine's and a yardstick's, because a machine has good and bad days. The
//! yardstick is the project's own bare pass; or, where somebody has built one outside, that one, on the networks that come with it.

mod found;
mod outside;

use std::any::Any;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use linkstar::measure::{Compiled, Edited, Loaded};
use linkstar::{Directory, LoadPeriod, Log, PlanOptions, Project, Span, SpanUnit, Timestamp, schedule};
use linkstar_benches::bare::{EightCalendars, OneCalendar};
use linkstar_benches::clock::{Run, Trial, median, time};
use linkstar_benches::documents::{Calendars, NEW_YORK, START, directory, give_owners, with_gates};
use linkstar_benches::graph::Graph;
use linkstar_benches::network::Random;
use linkstar_benches::working_time::{Table, minutes};
use linkstar_benches::{Network, Shape, plain};

use found::{Found, Row};
use outside::{Outside, OutsideTrial};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What is measured together, and its name.
type Step = (&'static str, fn(&Setup, &mut Found) -> Result<()>);

const TEN_THOUSAND: usize = 10_000;
const HUNDRED_THOUSAND: usize = 100_000;
const MILLION: usize = 1_000_000;

/// How often the outside yardstick runs between ours.
const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["memory", path] => print_peak_memory(Path::new(path)).map(|()| true),
        ["replay", path] => print_replay(Path::new(path)).map(|()| true),
        options => Setup::new(options).and_then(|setup| report(&setup)),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// What to measure against, and how to say it.
struct Setup {
    json: bool,
    /// The one step that is asked for, if not all are.
    only: Option<String>,
    /// Where files go.
    folder: PathBuf,
    outside: Option<Outside>,
    directory: Directory,
}

impl Setup {
    fn new(mut options: &[&str]) -> Result<Setup> {
        let mut setup = Setup { json: false, only: None, folder: std::env::temp_dir(), outside: None, directory: directory()? };
        while let Some((option, rest)) = options.split_first() {
            options = match (*option, rest) {
                ("--json", rest) => {
                    setup.json = true;
                    rest
                }
                ("--only", [step, rest @ ..]) => {
                    setup.only = Some((*step).to_owned());
                    rest
                }
                ("--folder", [folder, rest @ ..]) => {
                    setup.folder = folder.into();
                    rest
                }
                ("--outside", [programs, rest @ ..]) => {
                    setup.outside = Some(Outside { programs: programs.into() });
                    rest
                }
                _ => return Err("limit [--json] [--only STEP] [--folder FOLDER] [--outside FOLDER]".into()),
            };
        }
        Ok(setup)
    }

    fn network(&self, shape: Shape, tasks: usize) -> Result<Network> {
        match &self.outside {
            Some(outside) => outside.network(shape, tasks, &self.folder),
            None => Ok(Network::generate(shape, tasks)),
        }
    }
}

/// Prints all rows. False when a finish differs from the yardstick's: then the figures compare different work.
fn report(setup: &Setup) -> Result<bool> {
    let mut found = Found::default();
    let yardstick = if setup.outside.is_some() { "the outside programs" } else { "the project's own bare pass" };
    found.note(format!("yardstick: {yardstick}; CPU time of one thread, medians, in turn"));
    let steps: [Step; 8] = [
        ("passes", passes),
        ("what is blocked", blocking),
        ("workload", workload),
        ("reading", reading),
        ("a million tasks", growth),
        ("a million events", long_log),
        ("working time", additions),
        ("edits", edits),
    ];
    let asked = |name: &str| setup.only.as_deref().is_none_or(|only| only == name);
    if !steps.iter().any(|(name, _)| asked(name)) {
        let names: Vec<&str> = steps.iter().map(|(name, _)| *name).collect();
        return Err(format!("one of these steps: {}", names.join(", ")).into());
    }
    for (name, step) in steps.into_iter().filter(|(name, _)| asked(name)) {
        eprintln!("{name} ...");
        step(setup, &mut found)?;
    }
    if setup.json {
        found.notes.iter().for_each(|note| eprintln!("{note}"));
        println!("{}", found.to_json()?);
    } else {
        print!("{found}");
    }
    Ok(found.agrees)
}

/// Full passes at a hundred thousand tasks, and the memory of what they run on: P1, P2, P3, P5.
fn passes(setup: &Setup, found: &mut Found) -> Result<()> {
    let network = setup.network(Shape::Layered, HUNDRED_THOUSAND)?;
    let edges = network.links.len();
    let [one, eight] = [Calendars::One, Calendars::Eight].map(|calendars| network.project(calendars));
    let (one, eight) = (one?, eight?);
    let (mut ours_one, mut ours_eight) = (Compiled::new(&one, &setup.directory)?, Compiled::new(&eight, &setup.directory)?);
    let mut bare_one = OneCalendar::new(&network, &setup.directory)?;
    let mut bare_eight = EightCalendars::new(&network, &setup.directory)?;
    let graph = Graph::new(&network);
    // A pass that fails would look fast.
    ours_one.full_pass()?;
    ours_eight.full_pass()?;
    let (mut trial, mut outside) = (Trial::default(), OutsideTrial::default());
    for _ in 0..ROUNDS {
        trial.blocks(
            3,
            [
                &mut || Box::new(ours_one.full_pass()),
                &mut || kept(bare_one.run()),
                &mut || Box::new(graph.run()),
                &mut || Box::new(ours_eight.full_pass()),
                &mut || kept(bare_eight.run()),
            ],
        );
        outside.run(setup, Shape::Layered)?;
    }
    let [our_pass, bare_pass, graph_pass, our_crossing, bare_crossing] = trial.medians();
    let per_edge = |name, ours, limit| Row::times(name, ours, limit, edges, "edge");
    let [outside_pass, outside_crossing] = outside.medians();
    found.row("P1", 2.0, per_edge("full pass, one calendar, layered", our_pass, outside_pass.unwrap_or(bare_pass)));
    found.row("P2", 0.1, per_edge("full pass, against petgraph: toposort and a loop, no calendar", our_pass, graph_pass));
    found.row("P3", 1.5, per_edge("full pass, eight calendars, layered", our_crossing, outside_crossing.unwrap_or(bare_crossing)));
    if setup.outside.is_some() {
        found.note("eight calendars: the outside ones are not the engine's, but as many, as mixed and of the same kinds".to_owned());
        found.beside("P1", per_edge("  against the project's own bare pass", our_pass, bare_pass));
        found.beside("P3", per_edge("  against the project's own bare pass", our_crossing, bare_crossing));
    }
    match ours_one.bytes() {
        0 => found.note("P5 is not known: the engine does not count its memory".to_owned()),
        bytes => found.row("P5", 100.0, Row::bytes("bytes per task of the compiled network", bytes as u64, HUNDRED_THOUSAND as u64)),
    }
    let our_finish = ours_one.full_pass()?;
    found.compare(setup, Shape::Layered, our_finish, bare_one.run().finish_seconds()?, outside.finish)?;

    let network = setup.network(Shape::Chain, HUNDRED_THOUSAND)?;
    let project = network.project(Calendars::One)?;
    let (mut ours, mut bare) = (Compiled::new(&project, &setup.directory)?, OneCalendar::new(&network, &setup.directory)?);
    let (mut trial, mut outside) = (Trial::default(), OutsideTrial::default());
    for _ in 1..ROUNDS {
        trial.blocks(3, [&mut || Box::new(ours.full_pass()), &mut || kept(bare.run())]);
        outside.run(setup, Shape::Chain)?;
    }
    let ([our_pass, bare_pass], [outside_pass, _]) = (trial.medians(), outside.medians());
    let per_edge = |name, limit| Row::times(name, our_pass, limit, network.links.len(), "edge");
    found.beside("P1", per_edge("  full pass, one calendar, chain", outside_pass.unwrap_or(bare_pass)));
    if setup.outside.is_some() {
        found.beside("P1", per_edge("  against the project's own bare pass", bare_pass));
    }
    let our_finish = ours.full_pass()?;
    found.compare(setup, Shape::Chain, our_finish, bare.run().finish_seconds()?, outside.finish)
}

/// What is blocked and by what, against the full pass over the same project.
fn blocking(setup: &Setup, found: &mut Found) -> Result<()> {
    let project = with_gates(Network::generate(Shape::Layered, HUNDRED_THOUSAND).project(Calendars::One)?)?;
    let now: Timestamp = START.parse()?;
    let (mut passes, mut views) = (Compiled::new(&project, &setup.directory)?, Compiled::new(&project, &setup.directory)?);
    passes.full_pass()?;
    views.full_pass()?;
    let blocked = views.blocking(now)?;
    let mut trial = Trial::default();
    trial.blocks(5, [&mut || Box::new(views.blocking(now)), &mut || Box::new(passes.full_pass())]);
    let [view, pass] = trial.medians();
    let name = format!("what blocks {blocked} of 100,000 tasks, against the full pass");
    found.row("B", 5.0, Row::times(&name, view, pass, HUNDRED_THOUSAND, "task"));
    Ok(())
}

/// Who carries what, of a thousand people, against the pass that dates their tasks: W.
fn workload(setup: &Setup, found: &mut Found) -> Result<()> {
    const MEMBERS: usize = 1_000;
    let network = setup.network(Shape::Layered, HUNDRED_THOUSAND)?;
    for (calendars, named) in [(Calendars::One, "one calendar"), (Calendars::Eight, "eight calendars")] {
        let (mut project, mut directory) = (network.project(Calendars::One)?, setup.directory.clone());
        give_owners(&mut project, &mut directory, MEMBERS, calendars);
        let projects = [project];
        let mut compiled = Compiled::new(&projects[0], &directory)?;
        let mut loaded = Loaded::new(&projects, &directory)?;
        // An answer holds a million figures: not all days of a thousand people, when a project takes more than three years.
        let two_years = Timestamp::unix_seconds(START.parse()?) + 2 * 365 * 86_400;
        compiled.full_pass()?;
        loaded.pass(LoadPeriod::Week, None)?;
        // The days have memory of their own, so that each looks as if it were alone.
        let mut of_days = Loaded::new(&projects, &directory)?;
        of_days.pass(LoadPeriod::Day, Some(two_years))?;
        let mut trial = Trial::default();
        trial.blocks(
            7,
            [&mut || Box::new(compiled.full_pass()), &mut || Box::new(loaded.pass(LoadPeriod::Week, None)), &mut || {
                Box::new(of_days.pass(LoadPeriod::Day, Some(two_years)))
            }],
        );
        let [pass, weeks, days] = trial.medians();
        let row = |name: &str, load| Row::times(name, load, pass, HUNDRED_THOUSAND, "task");
        match calendars {
            Calendars::One => found.row("W", 5.0, row("workload of 1,000 people by week, against the full pass", weeks)),
            Calendars::Eight => found.beside("W", row("  by week, eight calendars", weeks)),
        }
        found.beside("W", row(&format!("  by day for two years, {named}"), days));
    }
    Ok(())
}

/// From text to plan: P4.
fn reading(setup: &Setup, found: &mut Found) -> Result<()> {
    let project = setup.network(Shape::Layered, HUNDRED_THOUSAND)?.project(Calendars::One)?.to_json();
    let directory = setup.directory.to_json();
    let plan = || schedule(&Project::from_json(&project)?, &Directory::from_json(&directory)?, &PlanOptions::default());
    plan()?;
    plain::read(&project)?;
    let mut trial = Trial::default();
    trial.blocks(7, [&mut || Box::new(plan()), &mut || Box::new(plain::read(&project))]);
    let [ours, bare] = trial.medians();
    let name = format!("{:.0} MB of JSON to a plan, against serde_json alone", project.len() as f64 / 1e6);
    found.row("P4", 1.6, Row::times(&name, ours, bare, HUNDRED_THOUSAND, "task"));
    Ok(())
}

/// What a hundred times the tasks cost: P6, S2.
fn growth(setup: &Setup, found: &mut Found) -> Result<()> {
    let small = setup.network(Shape::Layered, TEN_THOUSAND)?.project(Calendars::One)?;
    let large = setup.network(Shape::Layered, MILLION)?.project(Calendars::One)?;
    let mut trial = Trial::default();
    {
        let (mut small, mut large) = (Compiled::new(&small, &setup.directory)?, Compiled::new(&large, &setup.directory)?);
        small.full_pass()?;
        large.full_pass()?;
        trial.blocks(5, [&mut || Box::new(small.full_pass()), &mut || Box::new(large.full_pass())]);
    }
    let [small_pass, large_pass] = trial.medians();
    let times = (MILLION / TEN_THOUSAND) as u32;
    found.row(
        "P6",
        3.0,
        Row::times("full pass per task at 1,000,000 tasks, against 10,000", large_pass, small_pass * times, MILLION, "task"),
    );

    let path = setup.folder.join("million.json");
    fs::write(&path, large.to_json())?;
    drop(large);
    let child = Command::new(std::env::current_exe()?).arg("memory").arg(&path).stderr(Stdio::inherit()).output()?;
    fs::remove_file(&path)?;
    match String::from_utf8(child.stdout)?.trim().parse() {
        Ok(bytes) if child.status.success() => {
            found.row("S2", 1.5, Row::bytes("peak memory in GB, a million tasks from JSON to plan", bytes, 1_000_000_000));
        }
        _ => found.note("S2 is not known: the child did not say how much memory it took".to_owned()),
    }
    Ok(())
}

/// A log of a million events against one of a quarter of that: time per event, and the memory of log and state together: L.
fn long_log(setup: &Setup, found: &mut Found) -> Result<()> {
    let replay = |events: usize| -> Result<(Duration, u64)> {
        let path = setup.folder.join("log.jsonl");
        linkstar_benches::log::write(events as u32, &mut BufWriter::new(fs::File::create(&path)?))?;
        let child = Command::new(std::env::current_exe()?).arg("replay").arg(&path).stderr(Stdio::inherit()).output()?;
        fs::remove_file(&path)?;
        let said = String::from_utf8(child.stdout)?;
        let (bytes, nanoseconds) = said.trim().split_once(' ').ok_or("the child did not say how it went")?;
        Ok((Duration::from_nanos(nanoseconds.parse()?), bytes.parse()?))
    };
    let (small, _) = replay(MILLION / 4)?;
    let (large, bytes) = replay(MILLION)?;
    found.row("L", 1.5, Row::times("replay of 1,000,000 events, against 250,000 for each of them", large, small * 4, MILLION, "event"));
    found.row("L", 1.5, Row::bytes("peak memory in GB, a log of a million events and its state", bytes, 1_000_000_000));
    Ok(())
}

/// One task eight hours longer, and shorter again, against a full pass: P8.
fn edits(setup: &Setup, found: &mut Found) -> Result<()> {
    const EDITED: usize = 500;
    /// So many of the slowest ones are timed again, in turn with the full pass: the slowest may have met a bad moment.
    const SLOWEST: usize = 5;
    const ROUNDS_OF_SLOWEST: usize = 15;
    for (tasks, goal) in [(TEN_THOUSAND, 1.0 / 50.0), (HUNDRED_THOUSAND, 1.0 / 100.0)] {
        let project = setup.network(Shape::Layered, tasks)?.project(Calendars::One)?;
        let mut compiled = Compiled::new(&project, &setup.directory)?;
        compiled.full_pass()?;
        let mut edited = Edited::new(project.clone(), &setup.directory)?;
        let leaves: Vec<usize> = (0..project.tasks.len()).filter(|place| project.tasks[*place].duration.is_some()).collect();
        let mut random = Random::new(11);
        let critical = edited.critical()?;
        let chosen: Vec<usize> = (0..EDITED).map(|_| leaves[random.below(leaves.len())]).collect();
        let step = (critical.len() / 50).max(1);
        let mut of_each: Vec<(Duration, usize)> = Vec::new();
        for place in chosen.into_iter().chain(critical.into_iter().step_by(step)) {
            of_each.push((there_and_back(&mut edited, &project, place)?, place));
        }
        let of_random: Vec<Duration> = of_each.iter().take(EDITED).map(|(time, _)| *time).collect();
        of_each.sort_unstable();
        let mut slowest = (Duration::ZERO, Duration::from_nanos(1));
        let mut passes = Vec::new();
        for (_, place) in of_each.iter().rev().take(SLOWEST) {
            let mut lengths = longer_and_back(&project, *place)?.into_iter().cycle();
            let mut rounds = Vec::new();
            for _ in 0..ROUNDS_OF_SLOWEST {
                let mut trial = Trial::default();
                let edit: Run<'_> = &mut || Box::new(lengths.next().map(|length| edited.set_length(*place, length)));
                trial.blocks(1, [edit, &mut || Box::new(compiled.full_pass())]);
                let [edit, pass] = trial.medians();
                rounds.push((edit, pass));
            }
            // The processor is now slow, now fast; within a round of two short blocks it is the same for both.
            rounds.sort_by(|one, other| ratio(*one).total_cmp(&ratio(*other)));
            let middle = rounds.swap_remove(rounds.len() / 2);
            passes.push(middle.1);
            slowest = std::cmp::max_by(slowest, middle, |one, other| ratio(*one).total_cmp(&ratio(*other)));
            // Whichever length it had last, it has its own again.
            edited.set_length(*place, project.tasks[*place].duration.ok_or("a summary has no length")?)?;
        }
        let name = |what: &str| format!("one edit with its delta, {tasks} tasks, {what}");
        found.row("P8", goal, Row::times(&name("median of random tasks"), median(&of_random), median(&passes), 1, "edit"));
        let worst = Row::times(&name("worst, critical ones too"), slowest.0, slowest.1, 1, "edit");
        // How much of it is worth a pass is asked where people drag.
        if tasks == TEN_THOUSAND {
            found.row("P8", 1.3, worst);
        } else {
            found.beside("P8", worst);
        }
    }
    Ok(())
}

fn ratio((one, other): (Duration, Duration)) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// A length eight hours longer than that of a task, and its own.
fn longer_and_back(project: &Project, place: usize) -> Result<[Span; 2]> {
    let length = project.tasks[place].duration.ok_or("a summary has no length")?;
    let hours = if length.unit == SpanUnit::Hours { 8 } else { 8 * 60 };
    Ok([Span { count: length.count + hours, ..length }, length])
}

/// How long it takes to make a task eight hours longer, or shorter again: the middle of several, as the machine has other things to do.
fn there_and_back(edited: &mut Edited<'_>, project: &Project, place: usize) -> Result<Duration> {
    const TIMES: usize = 5;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        for length in longer_and_back(project, place)? {
            times.push(time(&mut || Box::new(edited.set_length(place, length))));
        }
    }
    Ok(median(&times))
}

/// Working time without a network: P7.
fn additions(setup: &Setup, found: &mut Found) -> Result<()> {
    const TIMES: usize = 20_000;
    const TEN_YEARS_OF_MINUTES: usize = 3_650 * 24 * 60;
    let (start, mut random): (Timestamp, _) = (START.parse()?, Random::new(7));
    let (mut moments, mut bare_moments) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let at = start.plus_seconds(60 * random.below(TEN_YEARS_OF_MINUTES) as i64)?;
        let hours = 8 + random.below(73) as i32;
        moments.push((at, i64::from(hours) * 3_600));
        bare_moments.push((minutes(at)?, hours * 60));
    }
    let (mut timeline, table) = (setup.directory.timeline(NEW_YORK)?, Table::new(&setup.directory, NEW_YORK)?);
    for (at, work) in &moments {
        timeline.add(*at, *work)?;
    }
    let (mut trial, mut outside) = (Trial::default(), Vec::new());
    for _ in 1..ROUNDS {
        trial.blocks(
            7,
            [
                &mut || {
                    let sum = moments
                        .iter()
                        .try_fold(0, |sum: i64, (at, work)| timeline.add(*at, *work).map(|finish| sum.wrapping_add(finish.unix_seconds())));
                    Box::new(sum)
                },
                &mut || {
                    let finish = |(at, work): &(i32, i32)| table.finish(table.position(*at) + work);
                    Box::new(bare_moments.iter().fold(0, |sum: i32, moment| sum.wrapping_add(finish(moment))))
                },
            ],
        );
        if let Some(programs) = &setup.outside {
            outside.extend(programs.additions()?.into_iter().map(|one| one * TIMES as u32 / 1_000));
        }
    }
    let [ours, bare] = trial.medians();
    let limit = if outside.is_empty() { bare } else { median(&outside) };
    found.row("P7", 2.0, Row::times("8 to 80 working hours added in New York", ours, limit, TIMES, "addition"));
    if setup.outside.is_some() {
        found.beside("P7", Row::times("  against the project's own table", ours, bare, TIMES, "addition"));
    }
    Ok(())
}

/// Nothing to keep: the pass wrote into its own columns.
fn kept<T>(_: T) -> Box<dyn Any> {
    Box::new(())
}

/// Replays a log, an event a line, and says how much memory log and state took at most, and how long it was.
fn print_replay(path: &Path) -> Result<()> {
    let mut log = Log::default();
    for line in BufReader::new(fs::File::open(path)?).lines() {
        log.events.push(serde_json::from_str(&line?)?);
    }
    eprintln!("  {} events come to {} tasks", log.events.len(), log.replay()?.project().tasks.len());
    let mut trial = Trial::default();
    trial.blocks(1, [&mut || Box::new(log.replay())]);
    let [time] = trial.medians();
    println!("{} {}", peak_memory()?, time.as_nanos());
    Ok(())
}

/// Reads and plans a project, and says how much memory that took at most.
fn print_peak_memory(path: &Path) -> Result<()> {
    let project = Project::from_json(&fs::read_to_string(path)?)?;
    let plan = schedule(&project, &directory()?, &PlanOptions::default())?;
    eprintln!("  {} tasks planned, finish {}", plan.ids().len(), plan.finish);
    println!("{}", peak_memory()?);
    Ok(())
}

/// The most memory that the program has had, in bytes.
fn peak_memory() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    Ok(peak.ok_or("the system does not say how much memory it gave")?.parse::<u64>()? * 1_024)
}
