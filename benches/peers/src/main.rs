#![forbid(unsafe_code)]
//! utf8proj on a network from a file: `linkstar-peers STEM`.

use std::error::Error;
use std::path::Path;

use chrono::NaiveDate;
use linkstar_benches::Network;
use linkstar_benches::clock::Trial;
use linkstar_benches::documents::us_holidays;
use linkstar_benches::network::SIBLINGS;
use utf8proj_core::{Dependency, DependencyType, Duration, Holiday, Project, Scheduler, Task};
use utf8proj_solver::CpmSolver;

fn main() -> Result<(), Box<dyn Error>> {
    let stem = std::env::args().nth(1).ok_or("linkstar-peers STEM")?;
    let project = translate(&Network::read_csv(Path::new(&stem))?)?;
    let solver = CpmSolver::new();
    let found = solver.schedule(&project)?;

    let mut trial = Trial::default();
    trial.blocks(3, [&mut || Box::new(solver.schedule(&project).is_ok())]);
    let [time] = trial.medians();
    println!("version 0.9.1\nns {}\nday {}", time.as_nanos(), found.project_end);
    Ok(())
}

/// The network in the words of utf8proj: tasks below a summary for each ten, one calendar.
fn translate(network: &Network) -> Result<Project, Box<dyn Error>> {
    let mut project = Project::new("network");
    project.start = NaiveDate::from_ymd_opt(2026, 1, 5).ok_or("no such day")?;
    // Otherwise work that is not done waits for today.
    project.status_date = Some(project.start);
    let calendar = project.calendars.first_mut().ok_or("utf8proj has no calendar of its own any more")?;
    // It looks through all of them for every day, so that it gets no more years than it needs.
    for year in 2026..=2032 {
        for day in us_holidays(year)? {
            let day: NaiveDate = day.to_string().parse()?;
            calendar.holidays.push(Holiday { name: "holiday".to_owned(), start: day, end: day });
        }
    }
    let id = |task: u32| format!("s{}.t{task}", task as usize / SIBLINGS);
    let mut tasks: Vec<Task> = (network.tasks.iter().enumerate())
        .map(|(place, task)| Task::new(format!("t{place}")).duration(Duration::minutes(task.duration.into())))
        .collect();
    for link in &network.links {
        let kind = match link.kind.to_string().as_str() {
            "SS" => DependencyType::StartToStart,
            "FF" => DependencyType::FinishToFinish,
            "SF" => DependencyType::StartToFinish,
            _ => DependencyType::FinishToStart,
        };
        let lag = (link.lag != 0).then(|| Duration::minutes(link.lag.into()));
        tasks[link.successor as usize].depends.push(Dependency { predecessor: id(link.predecessor), dep_type: kind, lag });
    }
    let mut tasks = tasks.into_iter();
    for summary in 0..network.tasks.len().div_ceil(SIBLINGS) {
        let mut summary = Task::new(format!("s{summary}"));
        summary.children = tasks.by_ref().take(SIBLINGS).collect();
        project.tasks.push(summary);
    }
    Ok(project)
}
