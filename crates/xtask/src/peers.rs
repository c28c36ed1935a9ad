//! `cargo xtask peers`: how long other programs take for the same projects.
//!
//! Each program runs in a process of its own, on the same files, and prints what it took and what it found. None of them is needed to
//! build or test the library, and none is in its lock file; one that cannot be had on this machine is left out, with the reason.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::measure::{absolute, release, succeed};
use crate::tools::{PYTHON_VENV, Result, empty_folder, has, root, target};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// How long a program may take with one project, reading included.
const PATIENCE: Duration = Duration::from_secs(120);

const NETWORKX: &[&str] = &["networkx==3.6.1"];
const MPXJ: &[&str] = &["mpxj==16.10.0", "jpype1==1.7.1"];

struct Peer {
    name: &'static str,
    /// Which part of it runs.
    part: &'static str,
    computes: &'static str,
    leaves_out: &'static str,
    /// Makes the program ready, and gives the command that takes the stem of the files.
    prepare: fn(&Path) -> Result<Command>,
}

/// The first is what all others are compared with.
const PEERS: &[Peer] = &[
    Peer {
        name: "linkstar",
        part: "full pass",
        computes: "early and late dates, total and free slack, critical tasks, on a calendar",
        leaves_out: "reading, compiling, the plan as a document",
        prepare: |_| own("pass"),
    },
    Peer {
        name: "linkstar",
        part: "`schedule`",
        computes: "all of that from the document on, summaries, drivers, findings, hashes",
        leaves_out: "reading JSON",
        prepare: |_| own("schedule"),
    },
    Peer {
        name: "petgraph",
        part: "`toposort` and a loop",
        computes: "early and late starts, free slack, critical tasks, in working minutes",
        leaves_out: "calendar, dates, summaries",
        prepare: |_| own("petgraph"),
    },
    Peer {
        name: "utf8proj",
        part: "`CpmSolver`",
        computes: "early and late days, slack, critical tasks, summaries, earned value",
        leaves_out: "free slack, and hours: durations are rounded up to days, lags down, and a lead takes a day more, so that its finish differs",
        prepare: utf8proj,
    },
    Peer {
        name: "MPXJ",
        part: "`MicrosoftScheduler`",
        computes: "early and late dates on a calendar, summaries",
        leaves_out: "slack, which it computes when it is asked for; CPU time is that of its own thread",
        prepare: |folder| python(folder, MPXJ, "mpxj_peer.py", &["java"]),
    },
    Peer {
        name: "networkx",
        part: "`topological_sort` and a loop",
        computes: "early and late starts, free slack, critical tasks, in working minutes",
        leaves_out: "calendar, dates, summaries",
        prepare: |folder| python(folder, NETWORKX, "networkx_peer.py", &[]),
    },
];

/// What a program printed.
#[derive(Debug, Clone, Default)]
struct Answer {
    nanoseconds: u64,
    version: Option<String>,
    /// What it found, in working minutes, as a moment, or as a day.
    minutes: Option<String>,
    finish: Option<String>,
    day: Option<String>,
}

/// Runs all of them and prints a table in Markdown.
pub(crate) fn compare() -> Result<()> {
    let folder = absolute(&target().join("peers"))?;
    let networks = folder.join("networks");
    empty_folder(&networks)?;
    let writer = release("peer")?;
    let stem = |tasks: usize| networks.join(tasks.to_string());
    for tasks in SIZES {
        succeed(Command::new(&writer).args(["write", &tasks.to_string()]).arg(stem(tasks)))?;
    }

    println!("Layered networks, CPU time of one run, median; in brackets the ratio to the first row.\n");
    println!("| program | 1,000 tasks | 10,000 | 100,000 | its finish | computes | leaves out |\n|---|--:|--:|--:|---|---|---|");
    let mut ours: Vec<Answer> = Vec::new();
    for peer in PEERS {
        let Peer { name, part, computes, leaves_out, .. } = peer;
        eprintln!("{name}: {part} ...");
        let command = match (peer.prepare)(&folder) {
            Ok(command) => command,
            Err(reason) => {
                println!("| {name}: {part} | skipped: {reason} | | | | {computes} | {leaves_out} |");
                continue;
            }
        };
        let answers = SIZES.map(|tasks| ask(&command, &stem(tasks)));
        let version = answers.iter().flatten().find_map(|answer| answer.version.as_ref().map(|version| format!(" {version}")));
        let version = version.unwrap_or_default();
        let agreement = if ours.is_empty() { "-".to_owned() } else { agreement(&answers, &ours) };
        if ours.is_empty() {
            ours = answers.iter().cloned().collect::<Result<_>>()?;
        }
        let cells: Vec<String> = answers.iter().zip(&ours).map(|(answer, ours)| cell(answer, ours)).collect();
        println!("| {name}{version}: {part} | {} | {agreement} | {computes} | {leaves_out} |", cells.join(" | "));
    }
    Ok(())
}

/// Milliseconds, and how many times ours that is.
fn cell(answer: &Result<Answer>, ours: &Answer) -> String {
    match answer {
        Ok(Answer { nanoseconds, .. }) => {
            let tenths = nanoseconds.saturating_mul(10) / ours.nanoseconds.max(1);
            let times = if tenths < 1_000 { format!("{}.{}", tenths / 10, tenths % 10) } else { (tenths / 10).to_string() };
            format!("{}.{:03} ms ({times})", nanoseconds / 1_000_000, nanoseconds / 1_000 % 1_000)
        }
        Err(reason) => format!("not run: {reason}"),
    }
}

/// Whether the finishes are ours, and the first that is not.
fn agreement(answers: &[Result<Answer>], ours: &[Answer]) -> String {
    let differs = |(answer, ours): (&Result<Answer>, &Answer)| {
        let answer = answer.as_ref().ok()?;
        let start = |moment: &Option<String>, length: usize| moment.as_ref().and_then(|text| text.get(..length).map(str::to_owned));
        let pairs = [
            (&answer.minutes, ours.minutes.clone()),
            // Some write seconds and a zone, others do not.
            (&start(&answer.finish, 16), start(&ours.finish, 16)),
            (&answer.day, start(&ours.finish, 10)),
        ];
        pairs.into_iter().find_map(|(theirs, ours)| match (theirs, ours) {
            (Some(theirs), Some(ours)) if *theirs != ours => Some(format!("{theirs}, ours {ours}")),
            _ => None,
        })
    };
    let compared = answers.iter().flatten().count();
    match answers.iter().zip(ours).find_map(differs) {
        Some(difference) => format!("differs: {difference}"),
        None if compared == 0 => "-".to_owned(),
        None => "the same".to_owned(),
    }
}

/// Runs a program with one project, for as long as we have patience.
fn ask(command: &Command, stem: &Path) -> Result<Answer> {
    let mut process = Command::new(command.get_program());
    process.args(command.get_args()).arg(stem).current_dir(root()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let failed = |error: std::io::Error| error.to_string();
    let mut process = process.spawn().map_err(failed)?;
    let start = Instant::now();
    let status = loop {
        match process.try_wait().map_err(failed)? {
            Some(status) => break status,
            None if start.elapsed() > PATIENCE => {
                process.kill().and_then(|()| process.wait()).map_err(failed)?;
                return Err(format!("more than {} s", PATIENCE.as_secs()));
            }
            None => sleep(Duration::from_millis(20)),
        }
    };
    let mut text = String::new();
    process.stdout.take().map_or(Ok(0), |mut output| output.read_to_string(&mut text)).map_err(failed)?;
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' ')).map(str::to_owned);
    match value("ns").and_then(|nanoseconds| nanoseconds.parse().ok()) {
        Some(nanoseconds) if status.success() => {
            Ok(Answer { nanoseconds, version: value("version"), minutes: value("minutes"), finish: value("finish"), day: value("day") })
        }
        _ => Err("it failed".to_owned()),
    }
}

fn own(what: &str) -> Result<Command> {
    let mut command = Command::new(release("peer")?);
    command.arg(what);
    Ok(command)
}

/// Its package lies in a workspace of its own.
fn utf8proj(folder: &Path) -> Result<Command> {
    let programs = folder.join("build");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--release"]).env("CARGO_TARGET_DIR", &programs).current_dir(root().join("benches/peers"));
    succeed(&mut cargo).map_err(|_| "it could not be built".to_owned())?;
    Ok(Command::new(programs.join("release/linkstar-peers")))
}

/// A script of `benches/peers`, with the packages that it needs.
fn python(folder: &Path, packages: &[&str], script: &str, needs: &[&str]) -> Result<Command> {
    if let Some(tool) = [PYTHON_VENV].iter().chain(needs).find(|tool| !has(tool)) {
        return Err(format!("needs {tool}"));
    }
    let venv = folder.join("venv");
    let python: PathBuf = venv.join("bin/python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    succeed(&mut install).map_err(|_| format!("{} could not be installed", packages.join(" and ")))?;
    let mut command = Command::new(python);
    command.arg(root().join("benches/peers").join(script));
    Ok(command)
}
