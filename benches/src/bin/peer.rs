#![forbid(unsafe_code)]
//! What `cargo xtask peers` needs of us: the network as files, and two rows of the comparison.
//!
//! All programs of the comparison speak alike: a line `ns` with the CPU time of a run, and what they found, as `minutes` of work from
//! the start to the finish or as the moment of the `finish`.

use std::any::Any;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use linkstar::measure::Compiled;
use linkstar::{PlanOptions, Timestamp, schedule};
use linkstar_benches::clock::Trial;
use linkstar_benches::documents::{Calendars, OFFICE, START, directory};
use linkstar_benches::graph::Graph;
use linkstar_benches::{Network, Shape};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["write", tasks, stem] => write(tasks, Path::new(stem)),
        ["pass", stem] => pass(Path::new(stem)),
        ["schedule", stem] => plan(Path::new(stem)),
        ["petgraph", stem] => petgraph(Path::new(stem)),
        _ => Err("peer write TASKS STEM | pass STEM | schedule STEM | petgraph STEM".into()),
    };
    result.map_or_else(
        |problem| {
            eprintln!("{problem}");
            ExitCode::FAILURE
        },
        |()| ExitCode::SUCCESS,
    )
}

type Outcome = Result<(), Box<dyn Error>>;

fn write(tasks: &str, stem: &Path) -> Outcome {
    let network = Network::generate(Shape::Layered, tasks.parse()?);
    network.write_csv(stem)?;
    Ok(network.write_mspdi(stem)?)
}

/// The engine from the compiled network on.
fn pass(stem: &Path) -> Outcome {
    let (project, directory) = (Network::read_csv(stem)?.project(Calendars::One)?, directory()?);
    let mut compiled = Compiled::new(&project, &directory)?;
    print_time(&mut || Box::new(compiled.full_pass()));
    let finish = Timestamp::from_unix_seconds(compiled.full_pass()?)?;
    println!("finish {finish}\nminutes {}", directory.timeline(OFFICE)?.between(START.parse()?, finish) / 60);
    Ok(())
}

/// The engine from the document on.
fn plan(stem: &Path) -> Outcome {
    let (project, directory) = (Network::read_csv(stem)?.project(Calendars::One)?, directory()?);
    let options = PlanOptions::default();
    print_time(&mut || Box::new(schedule(&project, &directory, &options)));
    println!("finish {}", schedule(&project, &directory, &options)?.finish);
    Ok(())
}

fn petgraph(stem: &Path) -> Outcome {
    let graph = Graph::new(&Network::read_csv(stem)?);
    print_time(&mut || Box::new(graph.run()));
    println!("minutes {}", graph.run().finish);
    Ok(())
}

fn print_time(run: &mut dyn FnMut() -> Box<dyn Any>) {
    let mut trial = Trial::default();
    trial.blocks(5, [run]);
    let [time] = trial.medians();
    println!("ns {}", time.as_nanos());
}
