//! Plans schedules that another program has recorded, and counts how often the dates agree.
//!
//! `cargo run --release --example truth -- DIR [--json] [--misses] [--shuffle SEED]`
//!
//! A shuffle gives every task another id and place, where places have no meaning, and moves every date by 364 days: the score has to
//! stay the same. `--misses` lists every task that is wrong, with what is recorded and what is planned.

mod recorded;
mod score;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use recorded::Recorded;
use score::Report;

fn main() -> ExitCode {
    let mut folder = std::env::var_os("LINKSTAR_TRUTH").map(PathBuf::from);
    let (mut json, mut misses, mut shuffle) = (false, false, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--misses" => misses = true,
            "--shuffle" => match arguments.next().and_then(|seed| seed.parse::<u64>().ok()) {
                Some(seed) => shuffle = Some(seed),
                None => return usage("--shuffle takes a number"),
            },
            option if option.starts_with('-') => return usage(&format!("there is no option {option}")),
            path => folder = Some(path.into()),
        }
    }
    let Some(folder) = folder else { return usage("name a folder, or set LINKSTAR_TRUTH") };
    let mut files = Vec::new();
    collect(&folder, &mut files);
    files.sort();
    let mut report = Report::default();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        // Other JSON may lie beside the schedules, such as a list of them.
        if let Some(mut recorded) = Recorded::read(&text, file) {
            // 364 days are whole weeks: nothing but the year may change.
            let offset = shuffle.map_or(0, |seed| {
                recorded.shuffle(seed);
                364
            });
            report.add(&recorded, offset);
        }
    }
    if report.is_empty() {
        return usage(&format!("no recorded schedules in {}", folder.display()));
    }
    if misses {
        report.misses().iter().for_each(|miss| println!("{miss}"));
    }
    println!("{}", if json { report.to_json() } else { report.to_string() });
    ExitCode::SUCCESS
}

fn usage(problem: &str) -> ExitCode {
    eprintln!("{problem}\ncargo run --release --example truth -- DIR [--json] [--misses] [--shuffle SEED]");
    ExitCode::from(2)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}
